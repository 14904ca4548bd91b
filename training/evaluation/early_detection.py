"""How early a conversation is flagged: speed, F-latency and ERDE, and the delay after the first warning signs.

Speed and F-latency are those of eSPD (Vogt, Leser & Akbik 2021, after Sadeque, Xu & Bethard 2018), with p = ln 3 / 89,
which halves the speed at the 90th message. Figures with another p cannot be compared. eSPD measures the latency on
whole chats and F1 on segments; here both are measured on the same whole conversations. ERDE is that of Losada &
Crestani 2016. Latency counts messages with text, starting at 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from scipy.special import expit

from grooming_risk.conversation import Message
from training.evaluation.estimates import Estimate, Spread
from training.evaluation.metrics import Resampling, draws, metric_of
from training.evaluation.results import EarlyDetection, EarlyPoint, Histogram

P = math.log(3) / 89
DEADLINES = (5, 50)  # of ERDE, in messages
# Edges of the histogram in messages; both ends are open. A composed conversation has at most about 70 messages.
EDGES = tuple(range(-20, 55, 5))


@dataclass(frozen=True, slots=True)
class Detections:
    """When an operating point flags each of n conversations.

    Attributes:
        latency: int, shape (n,), messages with text read up to the flag, starting at 1; 0 without a flag.
        index: int, shape (n,), index of the message at which it flags; -1 without a flag.
    """

    latency: np.ndarray
    index: np.ndarray


@dataclass(frozen=True, slots=True)
class Signs:
    """Where the warning signs of each of n conversations are.

    Attributes:
        first: int, shape (n,), index of the first sign; -1 if unknown.
        second: int, shape (n,), index of the first sign of a different kind; -1 if unknown.
    """

    first: np.ndarray
    second: np.ndarray


def latency(messages: Sequence[Message], index: int) -> int:
    """Return the number of messages with text up to and including the one at `index`."""
    return sum(message.kind.carries_text and bool(message.text.strip()) for message in messages[: index + 1])


def penalty(latencies: np.ndarray, p: float = P) -> np.ndarray:
    """Return −1 + 2 / (1 + e^(−p·(latency − 1))), in [0, 1): 0 at message 1, one half at message 1 + ln 3 / p."""
    return np.asarray(2 * expit(p * (np.asarray(latencies, dtype=np.float64) - 1)) - 1)


def speed(latencies: np.ndarray, p: float = P) -> float:
    """Return 1 − the median penalty of the flagged positives; 0 when none was flagged."""
    return 1 - float(np.median(penalty(latencies, p))) if len(latencies) else 0.0


def erde(labels: np.ndarray, latencies: np.ndarray, deadline: int, false_flag_cost: float) -> float:
    """Return the early risk detection error, the mean of `erde_costs`."""
    return float(erde_costs(labels, latencies, deadline, false_flag_cost).mean())


def erde_costs(labels: np.ndarray, latencies: np.ndarray, deadline: int, false_flag_cost: float) -> np.ndarray:
    """Compute the cost of each conversation: 1 for a miss, 1 − 1/(1 + e^(k − o)) for a true flag.

    Args:
        labels: int, shape (n,), 0 or 1.
        latencies: int, shape (n,), k; 0 where not flagged.
        deadline: o, in messages.
        false_flag_cost: Cost of a false flag, usually the share of positives.

    Returns:
        float64, shape (n,), in [0, 1].
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
) -> EarlyDetection:
    """Compute all figures of early detection for each operating point.

    Args:
        labels: int, shape (n,), 0 or 1.
        groups: Shape (n,), the unit that the bootstrap draws.
        detections: When each operating point flags.
        signs: Where the warning signs of the positives are.
        resampling: Number of resamples, and their seed.

    Returns:
        Figures by operating point; medians and quartiles are those of the positives that it flags.
    """
    prevalence = float(labels.mean())
    results: EarlyDetection = {"p": P, "prevalence": prevalence, "n": len(labels), "points": {}, "histogram": {}}
    for name, found in detections.items():
        hits = np.flatnonzero((labels == 1) & (found.latency > 0))
        delays = {
            sign: (found.index[hits] - where[hits])[where[hits] >= 0]
            for sign, where in (("first", signs.first), ("second", signs.second))
        }
        point = {
            **_with_intervals(labels, groups, found.latency, prevalence, resampling),
            "first_flag_message": _spread(found.latency[hits]),
            **{f"delay_since_{sign}_sign": _spread(values) for sign, values in delays.items()},
        }
        results["points"][name] = cast(EarlyPoint, point)
        results["histogram"][name] = histogram(delays["second"])
    return results


def histogram(delays: np.ndarray) -> Histogram:
    """Count delays, int, shape (n,), before, between and after EDGES."""
    bins = np.searchsorted(EDGES, delays, side="right")
    return {"edges": [None, *EDGES, None], "counts": np.bincount(bins, minlength=len(EDGES) + 1).tolist()}


def _with_intervals(
    labels: np.ndarray, groups: np.ndarray, latencies: np.ndarray, prevalence: float, resampling: Resampling
) -> dict[str, Estimate]:
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
    """Return the median of values under each row of weights, shape (b,); arbitrary where a row is all zeros."""
    if not len(values):
        return np.zeros(len(weights))
    order = np.argsort(values, kind="stable")
    counted = np.cumsum(weights[:, order], axis=1)
    total = counted[:, -1:]
    middle = [values[order][(counted > rank).argmax(1)] for rank in ((total - 1) // 2, total // 2)]
    return np.asarray((middle[0] + middle[1]) / 2)


def _spread(values: np.ndarray) -> Spread:
    if not len(values):
        return {"median": None, "quartiles": None, "n": 0}
    first, median, third = np.quantile(values, (0.25, 0.5, 0.75))
    return {"median": float(median), "quartiles": [float(first), float(third)], "n": len(values)}
