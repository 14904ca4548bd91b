"""What shows who wrote the messages of a case, and whose messages were not read: as parts that a page translates."""

from __future__ import annotations

from dataclasses import dataclass

from grooming_risk.conversation import Attribution, Conversation
from grooming_risk.rendering.attribution import COMPARE, KNOWN_BY, raised_by
from grooming_risk.report import RiskReport


@dataclass(frozen=True, slots=True)
class Authors:
    """What a reader has to know about who wrote the messages.

    Attributes:
        known_by: what tells speakers apart, in English.
        raised: speaker and number of messages that raised the score, most first.
        doubtful: indices of messages whose author is doubtful.
        advice: what to do where that matters, in English; None where it does not.
        unread: speakers most of whose messages are in a language that is not scored.
    """

    known_by: str
    raised: tuple[tuple[str, int], ...]
    doubtful: tuple[int, ...]
    advice: str | None
    unread: tuple[str, ...]


def authors_of(report: RiskReport, conversation: Conversation) -> Authors:
    """Return what shows who wrote the messages of a conversation."""
    doubtful = tuple(index for index, message in enumerate(conversation) if message.doubt is not None)
    matters = bool(doubtful) or conversation.attribution is Attribution.NAME
    return Authors(
        known_by=KNOWN_BY[conversation.attribution],
        raised=tuple(raised_by(report)),
        doubtful=doubtful,
        advice=COMPARE if matters else None,
        unread=report.unread,
    )
