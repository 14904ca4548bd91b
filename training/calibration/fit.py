"""Fit the numbers around the networks: sigmoid, Venn-Abers steps, operating points, their curve, label thresholds."""

from __future__ import annotations

import numpy as np
from scipy.stats import beta
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve

from grooming_risk.decision.calibration import Calibrator
from grooming_risk.decision.operating_points import CONFIDENCE, CurveStep, OperatingPoint, ThresholdCurve
from grooming_risk.scoring.assessment import DECIMALS

# A threshold stands this far above the strongest benign logit that it lets pass.
STEP = 10.0**-DECIMALS
# Thresholds of the curve at most. With 3,000 benign conversations neighbours differ by one false flag up to 25 of
# them and by 8 % or less from there on: so little of a capacity is given away.
CURVE_STEPS = 200


def fit_calibrator(logits: np.ndarray, labels: np.ndarray, reference_prevalence: float) -> Calibrator:
    """Sigmoid (Platt 1999, as unpenalised logistic regression) and Venn-Abers steps.

    Args:
        logits: float64, shape (n,), highest window logit of each calibration conversation.
        labels: int, shape (n,).
        reference_prevalence: what probabilities refer to.

    Raises:
        ValueError: higher logits do not mean more positives.
    """
    sigmoid = LogisticRegression(C=1e6, max_iter=1_000).fit(logits[:, None], labels)
    if sigmoid.coef_[0, 0] <= 0:
        raise ValueError("calibration positives rank below negatives: the window model learned nothing; train longer")
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
    """p0 and p1 of the inductive Venn-Abers predictor for a logit between any two calibration logits.

    For each gap an isotonic regression is fitted with the new point added, once as 0 and once as 1 (Vovk, Petej &
    Fedorova 2015, algorithm 1, by definition rather than by its fast version). Equal neighbours are merged.
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
    """One-sided 95 % Clopper-Pearson upper bound of a rate."""
    if false_flags >= conversations:
        return 1.0
    return float(beta.ppf(CONFIDENCE, false_flags + 1, conversations - false_flags))


def fit_operating_points(
    benign: np.ndarray, positives: np.ndarray, targets: dict[str, float]
) -> dict[str, OperatingPoint]:
    """Lowest threshold of each target whose bound holds, by a fixed-sequence walk from strict to lax.

    Args:
        benign: highest logit of each real benign conversation never trained on, shape (n,).
        positives: highest logit of each composed calibration positive, shape (m,); for the recall only.
        targets: name → false-flag rate that the upper bound must not pass.

    Raises:
        ValueError: there are too few conversations to support a target.
    """
    points: dict[str, OperatingPoint] = {}
    ordered = np.sort(benign)[::-1]
    for name, target in targets.items():
        allowed = -1
        while allowed + 1 < len(ordered) and upper_bound(allowed + 1, len(ordered)) <= target:
            allowed += 1
        if allowed < 0:
            raise ValueError(f"{len(ordered)} benign conversations cannot support a bound of {target:.2%} ({name})")
        threshold = round(float(ordered[min(allowed, len(ordered) - 1)]) + STEP, DECIMALS)
        flags = int((benign >= threshold).sum())
        recall = float((positives >= threshold).mean())
        points[name] = OperatingPoint(
            name, threshold, target, len(ordered), flags, upper_bound(flags, len(ordered)), recall
        )
    return points


def fit_curve(benign: np.ndarray, positives: np.ndarray) -> ThresholdCurve:
    """False flags and recall by threshold, for points chosen later by capacity; dense in the tail of few false flags.

    Thresholds stand just above benign logits of fixed ranks, in geometric progression: ranks do not depend on the
    data, so an exact bound of the count at any one of them holds.

    Args:
        benign: as for `fit_operating_points`, shape (n,), n > 0.
        positives: likewise, shape (m,), m > 0.
    """
    ordered = np.sort(benign)[::-1]
    ranks = np.unique(np.geomspace(1, len(ordered), CURVE_STEPS).round().astype(int)) - 1
    thresholds = np.unique(np.round(ordered[ranks] + STEP, DECIMALS))[::-1]
    steps = tuple(
        CurveStep(float(threshold), int((benign >= threshold).sum()), int((positives >= threshold).sum()))
        for threshold in thresholds
    )
    return ThresholdCurve(steps, len(benign), len(positives))


def fit_label_thresholds(logits: np.ndarray, targets: np.ndarray, weights: np.ndarray) -> list[float]:
    """Probability of best F1 of each label on calibration lines, between 0.3 and 0.9; 0.5 for a label without lines."""
    probabilities = 1 / (1 + np.exp(-logits))
    thresholds = []
    for label in range(targets.shape[1]):
        known = weights[:, label] > 0
        if targets[known, label].sum() < 3:
            thresholds.append(0.5)
            continue
        precision, recall, values = precision_recall_curve(targets[known, label], probabilities[known, label])
        score = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
        best = values[int(np.argmax(score[:-1]))]
        thresholds.append(round(float(np.clip(best, 0.3, 0.9)), 3))
    return thresholds
