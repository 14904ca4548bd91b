"""Operating points: thresholds with a measured, bounded false-flag rate, by name or by review capacity."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from grooming_risk.errors import InvalidOptionError, UnknownOperatingPointError

DEFAULT = "balanced"
# Name of an operating point chosen by capacity, as reports give it in their provenance.
BY_CAPACITY = "review_capacity"
CONFIDENCE = 0.95
# Halvings of [0, 1] after which a bound no longer changes in double precision.
_HALVINGS = 60


@dataclass(frozen=True, slots=True)
class CurveStep:
    """A threshold with the conversations that it flags.

    Attributes:
        threshold: Logit at or above which a window is flagged.
        false_flags: Number of benign conversations flagged.
        recalled: Number of composed positives flagged.
    """

    threshold: float
    false_flags: int
    recalled: int


@dataclass(frozen=True, slots=True)
class ThresholdCurve:
    """False flags and recall by threshold, as measured when the artefact was calibrated.

    Attributes:
        steps: Thresholds from the strictest to the most permissive.
        conversations: Number of real benign conversations, none of them used in training.
        positives: Number of composed positives of the calibration split.
    """

    steps: tuple[CurveStep, ...]
    conversations: int
    positives: int

    def __post_init__(self) -> None:
        if not self.steps or self.steps[0].false_flags < 0 or self.steps[0].recalled < 0:
            raise ValueError("a curve needs at least one threshold, and counts of 0 or more")
        for before, after in pairwise(self.steps):
            if not after.threshold < before.threshold:
                raise ValueError("the thresholds of a curve must decrease")
            if after.false_flags < before.false_flags or after.recalled < before.recalled:
                raise ValueError("the counts of a curve must not decrease with its thresholds")
        if self.conversations < 1 or self.positives < 1:
            raise ValueError("a curve needs benign conversations and positives")
        if self.steps[-1].false_flags > self.conversations or self.steps[-1].recalled > self.positives:
            raise ValueError("a curve flags more conversations than it was measured on")


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """A threshold and its measured rates.

    Attributes:
        name: Name by which callers select it.
        threshold: Logit at or above which a window is flagged.
        target: Largest false-flag rate that the bound may have, in (0, 1].
        conversations: Number of real benign conversations it was fitted on, none of them used in training.
        false_flags: Number of these that it flags.
        upper_bound: One-sided 95 % Clopper-Pearson upper bound of the false-flag rate.
        recall: Share of composed positives of the calibration split that it flags; recall on real grooming is
            unmeasured.
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
            raise ValueError(f"operating point {self.name}: the upper bound {self.upper_bound} exceeds the target")

    def flags(self, logit: float) -> bool:
        """Check whether a logit is flagged."""
        return logit >= self.threshold

    @staticmethod
    def for_review_capacity(
        curve: ThresholdCurve, *, alerts_per_day: float, conversations_per_day: float, prevalence: float
    ) -> CapacityPlan:
        """Choose the most permissive threshold of a curve whose alerts reviewers can read.

        Alerts per day are N (π TPR + (1 - π) FPR). Recall on real conversations is unknown, so TPR is assumed to be 1:
        the false-flag rate may then be (alerts / N - π) / (1 - π). That rate is tested with the exact binomial tail
        from the strictest threshold to the most permissive, and the last threshold before the first failure is chosen
        (fixed-sequence testing: Angelopoulos et al. 2021, "Learn then Test", arXiv 2110.01052). Counts never decrease
        along the curve, so this is never more permissive than testing every logit in turn: however many thresholds the
        curve has, expected alerts fit with 95 % confidence over the draw of the benign conversations.

        The confidence holds for a capacity fixed beforehand (of several capacities, for each but not for all together),
        and for traffic like the conversations that the curve was measured on, which the model card describes.

        Args:
            curve: `artifact.threshold_curve` of the artefact that will score.
            alerts_per_day: Conversations that reviewers can read per day, above 0.
            conversations_per_day: Conversations scored per day, above 0.
            prevalence: Share of these that should be found, in (0, 1); it depends on your traffic, and no model can
                know it.

        Returns:
            The operating point, with its expected cost and misses.

        Raises:
            InvalidOptionError: A number is out of its range, or the curve has too few benign conversations to support
                the capacity; the message names the capacity and the volume that they support.
        """
        for name, value in (("alerts_per_day", alerts_per_day), ("conversations_per_day", conversations_per_day)):
            if not 0 < value < math.inf:
                raise InvalidOptionError(f"{name} must be finite and above 0, got {value:g}")
        if not 0 < prevalence < 1:
            raise InvalidOptionError(f"prevalence must be strictly between 0 and 1, got {prevalence:g}")
        allowed = min(1.0, (alerts_per_day / conversations_per_day - prevalence) / (1 - prevalence))
        step = _walk(curve, allowed)
        if step is None:
            raise InvalidOptionError(_refusal(curve, alerts_per_day, conversations_per_day, prevalence))
        bound = min(upper_bound(step.false_flags, curve.conversations), allowed)
        recall = two_sided(step.recalled, curve.positives)
        point = OperatingPoint(
            BY_CAPACITY, step.threshold, allowed, curve.conversations, step.false_flags, bound, recall.value
        )
        return _plan(point, recall, alerts_per_day, conversations_per_day, prevalence)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measured value between its bounds."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class CapacityPlan:
    """What a threshold chosen by capacity is expected to cost and to miss.

    Recall, and everything computed from it, is the recall on composed positives: recall on real grooming is unmeasured,
    and no bound here covers the difference.

    Attributes:
        operating_point: The operating point; accepted wherever the name of one is.
        alerts_per_day: The capacity, as given.
        conversations_per_day: The volume, as given.
        prevalence: The prevalence, as given.
        expected_alerts: Alerts per day. `value` uses both measured rates, `low` their two-sided 95 % lower bounds,
            `high` the one-sided 95 % bound of the false-flag rate and a recall of 1; `high` is at most
            `alerts_per_day`.
        recall: Share of positives that are flagged; two-sided 95 % Clopper-Pearson bounds.
        ppv: Share of alerts that are positives, at the prevalence. Each bound uses opposite bounds of the two rates,
            97.5 % each, so 95 % together. 0 when no alert is expected.
        expected_misses: Positives that are not flagged, per day; from the recall and its bounds.
    """

    operating_point: OperatingPoint
    alerts_per_day: float
    conversations_per_day: float
    prevalence: float
    expected_alerts: Estimate
    recall: Estimate
    ppv: Estimate
    expected_misses: Estimate


