"""Ranking metrics of all resamples of a bootstrap at once, from one sort: hundreds of slices have intervals.

`training.evaluation.metrics` has the same metrics as scikit-learn computes them; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
from joblib import delayed

from training.evaluation.estimates import Ranking, RankingName
from training.evaluation.metrics import Resampling, draws, metric_of
from training.execution.parallel import in_order

_IN_CACHE = 100_000  # weights, of eight bytes once they are summed


@dataclass(frozen=True, slots=True)
class Cumulative:
    """Weight of positives and of negatives that score at or above each distinct score, strictest first.

    Attributes:
        positives: float64, shape (b, u), one row for each of b weightings of the conversations.
        negatives: float64, shape (b, u), likewise.
    """

    positives: np.ndarray
    negatives: np.ndarray


RankingMetric = Callable[[Cumulative], np.ndarray]


def cumulative(labels: np.ndarray, scores: np.ndarray, weights: np.ndarray) -> Cumulative:
    """Accumulate the weights of conversations from the highest score to the lowest.

    Args:
        labels: int, shape (n,), 0 or 1.
        scores: Shape (n,), higher for more suspicious conversations.
        weights: Shape (b, n), how often each conversation counts.

    Returns:
        Cumulative weights at each distinct score.
    """
    order = np.argsort(-scores, kind="stable")
    last = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    ordered, positive = weights[:, order], labels[order] == 1
    positives = np.cumsum(ordered * positive, axis=1, dtype=np.float64)[:, last]
    negatives = np.cumsum(ordered * ~positive, axis=1, dtype=np.float64)[:, last]
    return Cumulative(positives, negatives)


def area(weights: Cumulative) -> np.ndarray:
    """Return the area under the ROC curve, shape (b,); ties count half."""
    positives, negatives = _from_zero(weights.positives), _from_zero(weights.negatives)
    steps = np.diff(negatives, axis=1) * (positives[:, 1:] + positives[:, :-1]) / 2
    return np.asarray(steps.sum(1) / (positives[:, -1] * negatives[:, -1]))


def precision_area(weights: Cumulative) -> np.ndarray:
    """Return the average precision, shape (b,)."""
    flagged = weights.positives + weights.negatives
    precision = weights.positives / np.maximum(flagged, 1)  # where nothing is flagged, recall does not grow either
    gained = np.diff(_from_zero(weights.positives), axis=1)
    return np.asarray((gained * precision).sum(1) / weights.positives[:, -1])


def recall_at(rate: float) -> RankingMetric:
    """Return a metric: recall at the strictest threshold that flags at most this share of negatives.

    Conversations that tie with the first negative beyond the share are not flagged.
    """

    def metric(weights: Cumulative) -> np.ndarray:
        allowed = np.floor(rate * weights.negatives[:, -1])
        beyond = (weights.negatives > allowed[:, None]).argmax(1)  # the first score that would flag too many
        found = _from_zero(weights.positives)[np.arange(len(beyond)), beyond]
        return np.asarray(found / weights.positives[:, -1])

    return metric


RANKING: dict[RankingName, RankingMetric] = {
    "auroc": area,
    "average_precision": precision_area,
    "recall_at_5_percent_false_flags": recall_at(0.05),
    "recall_at_1_percent_false_flags": recall_at(0.01),
    "recall_at_0.1_percent_false_flags": recall_at(0.001),
}


def ranking(
    labels: np.ndarray,
    scores: np.ndarray,
    groups: np.ndarray,
    resampling: Resampling,
    metrics: Mapping[RankingName, RankingMetric] = RANKING,
) -> Ranking:
    """Compute ranking metrics with the 95 % intervals of a group bootstrap within class.

    Args:
        labels: int, shape (n,), 0 or 1, both present.
        scores: Shape (n,), higher for more suspicious conversations.
        groups: Shape (n,), the unit that the bootstrap draws.
        resampling: Number of resamples, and their seed.
        metrics: Metrics by name.

    Returns:
        Each metric with its interval.
    """
    whole = cumulative(labels, scores, np.ones((1, len(labels)), dtype=np.int32))
    resampled: dict[str, list[np.ndarray]] = {name: [] for name in metrics}
    blocks = (part for weights in draws(labels, groups, resampling) for part in _few(weights))
    tasks = (delayed(_metrics)(labels, scores, weights, metrics) for weights in blocks)
    for values in in_order(tasks, threads=True):
        for name, value in values.items():
            resampled[name].append(value)
    found = {
        name: metric_of(float(metric(whole)[0]), np.concatenate(resampled[name])) for name, metric in metrics.items()
    }
    return cast(Ranking, found)


def _few(weights: np.ndarray) -> list[np.ndarray]:
    """Divide weightings into blocks that a processor core holds in its cache."""
    return np.array_split(weights, max(1, weights.size // _IN_CACHE))


def _metrics(
    labels: np.ndarray, scores: np.ndarray, weights: np.ndarray, metrics: Mapping[RankingName, RankingMetric]
) -> dict[RankingName, np.ndarray]:
    drawn = cumulative(labels, scores, weights)
    return {name: metric(drawn) for name, metric in metrics.items()}


def select_metrics(*names: RankingName) -> dict[RankingName, RankingMetric]:
    """Return the named metrics of RANKING."""
    return {name: RANKING[name] for name in names}


def has_both_classes(labels: np.ndarray) -> bool:
    """Check whether there are positives and negatives; without both, nothing can be ranked."""
    return bool(0 < labels.sum() < len(labels))


def _from_zero(counts: np.ndarray) -> np.ndarray:
    return np.pad(counts, ((0, 0), (1, 0)))
