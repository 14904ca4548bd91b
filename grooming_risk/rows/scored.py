"""The result of a conversation with the ids of its caller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grooming_risk.errors import GroomingRiskError
from grooming_risk.report import RiskReport
from grooming_risk.rows.identifiers import Identifier
from grooming_risk.rows.results import error_row, report_row


@dataclass(frozen=True, slots=True)
class ScoredConversation:
    """The result of a conversation, with the ids that its caller knows it by; it has no text.

    Its `repr` hides the ids, because they may name people.

    Attributes:
        conversation: Id of the conversation as it was given, or None.
        report: Its report; None when it cannot be used.
        error: Why it cannot be used; None when there is a report.
        message_ids: Id of each message, None for those without; empty when no message has an id.
    """

    conversation: Identifier | None
    report: RiskReport | None = None
    error: GroomingRiskError | None = None
    message_ids: tuple[Identifier | None, ...] = ()

    def __repr__(self) -> str:
        result = type(self.error).__name__ if self.report is None else self.report.outcome.value
        return f"ScoredConversation({result})"

    def message_id(self, index: int | None) -> Identifier | None:
        """Return the id of a message.

        Args:
            index: Index of the message, as reports cite it. None, which `RiskReport.first_flag` may be, has no id.

        Returns:
            The id as it was given, or None where the message has none.

        Raises:
            IndexError: Messages have ids, and there is no such message.
        """
        return self.message_ids[index] if self.message_ids and index is not None else None

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain JSON types, as the HTTP service answers it.

        Returns:
            The fields of the report; "conversation", the id or None; and, where messages have ids, "message_ids": the
            id of each message that the report cites, by index. Or "conversation" and "error".
        """
        if self.report is not None:
            return report_row(self.conversation, self.message_ids, self.report)
        assert self.error is not None
        return error_row(self.conversation, self.error)
