"""Differences of two models with the interval of a paired bootstrap: both are measured on the same resamples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

import numpy as np
from joblib import delayed

from training.evaluation.estimates import RankingName
from training.evaluation.metrics import Resampling, draws
from training.evaluation.ranking import RANKING, cumulative
from training.execution.parallel import in_order

BLOCK = 50  # resamples that a task measures


class Difference(TypedDict):
    """A metric of two models, and what the second has more.

    Attributes:
        first: Value of the first model.
        second: Value of the second model.
        difference: `second` - `first`.
        low: Lower end of the 95 % interval of the difference.
        high: Upper end.
        second_higher: Share of the resamples in which the second is higher; ties count half.
    """

    first: float
    second: float
    difference: float
    low: float
    high: float
    second_higher: float


def paired_ranking(
    labels: np.ndarray, logits: tuple[np.ndarray, np.ndarray], groups: np.ndarray, resampling: Resampling
) -> dict[RankingName, Difference]:
    """Compare the ranking of two models.

    Args:
        labels: int, shape (n,), 0 or 1, both present.
        logits: Highest window logits of the first and of the second model, float64, shape (n,) each.
        groups: Shape (n,), the unit that the bootstrap draws, within class.
        resampling: Number of resamples, and their seed.

    Returns:
        Every ranking metric of both, and the difference.
    """
    whole = _ranked(labels, logits, np.ones((1, len(labels)), dtype=np.int32))
    tasks = (delayed(_ranked)(labels, logits, weights) for weights in _blocks(labels, groups, resampling))
    parts = list(in_order(tasks, threads=True))
    return {
        name: _difference(whole[name][:, 0], np.concatenate([part[name] for part in parts], axis=1)) for name in RANKING
    }


def paired_rates(
    labels: np.ndarray,
    flags: tuple[np.ndarray, np.ndarray],
    groups: np.ndarray,
    resampling: Resampling,
) -> dict[str, Difference]:
    """Compare what two models flag at thresholds of their own.

    Args:
        labels: int, shape (n,), 0 or 1.
        flags: Which conversations the first and the second model flag, bool, shape (n,) each.
        groups: As for `paired_ranking`.
        resampling: Number of resamples, and their seed.

    Returns:
        "recall" and "false_flags", without the one that has no conversations.
    """
    drawn = np.concatenate(list(_blocks(labels, groups, resampling)))
    both = np.stack(flags).astype(np.float64)
    found = {}
    for name, label in (("recall", 1), ("false_flags", 0)):
        chosen = labels == label
        if chosen.any():
            resampled = both[:, chosen] @ drawn[:, chosen].T / drawn[:, chosen].sum(1)
            found[name] = _difference(both[:, chosen].mean(1), resampled)
    return found


def _blocks(labels: np.ndarray, groups: np.ndarray, resampling: Resampling) -> list[np.ndarray]:
    return [
        part
        for weights in draws(labels, groups, resampling)
        for part in np.array_split(weights, -(-len(weights) // BLOCK))
    ]


def _ranked(
    labels: np.ndarray, logits: tuple[np.ndarray, np.ndarray], weights: np.ndarray
) -> Mapping[RankingName, np.ndarray]:
    """Return each metric of both models for each weighting, shape (2, b)."""
    both = [cumulative(labels, scores, weights) for scores in logits]
    return {name: np.stack([metric(weighed) for weighed in both]) for name, metric in RANKING.items()}


def _difference(values: np.ndarray, resampled: np.ndarray) -> Difference:
    first, second = (float(value) for value in values)
    gained = resampled[1] - resampled[0]
    low, high = np.quantile(gained, (0.025, 0.975))
    higher = float((gained > 0).mean() + (gained == 0).mean() / 2)
    return Difference(
        first=first, second=second, difference=second - first, low=float(low), high=float(high), second_higher=higher
    )
