"""What a live monitor says after each message."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from grooming_risk.outcome import AbstentionReason, Outcome
from grooming_risk.report import WindowRisk


@dataclass(frozen=True, slots=True)
class MonitorStep:
    """The result of one message. It holds message indices and neutral speaker names, no text.

    Attributes:
        message: Index of the message, counted over all that were read.
        speaker: Neutral name of its speaker.
        tactics: Tactics it shows, strongest first.
        cues: Cues it shows, strongest first.
        outcome: Outcome for the messages so far.
        abstention: The reason when the monitor abstains, else None.
        probability: Highest window probability so far, in [0, 1]; None only when the monitor abstains.
        interval: Its interval; None only when the monitor abstains.
        highest: The window of that probability, the first of equals; None only when the monitor abstains.
        window: The live window, which ends at the last message with text; None only when the monitor abstains.
        warning: Whether a warning was raised, at this message or before; it stays.
        first_flag: Index of the message that raised it, or None.
        beyond_limits: Limits that the conversation is beyond by now, as `RiskReport.beyond_limits` names them.
    """

    message: int
    speaker: str
    tactics: tuple[str, ...]
    cues: tuple[str, ...]
    outcome: Outcome
    abstention: AbstentionReason | None
    probability: float | None
    interval: tuple[float, float] | None
    highest: WindowRisk | None
    window: WindowRisk | None
    warning: bool
    first_flag: int | None
    beyond_limits: tuple[str, ...] = ()

    @property
    def flagged(self) -> bool:
        """Whether the live window reaches the operating point now."""
        return self.window is not None and self.window.flagged

    @property
    def raised(self) -> bool:
        """Whether this message raised the warning; true once in a conversation."""
        return self.first_flag == self.message

    def to_dict(self) -> dict[str, Any]:
        """Return the step as plain JSON types."""
        return {**asdict(self), "outcome": self.outcome.value, "abstention": self.abstention and self.abstention.value}


def outcome_of(highest: WindowRisk | None) -> Outcome:
    """Return the outcome for the messages so far, whose highest window this is; None where the monitor abstains."""
    if highest is None:
        return Outcome.ABSTAINED
    return Outcome.REVIEW if highest.flagged else Outcome.NO_REVIEW
