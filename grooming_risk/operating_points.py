"""Operating points: named thresholds with a measured, bounded false-flag rate."""

from __future__ import annotations

from dataclasses import dataclass

from grooming_risk.errors import UnknownOperatingPointError

DEFAULT = "balanced"


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """A threshold and what it was measured to cost.

    Attributes:
        name: how callers ask for it.
        threshold: logit at or above which a window is flagged.
        target: false-flag rate that the bound must not pass, in (0, 1).
        conversations: real benign conversations it was fitted on, none of them trained on.
        false_flags: how many of them it flags.
        upper_bound: one-sided 95 % Clopper-Pearson upper bound of the false-flag rate.
        recall: share of composed calibration positives it flags; composed, not real.
    """

    name: str
    threshold: float
    target: float
    conversations: int
    false_flags: int
    upper_bound: float
    recall: float

    def __post_init__(self) -> None:
        if self.upper_bound > self.target:
            raise ValueError(f"operating point {self.name}: the bound {self.upper_bound} is above its target")

    def flags(self, logit: float) -> bool:
        """Whether a logit is flagged."""
        return logit >= self.threshold


def select(points: dict[str, OperatingPoint], name: str) -> OperatingPoint:
    """The point of this name.

    Raises:
        UnknownOperatingPointError: there is none; the known names are in the message.
    """
    try:
        return points[name]
    except KeyError:
        known = ", ".join(points)
        raise UnknownOperatingPointError(
            f"no operating point of that name in the artefact; use one of {known}"
        ) from None
