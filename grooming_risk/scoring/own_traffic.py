"""A threshold for traffic of one's own: the laxest whose false-flag rate there is shown to be low enough.

The bounds of the named operating points hold for traffic like that on which the artefact was calibrated, and other
traffic may be flagged several times as often. Here the bound is measured again, on benign conversations of the caller.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grooming_risk.decision.operating_points import CONFIDENCE, OperatingPoint, ThresholdCurve, at_most, upper_bound
from grooming_risk.errors import InvalidOptionError
from grooming_risk.report import RiskReport
from grooming_risk.scoring.window_scores import DECIMALS

# Name of an operating point that was calibrated on traffic of one's own, as reports give it in their provenance.
BY_OWN_TRAFFIC = "own_traffic"
# Distance of a threshold above the strongest benign logit that it does not flag.
STEP = 10.0**-DECIMALS
LOWEST_TARGET = 1e-9  # nobody has the three thousand million conversations that a lower rate would need


@dataclass(frozen=True, slots=True)
class BenignSource:
    """Benign conversations that belong together, such as those of one service or one month.

    Attributes:
        name: Name of the source.
        logits: Highest window logit of each conversation that was scored; those that were abstained from have none.
    """

    name: str
    logits: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class SourceRate:
    """False flags of one source.

    Attributes:
        name: Name of the source.
        conversations: Number of its conversations.
        false_flags: Number of these that the point flags, which was fitted on them too.
        held_out_flags: Number of these that a point flags which was fitted on the other sources alone; None where the
            other sources have too few conversations, or where there are none.
    """

    name: str
    conversations: int
    false_flags: int
    held_out_flags: int | None


@dataclass(frozen=True, slots=True)
class OwnTrafficCalibration:
    """An operating point for traffic of one's own, and what it costs on each source.

    Attributes:
        point: The operating point; its bound holds for traffic like all sources together.
        sources: The sources, in the order in which they were given.
    """

    point: OperatingPoint
    sources: tuple[SourceRate, ...]

    @property
    def mean_rate(self) -> float:
        """Mean of the sources' false-flag rates; every source weighs alike, whatever its size."""
        return float(np.mean([source.false_flags / source.conversations for source in self.sources]))

    @property
    def held_out_rate(self) -> float | None:
        """Mean of the rates on sources that a point was not fitted on; None unless every source has one."""
        rates = [s.held_out_flags / s.conversations for s in self.sources if s.held_out_flags is not None]
        return float(np.mean(rates)) if rates and len(rates) == len(self.sources) else None


def highest_logit(report: RiskReport) -> float | None:
    """Return the highest window logit of a report; None when it abstains."""
    return max((window.logit for window in report.windows), default=None)


def conversations_needed(target: float) -> int:
    """Return how few conversations can support a false-flag rate, if none of them is flagged; `target` is in (0, 1)."""
    fewest = max(1, math.floor(math.log(1 - CONFIDENCE) / math.log1p(-target)))
    while at_most(0, fewest, target) > 1 - CONFIDENCE:
        fewest += 1
    return fewest


def calibrate_on_own_traffic(
    sources: Sequence[BenignSource], target: float, curve: ThresholdCurve
) -> OwnTrafficCalibration:
    """Choose the most permissive threshold whose false-flag rate on benign traffic is shown to be at most a target.

    Thresholds just above each conversation's logit are tested from the strictest to the most permissive, with the exact
    binomial tail of their false flags, and the last before the first failure is the limit (fixed-sequence testing, as
    in `OperatingPoint.for_review_capacity`). Of several sources a large one would decide alone, so the threshold also
    becomes stricter until the mean of their rates, in which every source weighs alike, is at most the target; all
    thresholds above the limit were accepted together, so the bound still holds.

    The confidence is over the draw of the conversations. It assumes that they are benign, independent of each other,
    and like the traffic that will be scored.

    Args:
        sources: Benign conversations; sources without any are left out.
        target: Largest false-flag rate that the bound may have, in [1e-9, 1).
        curve: `artifact.threshold_curve` of the artefact that gave the logits; for the recall only.

    Returns:
        The operating point, with false flags by source, and those on each source when it was held out.

    Raises:
        InvalidOptionError: The target is out of its range, or there are too few conversations for it; the message says
            how many are needed.
    """
    if not LOWEST_TARGET <= target < 1:
        raise InvalidOptionError(
            f"the false-flag rate must be at least {LOWEST_TARGET:g} and less than 1, got {target:g}"
        )
    logits = {source.name: np.array(source.logits) for source in sources if source.logits}
    count, needed = sum(map(len, logits.values())), conversations_needed(target)
    if count < needed:
        raise InvalidOptionError(
            f"{count:,} scored conversations cannot show a false-flag rate of at most {target:.4%}: at least "
            f"{needed:,} are needed; add benign conversations or ask for a higher rate"
        )
    threshold = _threshold(list(logits.values()), target)
    flags = {name: int((own >= threshold).sum()) for name, own in logits.items()}
    total = sum(flags.values())
    bound = min(upper_bound(total, count), target)  # the minimum removes what bisection may add
    point = OperatingPoint(BY_OWN_TRAFFIC, threshold, target, count, total, bound, recall_at(curve, threshold))
    return OwnTrafficCalibration(
        point,
        tuple(
            SourceRate(name, len(own), flags[name], _held_out_flags(name, logits, target, needed))
            for name, own in logits.items()
        ),
    )


def recall_at(curve: ThresholdCurve, threshold: float) -> float:
    """Return the share of composed positives that a threshold flags at least: that of the next stricter one measured.

    Args:
        curve: The measured thresholds.
        threshold: A logit.

    Returns:
        The share, 0 where the threshold is stricter than every measured one.
    """
    flagged = [step.recalled for step in curve.steps if step.threshold >= threshold]
    return flagged[-1] / curve.positives if flagged else 0.0


def _threshold(logits: list[npt.NDArray[np.float64]], target: float) -> float:
    """Return the threshold that `calibrate_on_own_traffic` describes."""
    ordered = np.sort(np.concatenate(logits))[::-1]
    for allowed in range(_most_flags(len(ordered), target), -1, -1):
        threshold = round(float(ordered[allowed]) + STEP, DECIMALS)
        if np.mean([(own >= threshold).mean() for own in logits]) <= target:
            break
    return threshold


def _most_flags(n: int, target: float) -> int:
    """Return the largest number of false flags among n conversations that shows a rate of at most the target."""
    low, high = 0, n  # the tail grows with the number: `low` passes, `high` does not
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if at_most(middle, n, target) <= 1 - CONFIDENCE else (low, middle)
    return low


def _held_out_flags(name: str, logits: dict[str, npt.NDArray[np.float64]], target: float, needed: int) -> int | None:
    others = [own for other, own in logits.items() if other != name]
    if sum(map(len, others)) < needed:
        return None
    return int((logits[name] >= _threshold(others, target)).sum())
