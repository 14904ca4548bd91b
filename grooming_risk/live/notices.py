"""What a watch tells the program that runs it, without text of messages."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from enum import Enum

from grooming_risk.errors import GroomingRiskError

_LONGEST_NAME = 200
_LOGGER = logging.getLogger("grooming_risk.live")


class NoticeKind(Enum):
    """What a notice tells; each value is its sentence, with its number and its error to fill in."""

    RESUMED = "the state file has seen {number:,} lines; ask for a replay if the input begins with them"
    SKIPPING = "the state file has seen {number:,} lines; skipping them"
    LEFT_OUT = "line {number:,} was left out: {error}"
    FORGETTING = "over {number:,} conversations: the oldest are forgotten; a state file would keep them"
    DAMAGED = (
        "the state file was damaged: {number:,} conversations are set aside; each is named when its next message comes"
    )
    REBUILT = "the state file was damaged and has been rebuilt; the damaged file was kept as {name}"
    LOST_FLAGS = "the state file was damaged: {number:,} flags that waited in it cannot be written"
    SET_ASIDE = (
        "line {number:,}: the state of conversation {name} was damaged and is set aside; the conversation begins anew, "
        "without its earlier messages"
    )
    ENDED_EARLY = "the input ended before line {number:,}, up to which the state file has seen it"


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice. Its `str` is a sentence without text of messages.

    Attributes:
        kind: What it tells.
        number: Number of the line (from 1), of lines or of conversations, as the kind says.
        error: Why a line was left out, else None; it holds no text either.
        name: Id of a conversation that was set aside, or name of a file; None for other kinds.
    """

    kind: NoticeKind
    number: int
    error: GroomingRiskError | None = None
    name: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        # Ids come from outside: as JSON they are one line, and set no colours in a terminal that shows a log.
        name = json.dumps(self.name[:_LONGEST_NAME]) if self.name is not None else ""
        return self.kind.value.format(number=self.number, error=self.error, name=name)


def log_notice(notice: Notice) -> None:
    """Log a notice as a warning of the logger `grooming_risk.live`."""
    _LOGGER.warning("%s", notice)
