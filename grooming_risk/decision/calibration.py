"""From a logit to a probability and its interval.

Probability: a sigmoid of the logit (Platt 1999), fitted at the prevalence of the calibration set and shifted to a
reference prevalence (Elkan 2001). Interval: the two probabilities of an inductive Venn-Abers predictor
(Vovk, Petej & Fedorova 2015), stored as a step function and shifted in the same way.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass

from grooming_risk.errors import InvalidOptionError

_EDGE = 1e-9  # probabilities of 0 and 1 have no odds; the interval keeps this distance from them


def sigmoid(value: float) -> float:
    """Compute 1 / (1 + e^-x) without overflow."""
    if value >= 0:
        return 1.0 / (1.0 + math.exp(-value))
    exponential = math.exp(value)
    return exponential / (1.0 + exponential)


def log_odds(probability: float) -> float:
    """Compute ln(p / (1 - p)) of a probability in (0, 1)."""
    return math.log(probability) - math.log1p(-probability)


def shift_prior(probability: float, fitted: float, wanted: float) -> float:
    """Shift a probability to another prevalence (Elkan 2001, theorem 2), assuming that only the prevalence differs.

    Args:
        probability: Probability in [0, 1] at prevalence `fitted`.
        fitted: Prevalence in (0, 1).
        wanted: Prevalence in (0, 1).

    Returns:
        The probability at prevalence `wanted`, in (0, 1).
    """
    inside = min(max(probability, _EDGE), 1 - _EDGE)
    return sigmoid(log_odds(inside) + log_odds(wanted) - log_odds(fitted))


def check_prior(prior: float | None) -> None:
    """Check that a prior is a prevalence.

    Args:
        prior: The prior; None, for the artefact's reference prevalence, is accepted.

    Raises:
        InvalidOptionError: It is not strictly between 0 and 1.
    """
    if prior is not None and not 0 < prior < 1:
        raise InvalidOptionError(f"prior must be strictly between 0 and 1, got {prior}")


@dataclass(frozen=True, slots=True)
class Calibrator:
    """A sigmoid for the probability, and a step function for its interval.

    Attributes:
        slope: Slope of the sigmoid, above 0.
        intercept: Intercept of the sigmoid, at `calibration_prevalence`.
        calibration_prevalence: Share of positives in the calibration set.
        reference_prevalence: Prevalence that probabilities refer to when no prior is given.
        steps: Ascending logits at which the interval changes.
        low: Venn-Abers p0 of each step, len(steps) + 1 values in [0, 1], at `calibration_prevalence`.
        high: Venn-Abers p1 of each step, in the same form.
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
            raise ValueError("the interval needs one value more than steps")
        for prevalence in (self.calibration_prevalence, self.reference_prevalence):
            if not 0 < prevalence < 1:
                raise ValueError("a prevalence must be strictly between 0 and 1")

    def prevalence(self, prior: float | None) -> float:
        """Return the prevalence that probabilities refer to.

        Args:
            prior: A prevalence, or None.

        Returns:
            The prior, or the reference prevalence when it is None.

        Raises:
            InvalidOptionError: The prior is not strictly between 0 and 1.
        """
        check_prior(prior)
        return self.reference_prevalence if prior is None else prior

    def probability(self, logit: float, prior: float | None = None) -> float:
        """Return the calibrated probability, in (0, 1), at the prior or else at the reference prevalence."""
        return sigmoid(self.slope * logit + self.intercept + self._shift(prior))

    def logit(self, probability: float) -> float:
        """Return the logit of a probability at the reference prevalence; the inverse of `probability`."""
        return (log_odds(probability) - self.intercept - self._shift(None)) / self.slope

    def interval(self, logit: float, prior: float | None = None) -> tuple[float, float]:
        """Return the Venn-Abers interval, in [0, 1], widened where needed to contain the probability."""
        step = bisect_right(self.steps, logit)
        wanted = self.prevalence(prior)
        low, high = (shift_prior(values[step], self.calibration_prevalence, wanted) for values in (self.low, self.high))
        probability = self.probability(logit, prior)
        return min(low, probability), max(high, probability)

    def _shift(self, prior: float | None) -> float:
        return log_odds(self.prevalence(prior)) - log_odds(self.calibration_prevalence)
