"""Metrics and their 95 % intervals. Conversations are resampled by group (carrier or dialogue), within class."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
from scipy.stats import beta
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from grooming_risk.decision.operating_points import OperatingPoint
from training.evaluation.estimates import Estimate, PointRates, Rate, RecallAndFalseFlags

Metric = Callable[[np.ndarray, np.ndarray], float]
# Weights held at once, whatever the number of conversations: 8 MiB, and a few times that while they are summed.
_HELD = 2_000_000


@dataclass(frozen=True, slots=True)
class Resampling:
    """Number of bootstrap resamples, and the seed that makes them repeatable."""

    resamples: int
    seed: int


def auroc(labels: np.ndarray, scores: np.ndarray) -> float:
    """Return the area under the ROC curve."""
    return float(roc_auc_score(labels, scores))


def average_precision(labels: np.ndarray, scores: np.ndarray) -> float:
    """Return the average precision, which depends on the share of positives; results give that share beside it."""
    return float(average_precision_score(labels, scores))


def recall_at_false_flags(rate: float) -> Metric:
    """Return a metric: recall at the strictest threshold that flags at most this share of negatives."""

    def metric(labels: np.ndarray, scores: np.ndarray) -> float:
        negatives = np.sort(scores[labels == 0])[::-1]
        threshold = negatives[int(np.floor(rate * len(negatives)))]
        return float((scores[labels == 1] > threshold).mean())

    return metric


def equal_mass(probabilities: np.ndarray, bins: int) -> list[np.ndarray]:
    """Return the indices of the conversations in each of at most `bins` bins of equal size, in ascending order."""
    order = np.argsort(probabilities, kind="stable")
    return [part for part in np.array_split(order, bins) if len(part)]


def adaptive_calibration_error(labels: np.ndarray, probabilities: np.ndarray, bins: int = 15) -> float:
    """Return the expected calibration error over bins of equal size (Nguyen & O'Connor 2015)."""
    gaps = [
        abs(labels[part].mean() - probabilities[part].mean()) * len(part) for part in equal_mass(probabilities, bins)
    ]
    return float(np.sum(gaps) / len(labels))


def brier_skill(labels: np.ndarray, probabilities: np.ndarray) -> float:
    """Return 1 − the Brier score divided by that of always predicting the share of positives."""
    reference = labels.mean() * (1 - labels.mean())
    return float(1 - brier_score_loss(labels, probabilities) / reference)


def draws(labels: np.ndarray, groups: np.ndarray, resampling: Resampling) -> Iterator[np.ndarray]:
    """Yield how often each conversation occurs in each resample, a block of resamples at a time.

    Groups are drawn with replacement within class, as many as the class has; all conversations of a group that are of
    that class are drawn together (the cluster bootstrap of Davison & Hinkley 1997, §3.8, stratified).

    Args:
        labels: int, shape (n,), 0 or 1.
        groups: Shape (n,), the unit that is drawn.
        resampling: Number of resamples, and their seed.

    Yields:
        int32, shape (resamples of the block, n); `resampling.resamples` rows in all.
    """
    random = np.random.default_rng(resampling.seed)
    members = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    codes = [np.unique(groups[rows], return_inverse=True)[1] for rows in members]
    block = max(1, _HELD // max(1, len(labels)))
    for start in range(0, resampling.resamples, block):
        weights = np.zeros((min(block, resampling.resamples - start), len(labels)), dtype=np.int32)
        for rows, code in zip(members, codes, strict=True):
            count = int(code.max()) + 1
            weights[:, rows] = random.multinomial(count, np.full(count, 1 / count), size=len(weights))[:, code]
        yield weights


def metric_of(value: float, resampled: np.ndarray) -> Estimate:
    """Return a value with the 95 % percentile interval of its resamples, shape (resamples,)."""
    low, high = np.quantile(resampled, (0.025, 0.975))
    return {"value": float(value), "low": float(low), "high": float(high)}


def with_interval(
    metric: Metric, labels: np.ndarray, scores: np.ndarray, groups: np.ndarray, resamples: int, seed: int
) -> Estimate:
    """Return a metric with the 95 % percentile interval of a group bootstrap within class."""
    rows = np.arange(len(labels))
    resampled = []
    for weights in draws(labels, groups, Resampling(resamples, seed)):
        for weight in weights:
            drawn = np.repeat(rows, weight)
            resampled.append(metric(labels[drawn], scores[drawn]))
    return metric_of(metric(labels, scores), np.array(resampled))


def mean_with_interval(values: np.ndarray, groups: np.ndarray, resampling: Resampling) -> Estimate:
    """Return the mean of values, shape (n,), with the 95 % interval of a bootstrap by group."""
    one_class = np.zeros(len(values), dtype=int)
    resampled = [weights @ values / weights.sum(1) for weights in draws(one_class, groups, resampling)]
    return metric_of(values.mean(), np.concatenate(resampled))


def rate_with_interval(count: int, total: int) -> Rate:
    """Return a rate with its two-sided 95 % Clopper-Pearson interval; `total` must be at least 1."""
    low = float(beta.ppf(0.025, count, total - count + 1)) if count else 0.0
    high = float(beta.ppf(0.975, count + 1, total - count)) if count < total else 1.0
    return {"value": count / total, "low": low, "high": high, "count": count, "n": total}


def rate_of(flags: np.ndarray) -> Rate:
    """Return the share of true values of `flags`, bool, shape (n,), with its interval."""
    return rate_with_interval(int(flags.sum()), len(flags))


def rates(logits: np.ndarray, points: Mapping[str, OperatingPoint]) -> PointRates:
    """Return the share of conversations that each operating point flags; empty if there are no conversations.

    Args:
        logits: float64, shape (n,), highest window logit of each conversation.
        points: Operating points by name.

    Returns:
        The rate at each operating point.
    """
    if not len(logits):
        return {}
    return cast(PointRates, {name: rate_of(logits >= point.threshold) for name, point in points.items()})


def recall_and_false_flags(
    labels: np.ndarray, logits: np.ndarray, points: Mapping[str, OperatingPoint]
) -> dict[str, RecallAndFalseFlags]:
    """Return the share of positives and of negatives that each operating point flags.

    Args:
        labels: int, shape (n,), 0 or 1.
        logits: float64, shape (n,), highest window logit of each conversation.
        points: Operating points by name.

    Returns:
        Recall and false flags by operating point, without the one that has no conversations.
    """
    flagged = {name: logits >= point.threshold for name, point in points.items()}
    sides = {name: labels == label for name, label in (("recall", 1), ("false_flags", 0))}
    known = {name: chosen for name, chosen in sides.items() if chosen.any()}
    return {
        point: cast(RecallAndFalseFlags, {name: rate_of(flags[chosen]) for name, chosen in known.items()})
        for point, flags in flagged.items()
    }
