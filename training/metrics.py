"""Metrics with intervals. Conversations are resampled by group (carrier or dialogue), within class."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.stats import beta
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

Metric = Callable[[np.ndarray, np.ndarray], float]


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


def adaptive_calibration_error(labels: np.ndarray, probabilities: np.ndarray, bins: int = 15) -> float:
    """Equal-mass expected calibration error (Nguyen & O'Connor 2015)."""
    order = np.argsort(probabilities, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    gaps = [abs(labels[part].mean() - probabilities[part].mean()) * len(part) for part in parts]
    return float(np.sum(gaps) / len(labels))


def brier_skill(labels: np.ndarray, probabilities: np.ndarray) -> float:
    """1 − Brier score / Brier score of always saying the share of positives."""
    reference = labels.mean() * (1 - labels.mean())
    return float(1 - brier_score_loss(labels, probabilities) / reference)


def with_interval(
    metric: Metric, labels: np.ndarray, scores: np.ndarray, groups: np.ndarray, resamples: int, seed: int
) -> dict[str, float]:
    """Value and 95 % percentile interval of a group bootstrap within class."""
    random = np.random.default_rng(seed)
    blocks = [_blocks(np.flatnonzero(labels == label), groups) for label in (0, 1)]
    values = []
    for _ in range(resamples):
        drawn = np.concatenate([block[i] for block in blocks for i in random.integers(len(block), size=len(block))])
        values.append(metric(labels[drawn], scores[drawn]))
    low, high = np.quantile(values, (0.025, 0.975))
    return {"value": metric(labels, scores), "low": float(low), "high": float(high)}


def rate_with_interval(count: int, total: int) -> dict[str, float | int]:
    """A rate and its two-sided 95 % Clopper-Pearson interval."""
    low = float(beta.ppf(0.025, count, total - count + 1)) if count else 0.0
    high = float(beta.ppf(0.975, count + 1, total - count)) if count < total else 1.0
    return {"value": count / total, "low": low, "high": high, "count": count, "n": total}


def _blocks(indices: np.ndarray, groups: np.ndarray) -> list[np.ndarray]:
    order = indices[np.argsort(groups[indices], kind="stable")]
    edges = np.flatnonzero(groups[order][1:] != groups[order][:-1]) + 1
    return np.split(order, edges)
