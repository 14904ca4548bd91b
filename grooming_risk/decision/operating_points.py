"""Operating points: thresholds with a measured, bounded false-flag rate, by name or by what reviewers can read."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from grooming_risk.errors import InvalidOptionError, UnknownOperatingPointError

DEFAULT = "balanced"
# Name of a point chosen by capacity, as it stands in a report's provenance.
BY_CAPACITY = "review_capacity"
CONFIDENCE = 0.95
# Halvings of [0, 1] after which a bound stands still in double precision.
_HALVINGS = 60


@dataclass(frozen=True, slots=True)
class CurveStep:
    """A threshold with its counts.

    Attributes:
        threshold: logit at or above which a window is flagged.
        false_flags: benign conversations flagged there.
        recalled: composed positives flagged there.
    """

    threshold: float
    false_flags: int
    recalled: int


@dataclass(frozen=True, slots=True)
class ThresholdCurve:
    """False flags and recall by threshold, as measured when the artefact was calibrated.

    Attributes:
        steps: from the strictest threshold to the laxest.
        conversations: real benign conversations, none of them trained on.
        positives: composed calibration positives.
    """

    steps: tuple[CurveStep, ...]
    conversations: int
    positives: int

    def __post_init__(self) -> None:
        if not self.steps or self.steps[0].false_flags < 0 or self.steps[0].recalled < 0:
            raise ValueError("a curve needs a threshold, and counts of 0 or more")
        for before, after in pairwise(self.steps):
            if not after.threshold < before.threshold:
                raise ValueError("the thresholds of a curve must fall")
            if after.false_flags < before.false_flags or after.recalled < before.recalled:
                raise ValueError("the counts of a curve must not fall as its thresholds do")
        if self.conversations < 1 or self.positives < 1:
            raise ValueError("a curve needs benign conversations and positives")
        if self.steps[-1].false_flags > self.conversations or self.steps[-1].recalled > self.positives:
            raise ValueError("a curve counts more conversations than it was measured on")


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """A threshold and what it was measured to cost.

    Attributes:
        name: how callers ask for it.
        threshold: logit at or above which a window is flagged.
        target: false-flag rate that the bound must not pass, in (0, 1].
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

    @staticmethod
    def for_review_capacity(
        curve: ThresholdCurve, *, alerts_per_day: float, conversations_per_day: float, prevalence: float
    ) -> CapacityPlan:
        """The laxest threshold of the curve whose alerts reviewers can read, with what it may cost and miss.

        Alerts a day are N (π TPR + (1 - π) FPR). Recall on real conversations is unknown, so TPR is taken as 1: the
        false-flag rate may then be (alerts / N - π) / (1 - π). That rate is tested from the strictest threshold to
        the laxest by the exact binomial tail, and the last threshold before the first failure is taken
        (fixed-sequence testing: Angelopoulos et al. 2021, "Learn then Test", arXiv 2110.01052). Counts never fall
        along the curve, so this is what testing every logit in turn would allow, or stricter: however many thresholds
        the curve has, expected alerts fit with 95 % confidence over the draw of the benign conversations.

        The confidence holds for a capacity fixed beforehand (of several that are tried: for each, not for all at
        once), and for traffic like the conversations that the curve was measured on, which the model card names.

        Args:
            curve: `artifact.threshold_curve` of the artefact that will score.
            alerts_per_day: conversations that reviewers can read a day, above 0.
            conversations_per_day: conversations scored a day, above 0.
            prevalence: share of them that is sought, in (0, 1); yours to know, no model can tell it.

        Raises:
            InvalidOptionError: a number is out of its range, or the curve has too few benign conversations to
                support the capacity; the message says which capacity or volume they support.
        """
        for name, value in (("alerts_per_day", alerts_per_day), ("conversations_per_day", conversations_per_day)):
            if not 0 < value < math.inf:
                raise InvalidOptionError(f"{name} {value:g} is out of range; pass a number above 0")
        if not 0 < prevalence < 1:
            raise InvalidOptionError(f"prevalence {prevalence:g} is out of range; pass a number between 0 and 1")
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

    Recall, and all that is reckoned from it, is that on composed positives: recall on real conversations of the kind
    sought is unmeasured, and no bound here covers that difference.

    Attributes:
        operating_point: the threshold; may be passed wherever the name of an operating point may.
        alerts_per_day: as asked.
        conversations_per_day: as asked.
        prevalence: as asked.
        expected_alerts: a day. `value` takes both measured rates, `low` their two-sided 95 % lower bounds, `high` the
            one-sided 95 % bound of the false-flag rate and a recall of 1; it is at most `alerts_per_day`.
        recall: share of what is sought that is flagged; two-sided 95 % Clopper-Pearson bounds.
        ppv: share of alerts that are what is sought, at the prevalence. Each bound takes opposite bounds of the two
            rates, 97.5 % each, so 95 % together. 0 where no alert is expected.
        expected_misses: conversations sought and not flagged, a day; from the recall and its bounds.
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
    """The point of this name, or the point itself where a caller brings one.

    Raises:
        UnknownOperatingPointError: there is none; the known names are in the message.
    """
    if isinstance(wanted, OperatingPoint):
        return wanted
    if wanted not in points:
        known = ", ".join(points)
        raise UnknownOperatingPointError(f"no operating point of that name in the artefact; use one of {known}")
    return points[wanted]


def upper_bound(count: int, n: int, confidence: float = CONFIDENCE) -> float:
    """One-sided upper bound of a rate, in (0, 1] (Clopper & Pearson 1934).

    The rate at which the chance of at most `count` of `n` is `1 - confidence`, found by halving: the library has no
    scipy.
    """
    low, high = count / n, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if _at_most(count, n, middle) <= 1 - confidence else (middle, high)
    return high


def _at_most(count: int, n: int, rate: float) -> float:
    """P(X <= count) of a binomial X of n draws; rates outside (0, 1) are taken as 0 or 1."""
    if rate <= 0 or count >= n:
        return 1.0
    if rate >= 1:
        return 0.0
    ways, hit, miss = math.lgamma(n + 1), math.log(rate), math.log1p(-rate)
    # The shorter tail has fewer terms; what is compared with it is never so small that 1 - x would matter.
    below = count < n / 2
    terms = (
        math.exp(ways - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * hit + (n - k) * miss)
        for k in (range(count + 1) if below else range(count + 1, n + 1))
    )
    tail = min(1.0, math.fsum(terms))
    return tail if below else 1.0 - tail


def two_sided(count: int, n: int) -> Estimate:
    """A rate between its two-sided 95 % Clopper-Pearson bounds; `n` at least 1."""
    side = (1 + CONFIDENCE) / 2
    return Estimate(count / n, 1 - upper_bound(n - count, n, side), upper_bound(count, n, side))


def _walk(curve: ThresholdCurve, allowed: float) -> CurveStep | None:
    """Last step, strict to lax, before the first whose false-flag rate cannot be shown to be at most `allowed`."""
    found = None
    for step in curve.steps:
        if _at_most(step.false_flags, curve.conversations, allowed) > 1 - CONFIDENCE:
            break
        found = step
    return found


def _refusal(curve: ThresholdCurve, alerts_per_day: float, conversations_per_day: float, prevalence: float) -> str:
    """What the strictest threshold supports instead; one more alert, one fewer conversation than the very edge."""
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
            # Equal to the capacity at most; the minimum takes off what rounding of floats may add.
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
