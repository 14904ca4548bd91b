"""How early a conversation is flagged: speed, F-latency and ERDE, and the delay since the first warning signs.

Speed and F-latency are those of eSPD (Vogt, Leser & Akbik 2021, after Sadeque, Xu & Bethard 2018), with p = ln 3 / 89,
which halves the speed at the 90th message; figures with another p cannot be compared. eSPD measures the latency on
whole chats and F1 on segments; here both are of the same whole conversations. ERDE is that of Losada & Crestani 2016.
Latency counts messages with text, from 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit

from grooming_risk.conversation import Message
from training.evaluation.metrics import Resampling, draws, metric_of

P = math.log(3) / 89
DEADLINES = (5, 50)  # of ERDE, in messages
# Bins of the histogram in messages; both ends are open. A composed conversation has some 70 messages at most.
EDGES = tuple(range(-20, 55, 5))


@dataclass(frozen=True, slots=True)
class Detections:
    """When an operating point flags each of n conversations.

    Attributes:
        latency: int, shape (n,), messages with text read when it flags, from 1; 0 where it never does.
        index: int, shape (n,), index of that message; -1 where it never does.
    """

    latency: np.ndarray
    index: np.ndarray


@dataclass(frozen=True, slots=True)
class Signs:
    """Indices of the first warning sign and of the first one that differs from it, shape (n,); -1 where unknown."""

    first: np.ndarray
    second: np.ndarray


def latency(messages: Sequence[Message], index: int) -> int:
    """Messages with text up to and including this one."""
    return sum(message.kind.carries_text and bool(message.text.strip()) for message in messages[: index + 1])


def penalty(latencies: np.ndarray, p: float = P) -> np.ndarray:
    """−1 + 2 / (1 + e^(−p·(latency − 1))), in [0, 1): 0 for the first message, a half at message 1 + ln 3 / p."""
    return np.asarray(2 * expit(p * (np.asarray(latencies, dtype=np.float64) - 1)) - 1)


def speed(latencies: np.ndarray, p: float = P) -> float:
    """1 − the median penalty of the positives that were flagged; 0 when none was."""
    return 1 - float(np.median(penalty(latencies, p))) if len(latencies) else 0.0


def erde(labels: np.ndarray, latencies: np.ndarray, deadline: int, false_flag_cost: float) -> float:
    """Early risk detection error, the mean of `erde_costs`."""
    return float(erde_costs(labels, latencies, deadline, false_flag_cost).mean())


def erde_costs(labels: np.ndarray, latencies: np.ndarray, deadline: int, false_flag_cost: float) -> np.ndarray:
    """Cost of each conversation: a missed positive 1, a false flag its cost, a true flag 1 − 1/(1 + e^(k − o)).

    Args:
        labels: int, shape (n,), 0 or 1.
        latencies: int, shape (n,), k; 0 where not flagged.
        deadline: o.
        false_flag_cost: usually the share of positives.
    """
    late = expit(np.asarray(latencies, dtype=np.float64) - deadline)
    positive = np.where(latencies > 0, late, 1.0)
    return np.where(labels == 1, positive, np.where(latencies > 0, false_flag_cost, 0.0))


def early_results(
    labels: np.ndarray,
    groups: np.ndarray,
    detections: dict[str, Detections],
    signs: Signs,
    resampling: Resampling,
) -> dict[str, Any]:
    """All figures of every operating point, JSON types; summaries are of the positives that it flags.

    Args:
        labels: int, shape (n,), 0 or 1.
        groups: shape (n,), what the bootstrap draws.
        detections: operating point → when it flags.
        signs: where the warning signs stand, of positives.
        resampling: how many, and the seed.
    """
    prevalence = float(labels.mean())
    results: dict[str, Any] = {"p": P, "prevalence": prevalence, "n": len(labels), "points": {}, "histogram": {}}
    for name, found in detections.items():
        hits = np.flatnonzero((labels == 1) & (found.latency > 0))
        delays = {
            sign: (found.index[hits] - where[hits])[where[hits] >= 0]
            for sign, where in (("first", signs.first), ("second", signs.second))
        }
        results["points"][name] = {
            **_with_intervals(labels, groups, found.latency, prevalence, resampling),
            "first_flag_message": _spread(found.latency[hits]),
            **{f"delay_since_{sign}_sign": _spread(values) for sign, values in delays.items()},
        }
        results["histogram"][name] = histogram(delays["second"])
    return results


def histogram(delays: np.ndarray) -> dict[str, list[Any]]:
    """Counts of delays, int, shape (n,), before, between and after EDGES; an open end is None."""
    bins = np.searchsorted(EDGES, delays, side="right")
    return {"edges": [None, *EDGES, None], "counts": np.bincount(bins, minlength=len(EDGES) + 1).tolist()}


def _with_intervals(
    labels: np.ndarray, groups: np.ndarray, latencies: np.ndarray, prevalence: float, resampling: Resampling
) -> dict[str, dict[str, float]]:
    flagged, positive = latencies > 0, labels == 1
    costs = np.stack([erde_costs(labels, latencies, deadline, prevalence) for deadline in DEADLINES], axis=1)
    penalties = penalty(latencies[flagged & positive])

    def figures(weights: np.ndarray) -> np.ndarray:
        hits = weights[:, flagged & positive].sum(1)
        f1 = 2 * hits / (hits + weights[:, flagged & ~positive].sum(1) + weights[:, positive].sum(1))
        fast = np.where(hits > 0, 1 - _medians(penalties, weights[:, flagged & positive]), 0.0)
        return np.column_stack([f1, fast, f1 * fast, weights @ costs / weights.sum(1, keepdims=True)])

    names = ["f1", "speed", "f_latency", *(f"erde_{deadline}" for deadline in DEADLINES)]
    whole = figures(np.ones((1, len(labels)), dtype=np.int32))[0]
    resampled = np.concatenate([figures(weights) for weights in draws(labels, groups, resampling)])
    return {name: metric_of(whole[column], resampled[:, column]) for column, name in enumerate(names)}


def _medians(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Median of the values repeated as often as each row of weights says, shape (b,); any number for a row of zeros."""
    if not len(values):
        return np.zeros(len(weights))
    order = np.argsort(values, kind="stable")
    counted = np.cumsum(weights[:, order], axis=1)
    total = counted[:, -1:]
    middle = [values[order][(counted > rank).argmax(1)] for rank in ((total - 1) // 2, total // 2)]
    return np.asarray((middle[0] + middle[1]) / 2)


def _spread(values: np.ndarray) -> dict[str, Any]:
    if not len(values):
        return {"median": None, "quartiles": None, "n": 0}
    first, median, third = np.quantile(values, (0.25, 0.5, 0.75))
    return {"median": float(median), "quartiles": [float(first), float(third)], "n": len(values)}
