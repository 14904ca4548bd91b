"""Many conversations: an iterator in, an iterator out, in constant memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from grooming_risk.conversation import Conversation
from grooming_risk.errors import GroomingRiskError, InvalidOptionError
from grooming_risk.operating_points import DEFAULT, OperatingPoint
from grooming_risk.report import RiskReport
from grooming_risk.scorer import RiskScorer, default_scorer

# Messages whose texts are encoded together: enough to fill length-sorted batches, small enough to stay constant.
MESSAGES = 2_048


def score_conversations(
    conversations: Iterable[Iterable[object]],
    *,
    operating_point: str | OperatingPoint = DEFAULT,
    prior: float | None = None,
    explain: bool = True,
    scorer: RiskScorer | None = None,
    errors: str = "raise",
) -> Iterator[RiskReport | GroomingRiskError]:
    """Score conversations as they come; results in order, one for each.

    Args:
        conversations: each as `score_conversation` takes it. Read ahead by a few thousand messages at most.
        operating_point, prior, explain, scorer: as in `score_conversation`.
        errors: "raise" to stop at the first conversation that cannot be read, after the results before it;
            "return" to yield the error in its place and go on.

    Raises:
        GroomingRiskError: as `score_conversation`, when errors is "raise".
        InvalidOptionError: errors is neither.
    """
    if errors not in ("raise", "return"):
        raise InvalidOptionError('errors is "raise" or "return"')
    chosen = scorer or default_scorer()
    options: dict[str, object] = {"operating_point": operating_point, "prior": prior, "explain": explain}
    return _score(conversations, chosen, options, errors == "raise")


def _score(
    conversations: Iterable[Iterable[object]], scorer: RiskScorer, options: dict[str, object], stop: bool
) -> Iterator[RiskReport | GroomingRiskError]:
    waiting: list[Conversation | GroomingRiskError] = []
    messages = 0
    for rows in conversations:
        try:
            conversation = Conversation.from_messages(rows, scorer.limits)
        except GroomingRiskError as error:
            if stop:
                yield from _flush(waiting, scorer, options)
                raise
            waiting.append(error)
            continue
        waiting.append(conversation)
        messages += len(conversation)
        if messages >= MESSAGES:
            yield from _flush(waiting, scorer, options)
            waiting, messages = [], 0
    yield from _flush(waiting, scorer, options)


def _flush(
    waiting: list[Conversation | GroomingRiskError], scorer: RiskScorer, options: dict[str, object]
) -> Iterator[RiskReport | GroomingRiskError]:
    conversations = [item for item in waiting if isinstance(item, Conversation)]
    reports = iter(scorer.score_batch(conversations, **options) if conversations else [])  # type: ignore[arg-type]
    for item in waiting:
        yield item if isinstance(item, GroomingRiskError) else next(reports)