def select(points: dict[str, OperatingPoint], wanted: str | OperatingPoint) -> OperatingPoint:
    """Return the operating point of a name, or the operating point itself.

    Args:
        points: Name → operating point.
        wanted: A name, or an operating point of the caller's own.

    Returns:
        The operating point.

    Raises:
        UnknownOperatingPointError: There is no operating point of this name; the message lists the names.
    """
    if isinstance(wanted, OperatingPoint):
        return wanted
    if wanted not in points:
        known = ", ".join(points)
        raise UnknownOperatingPointError(f"the artefact has no operating point of this name; use one of {known}")
    return points[wanted]


def upper_bound(count: int, n: int, confidence: float = CONFIDENCE) -> float:
    """Compute a one-sided upper bound of a rate (Clopper & Pearson 1934).

    It is the rate at which at most `count` of `n` have probability `1 - confidence`, found by bisection because the
    library does not depend on scipy.

    Args:
        count: Number of hits, 0 to `n`.
        n: Number of trials, at least 1.
        confidence: Confidence of the bound, in (0, 1).

    Returns:
        The bound, in (0, 1].
    """
    low, high = count / n, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if at_most(count, n, middle) <= 1 - confidence else (middle, high)
    return high


def at_most(count: int, n: int, rate: float) -> float:
    """Compute P(X <= count) of a binomial X of n trials; a rate outside (0, 1) counts as 0 or 1."""
    if rate <= 0 or count >= n:
        return 1.0
    if rate >= 1:
        return 0.0
    ways, hit, miss = math.lgamma(n + 1), math.log(rate), math.log1p(-rate)
    # The shorter tail has fewer terms; no caller compares it with values so small that the rounding of 1 - x matters.
    below = count < n / 2
    terms = (
        math.exp(ways - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * hit + (n - k) * miss)
        for k in (range(count + 1) if below else range(count + 1, n + 1))
    )
    tail = min(1.0, math.fsum(terms))
    return tail if below else 1.0 - tail


def two_sided(count: int, n: int) -> Estimate:
    """Compute a rate with its two-sided 95 % Clopper-Pearson bounds; `n` must be at least 1."""
    side = (1 + CONFIDENCE) / 2
    return Estimate(count / n, 1 - upper_bound(n - count, n, side), upper_bound(count, n, side))


def _walk(curve: ThresholdCurve, allowed: float) -> CurveStep | None:
    """Return the last step before the first whose false-flag rate cannot be shown to be at most `allowed`."""
    found = None
    for step in curve.steps:
        if at_most(step.false_flags, curve.conversations, allowed) > 1 - CONFIDENCE:
            break
        found = step
    return found


def _refusal(curve: ThresholdCurve, alerts_per_day: float, conversations_per_day: float, prevalence: float) -> str:
    """Describe what the strictest threshold supports instead, with one alert or conversation to spare."""
    strictest = upper_bound(curve.steps[0].false_flags, curve.conversations)
    share = prevalence + (1 - prevalence) * strictest
    return (
        f"{alerts_per_day:,.15g} alerts a day of {conversations_per_day:,.15g} conversations cannot be promised at a "
        f"prevalence of {prevalence:g}: with {curve.conversations:,} benign conversations measured, the false-flag "
        f"rate of the strictest threshold is only known to be at most {strictest:.3%}; raise alerts_per_day to "
        f"{math.floor(conversations_per_day * share) + 1}, lower conversations_per_day to "
        f"{math.ceil(alerts_per_day / share) - 1}, or calibrate an artefact on more benign conversations"
    )


def _plan(
    point: OperatingPoint, recall: Estimate, alerts_per_day: float, conversations_per_day: float, prevalence: float
) -> CapacityPlan:
    flags = two_sided(point.false_flags, point.conversations)
    sought = conversations_per_day * prevalence
    benign = conversations_per_day - sought
    return CapacityPlan(
        operating_point=point,
        alerts_per_day=alerts_per_day,
        conversations_per_day=conversations_per_day,
        prevalence=prevalence,
        expected_alerts=Estimate(
            value=sought * recall.value + benign * flags.value,
            low=sought * recall.low + benign * flags.low,
            # At most the capacity; the minimum removes what rounding may add.
            high=min(sought + benign * point.upper_bound, alerts_per_day),
        ),
        recall=recall,
        ppv=Estimate(
            value=_ppv(recall.value, flags.value, prevalence),
            low=_ppv(recall.low, flags.high, prevalence),
            high=_ppv(recall.high, flags.low, prevalence),
        ),
        expected_misses=Estimate(
            value=sought * (1 - recall.value), low=sought * (1 - recall.high), high=sought * (1 - recall.low)
        ),
    )


def _ppv(recall: float, false_flags: float, prevalence: float) -> float:
    """Bayes' rule: π TPR / (π TPR + (1 - π) FPR)."""
    true, false = prevalence * recall, (1 - prevalence) * false_flags
    return true / (true + false) if true + false > 0 else 0.0
