"""Functions for rules. A conversation that cannot be scored fails the function, and never counts as a low risk.

Annotations are evaluated by Osprey, so this module does not postpone them.
"""

from typing import List, Optional  # noqa: UP035  Osprey's rules know typing's names

from osprey.engine.executor.execution_context import ExecutionContext, ExpectedUdfException
from osprey.engine.udf.arguments import ArgumentsBase
from osprey.engine.udf.base import UDFBase

from grooming_risk import GroomingRiskError
from grooming_risk_osprey import shared
from grooming_risk_osprey.service import ServiceError

_CATEGORY = "Child safety"


class ConversationArguments(ArgumentsBase):
    """Arguments of `GroomingRisk`."""

    speakers: List[str]  # noqa: UP006
    """Author of each message, the oldest first."""
    texts: List[str]  # noqa: UP006
    """Text of each message."""


class GroomingRisk(UDFBase[ConversationArguments, float]):
    """Probability that a conversation shows warning signs of online grooming, in [0, 1], to order human review.

    It is computed in this process, from the messages that the action carries. Do not connect it to a block or a ban.
    """

    category = _CATEGORY

    def execute(self, execution_context: ExecutionContext, arguments: ConversationArguments) -> float:  # noqa: ARG002
        """Score the conversation."""
        if len(arguments.speakers) != len(arguments.texts):
            raise ExpectedUdfException("GroomingRisk needs as many speakers as texts")
        reason = None
        try:
            report = shared.scorer().score(zip(arguments.speakers, arguments.texts, strict=True), explain=False)
        except GroomingRiskError as error:
            reason = str(error)
        if reason is not None:
            raise ExpectedUdfException(reason)
        if report.probability is None:
            raise ExpectedUdfException(f"no score: {report.abstention.value if report.abstention else 'abstained'}")
        return report.probability


class MessageArguments(ArgumentsBase):
    """Arguments of `GroomingRiskLive`."""

    conversation: str
    """Id of the conversation."""
    message_id: str
    """Id of the message; a message that comes again is read once."""
    speaker: str
    """Its author."""
    text: str
    """Its text."""
    sent_at: Optional[str] = None  # noqa: UP045
    """Its time, ISO 8601."""


class GroomingRiskLive(UDFBase[MessageArguments, float]):
    """Highest probability of a conversation so far, this message included, from a service that keeps its state.

    All workers ask the same service, so that it does not matter which of them receives a message.
    """

    category = _CATEGORY
    execute_async = True  # it waits for the service

    def execute(self, execution_context: ExecutionContext, arguments: MessageArguments) -> float:  # noqa: ARG002
        """Read the message."""
        names = ("message_id", "speaker", "text", "sent_at")
        message = {name: getattr(arguments, name) for name in names if getattr(arguments, name) is not None}
        refused = None
        try:
            answer = shared.service().read_messages(arguments.conversation, [message])
        except ServiceError as error:
            if error.status in (0, 429) or error.status >= 500:
                raise  # Osprey reports it
            refused = str(error)
        if refused is not None:
            raise ExpectedUdfException(refused)
        probability = answer["step"]["probability"]
        if probability is None:
            raise ExpectedUdfException(f"no score: {answer['step']['abstention']}")
        return float(probability)
