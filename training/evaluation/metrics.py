"""Metrics with intervals. Conversations are resampled by group (carrier or dialogue), within class."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.stats import beta
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

Metric = Callable[[np.ndarray, np.ndarray], float]
# Weights that are held at once, whatever the number of conversations: 8 MiB, and some times that while they are summed.
_HELD = 2_000_000


@dataclass(frozen=True, slots=True)
class Resampling:
    """Resamples of an interval, and the seed that makes them repeatable."""

    resamples: int
    seed: int


def auroc(labels: np.ndarray, scores: np.ndarray) -> float:
    """Area under the ROC curve."""
    return float(roc_auc_score(labels, scores))


def average_precision(labels: np.ndarray, scores: np.ndarray) -> float:
    """Average precision; it depends on the share of positives, which results print beside it."""
    return float(average_precision_score(labels, scores))


def recall_at_false_flags(rate: float) -> Metric:
    """Recall at the strictest threshold that flags at most this share of negatives."""

    def metric(labels: np.ndarray, scores: np.ndarray) -> float:
        negatives = np.sort(scores[labels == 0])[::-1]
        threshold = negatives[int(np.floor(rate * len(negatives)))]
        return float((scores[labels == 1] > threshold).mean())

    return metric


def equal_mass(probabilities: np.ndarray, bins: int) -> list[np.ndarray]:
    """Indices of the conversations in each of at most `bins` bins of as many conversations, ascending."""
    order = np.argsort(probabilities, kind="stable")
    return [part for part in np.array_split(order, bins) if len(part)]


def adaptive_calibration_error(labels: np.ndarray, probabilities: np.ndarray, bins: int = 15) -> float:
    """Equal-mass expected calibration error (Nguyen & O'Connor 2015)."""
    gaps = [
        abs(labels[part].mean() - probabilities[part].mean()) * len(part) for part in equal_mass(probabilities, bins)
    ]
    return float(np.sum(gaps) / len(labels))


def brier_skill(labels: np.ndarray, probabilities: np.ndarray) -> float:
    """1 − Brier score / Brier score of always saying the share of positives."""
    reference = labels.mean() * (1 - labels.mean())
    return float(1 - brier_score_loss(labels, probabilities) / reference)


def draws(labels: np.ndarray, groups: np.ndarray, resampling: Resampling) -> Iterator[np.ndarray]:
    """How often each conversation stands in each resample, a few resamples at a time.

    Groups are drawn with replacement within class, as many as the class has; a group's conversations of that class
    come together (the cluster bootstrap of Davison & Hinkley 1997, §3.8, stratified).

    Args:
        labels: int, shape (n,), 0 or 1.
        groups: shape (n,), what is drawn as one.
        resampling: how many, and the seed.

    Yields:
        int32, shape (some, n); `resampling.resamples` rows in all.
    """
    random = np.random.default_rng(resampling.seed)
    members = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    codes = [np.unique(groups[rows], return_inverse=True)[1] for rows in members]
    some = max(1, _HELD // max(1, len(labels)))
    for start in range(0, resampling.resamples, some):
        weights = np.zeros((min(some, resampling.resamples - start), len(labels)), dtype=np.int32)
        for rows, code in zip(members, codes, strict=True):
            count = int(code.max()) + 1
            weights[:, rows] = random.multinomial(count, np.full(count, 1 / count), size=len(weights))[:, code]
        yield weights


def metric_of(value: float, resampled: np.ndarray) -> dict[str, float]:
    """A value with the 95 % percentile interval of its resamples, shape (resamples,)."""
    low, high = np.quantile(resampled, (0.025, 0.975))
    return {"value": float(value), "low": float(low), "high": float(high)}


def with_interval(
    metric: Metric, labels: np.ndarray, scores: np.ndarray, groups: np.ndarray, resamples: int, seed: int
) -> dict[str, float]:
    """Value and 95 % percentile interval of a group bootstrap within class."""
    rows = np.arange(len(labels))
    resampled = []
    for weights in draws(labels, groups, Resampling(resamples, seed)):
        for weight in weights:
            drawn = np.repeat(rows, weight)
            resampled.append(metric(labels[drawn], scores[drawn]))
    return metric_of(metric(labels, scores), np.array(resampled))


def rate_with_interval(count: int, total: int) -> dict[str, float | int]:
    """A rate and its two-sided 95 % Clopper-Pearson interval; `total` is at least 1."""
    low = float(beta.ppf(0.025, count, total - count + 1)) if count else 0.0
    high = float(beta.ppf(0.975, count + 1, total - count)) if count < total else 1.0
    return {"value": count / total, "low": low, "high": high, "count": count, "n": total}


def rate_of(flags: np.ndarray) -> dict[str, float | int]:
    """The share of true among them, bool, shape (n,), with its interval."""
    return rate_with_interval(int(flags.sum()), len(flags))
