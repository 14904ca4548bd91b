"""Fit the numbers around the networks: calibration, operating points, threshold curve, label thresholds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import beta
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from grooming_risk.decision.calibration import Calibrator
from grooming_risk.decision.operating_points import CONFIDENCE, CurveStep, OperatingPoint, ThresholdCurve
from grooming_risk.scoring.window_scores import DECIMALS
from training.errors import TrainingError

# Distance of a threshold above the strongest benign logit that it does not flag.
STEP = 10.0**-DECIMALS
# Largest number of thresholds of the curve. With 3,000 benign conversations, neighbouring thresholds differ by one
# false flag up to 25 of them, and by at most 8 % beyond: a point chosen by capacity wastes no more than that.
CURVE_STEPS = 200


def fit_calibrator(logits: np.ndarray, labels: np.ndarray, reference_prevalence: float) -> Calibrator:
    """Fit the sigmoid (Platt 1999, as unpenalised logistic regression) and the Venn-Abers steps.

    Args:
        logits: Highest window logit of each calibration conversation, float64, shape (n,).
        labels: int, shape (n,), 0 or 1.
        reference_prevalence: Prevalence that the probabilities refer to, in (0, 1).

    Returns:
        The calibrator.

    Raises:
        TrainingError: Higher logits do not mean more positives.
    """
    sigmoid = LogisticRegression(C=1e6, max_iter=1_000).fit(logits[:, None], labels)
    if sigmoid.coef_[0, 0] <= 0:
        raise TrainingError(
            "calibration positives rank below negatives: the window model has learned nothing; train longer"
        )
    steps, low, high = venn_abers_steps(logits, labels)
    return Calibrator(
        slope=float(sigmoid.coef_[0, 0]),
        intercept=float(sigmoid.intercept_[0]),
        calibration_prevalence=float(labels.mean()),
        reference_prevalence=reference_prevalence,
        steps=steps,
        low=low,
        high=high,
    )


def venn_abers_steps(
    logits: np.ndarray, labels: np.ndarray
) -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]:
    """Compute p0 and p1 of the inductive Venn-Abers predictor as step functions of the logit.

    For each gap between calibration logits, an isotonic regression is fitted with a new point in the gap, once labelled
    0 and once labelled 1 (Vovk, Petej & Fedorova 2015, algorithm 1; by definition, not by its fast version).
    Neighbouring gaps with equal values are merged.

    Args:
        logits: Calibration logits, float64, shape (n,).
        labels: int, shape (n,), 0 or 1.

    Returns:
        Logits at which the step functions change, k values; p0 and p1 between them, k + 1 values each.
    """
    distinct = np.unique(logits)
    inside = [distinct[0] - 1.0, *((distinct[1:] + distinct[:-1]) / 2), distinct[-1] + 1.0]
    pairs = [tuple(_with_point(logits, labels, point, assumed) for assumed in (0, 1)) for point in inside]
    kept = [0] + [index for index in range(1, len(pairs)) if pairs[index] != pairs[index - 1]]
    return (
        tuple(float(distinct[index - 1]) for index in kept[1:]),
        tuple(pairs[index][0] for index in kept),
        tuple(pairs[index][1] for index in kept),
    )


def _with_point(logits: np.ndarray, labels: np.ndarray, point: float, assumed: int) -> float:
    fit = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip")
    fit.fit(np.append(logits, point), np.append(labels, assumed))
    return round(float(fit.predict([point])[0]), 6)


def upper_bound(false_flags: int, conversations: int) -> float:
    """Return the one-sided 95 % Clopper-Pearson upper bound of a rate."""
    if false_flags >= conversations:
        return 1.0
    return float(beta.ppf(CONFIDENCE, false_flags + 1, conversations - false_flags))


def fit_operating_points(
    benign: np.ndarray, positives: np.ndarray, targets: dict[str, float], long: Sequence[np.ndarray] = ()
) -> dict[str, OperatingPoint]:
    """Find the lowest threshold of each target whose bound holds, by a fixed-sequence walk from strict to lax.

    In long conversations more windows may be flagged. There are too few of them for a bound as tight; the share of them
    that is flagged must not exceed the target either.

    Args:
        benign: Highest logit of each real benign conversation, none of them trained on, shape (n,).
        positives: Highest logit of each composed calibration positive, shape (m,); used for the recall only.
        targets: Name → false-flag rate that the upper bound must not exceed.
        long: The same as `benign` for longer conversations, one array for each class of lengths.

    Returns:
        Operating points by name.

    Raises:
        TrainingError: There are too few conversations to support a target.
    """
    points: dict[str, OperatingPoint] = {}
    ordered = np.sort(benign)[::-1]
    for name, target in targets.items():
        allowed = -1
        while allowed + 1 < len(ordered) and upper_bound(allowed + 1, len(ordered)) <= target:
            allowed += 1
        if allowed < 0:
            raise TrainingError(f"{len(ordered)} benign conversations cannot support a bound of {target:.2%} ({name})")
        lowest = float(ordered[min(allowed, len(ordered) - 1)])
        for logits in long:
            lowest = max(lowest, float(np.sort(logits)[::-1][int(target * len(logits))]))
        threshold = round(lowest + STEP, DECIMALS)
        flags = int((benign >= threshold).sum())
        recall = float((positives >= threshold).mean())
        points[name] = OperatingPoint(
            name, threshold, target, len(ordered), flags, upper_bound(flags, len(ordered)), recall
        )
    return points


def fit_curve(benign: np.ndarray, positives: np.ndarray) -> ThresholdCurve:
    """Compute false flags and recall by threshold, for operating points chosen later by capacity.

    Thresholds are just above benign logits of fixed ranks in geometric progression, so they are dense where false flags
    are few. Ranks do not depend on the data, so an exact bound of the count holds at each of them.

    Args:
        benign: As for `fit_operating_points`, shape (n,), n > 0.
        positives: As for `fit_operating_points`, shape (m,), m > 0.

    Returns:
        The curve, from the strictest threshold to the laxest.
    """
    ordered = np.sort(benign)[::-1]
    ranks = np.unique(np.geomspace(1, len(ordered), CURVE_STEPS).round().astype(int)) - 1
    thresholds = np.unique(np.round(ordered[ranks] + STEP, DECIMALS))[::-1]
    steps = tuple(
        CurveStep(float(threshold), int((benign >= threshold).sum()), int((positives >= threshold).sum()))
        for threshold in thresholds
    )
    return ThresholdCurve(steps, len(benign), len(positives))
