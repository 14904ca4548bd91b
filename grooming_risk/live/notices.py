"""What a watch tells the program that runs it, without text of messages."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import Enum

from grooming_risk.errors import GroomingRiskError

_LOGGER = logging.getLogger("grooming_risk.live")


class NoticeKind(Enum):
    """What a notice tells; each value is its sentence, with its number and its error to fill in."""

    RESUMED = "the state file has seen {number:,} lines; ask for a replay if the input begins with them"
    SKIPPING = "the state file has seen {number:,} lines; skipping them"
    LEFT_OUT = "line {number:,} was left out: {error}"
    FORGETTING = "over {number:,} conversations: the oldest are forgotten; a state file would keep them"
    ENDED_EARLY = "the input ended before line {number:,}, up to which the state file has seen it"


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice. Its `str` is a sentence without text of messages.

    Attributes:
        kind: What it tells.
        number: Number of the line (from 1), of lines or of conversations, as the kind says.
        error: Why a line was left out, else None; it holds no text either.
    """

    kind: NoticeKind
    number: int
    error: GroomingRiskError | None = None

    def __str__(self) -> str:
        return self.kind.value.format(number=self.number, error=self.error)


def log_notice(notice: Notice) -> None:
    """Log a notice as a warning of the logger `grooming_risk.live`."""
    _LOGGER.warning("%s", notice)
