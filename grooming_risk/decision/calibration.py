"""Logit → probability and interval.

Probability: a sigmoid on the logit (Platt 1999), fitted at the calibration set's own prevalence and shifted to a
reference prevalence (Elkan 2001). Interval: the two probabilities of an inductive Venn-Abers predictor
(Vovk, Petej & Fedorova 2015), stored as a step function, shifted alike.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass

from grooming_risk.errors import InvalidOptionError

_EDGE = 1e-9  # probabilities of 0 and 1 have no odds; the interval keeps this distance from them


def sigmoid(value: float) -> float:
    """1 / (1 + e^-x), without overflow."""
    if value >= 0:
        return 1.0 / (1.0 + math.exp(-value))
    exponential = math.exp(value)
    return exponential / (1.0 + exponential)


def log_odds(probability: float) -> float:
    """ln(p / (1 - p)) of a probability in (0, 1)."""
    return math.log(probability) - math.log1p(-probability)


def shift_prior(probability: float, fitted: float, wanted: float) -> float:
    """Probability at another prevalence (Elkan 2001, theorem 2); assumes that only the prevalence differs.

    Args:
        probability: in [0, 1], at prevalence `fitted`.
        fitted: prevalence in (0, 1).
        wanted: prevalence in (0, 1).
    """
    inside = min(max(probability, _EDGE), 1 - _EDGE)
    return sigmoid(log_odds(inside) + log_odds(wanted) - log_odds(fitted))


def check_prior(prior: float | None) -> None:
    """Check whether a prior is a prevalence; None, for the artefact's reference prevalence, is one.

    Raises:
        InvalidOptionError: It is not strictly between 0 and 1.
    """
    if prior is not None and not 0 < prior < 1:
        raise InvalidOptionError(f"prior must be strictly between 0 and 1, got {prior}")


@dataclass(frozen=True, slots=True)
class Calibrator:
    """Two floats and a step function.

    Attributes:
        slope: of the sigmoid, above 0.
        intercept: of the sigmoid, at `calibration_prevalence`.
        calibration_prevalence: share of positives it was fitted on.
        reference_prevalence: prevalence that probabilities refer to when no prior is given.
        steps: ascending logits at which the interval changes.
        low: Venn-Abers p0 of each step, len(steps) + 1 values in [0, 1], at `calibration_prevalence`.
        high: Venn-Abers p1, alike.
    """

    slope: float
    intercept: float
    calibration_prevalence: float
    reference_prevalence: float
    steps: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.slope > 0:
            raise ValueError("the slope must be above 0")
        if not len(self.low) == len(self.high) == len(self.steps) + 1:
            raise ValueError("the interval needs one more value than steps")
        for prevalence in (self.calibration_prevalence, self.reference_prevalence):
            if not 0 < prevalence < 1:
                raise ValueError("a prevalence must lie between 0 and 1")

    def prevalence(self, prior: float | None) -> float:
        """Return the prevalence that probabilities refer to: the prior, or the reference prevalence when it is None.

        Raises:
            InvalidOptionError: The prior is not strictly between 0 and 1.
        """
        check_prior(prior)
        return self.reference_prevalence if prior is None else prior

    def probability(self, logit: float, prior: float | None = None) -> float:
        """Calibrated probability in (0, 1), at the prior given or else at the reference prevalence."""
        return sigmoid(self.slope * logit + self.intercept + self._shift(prior))

    def logit(self, probability: float) -> float:
        """The logit whose probability at the reference prevalence this is; the inverse of `probability`."""
        return (log_odds(probability) - self.intercept - self._shift(None)) / self.slope

    def interval(self, logit: float, prior: float | None = None) -> tuple[float, float]:
        """Venn-Abers interval in [0, 1], widened where needed to hold the probability."""
        step = bisect_right(self.steps, logit)
        wanted = self.prevalence(prior)
        low, high = (shift_prior(values[step], self.calibration_prevalence, wanted) for values in (self.low, self.high))
        probability = self.probability(logit, prior)
        return min(low, probability), max(high, probability)

    def _shift(self, prior: float | None) -> float:
        return log_odds(self.prevalence(prior)) - log_odds(self.calibration_prevalence)
