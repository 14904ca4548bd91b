"""Data of the figures: reliability in bins, and the curve of recall, false flags and precision."""

from __future__ import annotations

import numpy as np

from training.evaluation.estimates import Curve, Reliability, ReliabilityBin
from training.evaluation.metrics import equal_mass, rate_of
from training.evaluation.ranking import cumulative

BINS = 15
POINTS = 200


def reliability(labels: np.ndarray, probabilities: np.ndarray, bins: int = BINS) -> Reliability:
    """Compare predicted probabilities with observed shares, in bins of equal size.

    Args:
        labels: int, shape (n,), 0 or 1.
        probabilities: Shape (n,), in [0, 1].
        bins: Largest number of bins.

    Returns:
        Each bin with its 95 % Clopper-Pearson interval of the observed share.
    """
    rows: list[ReliabilityBin] = []
    for part in equal_mass(probabilities, bins):
        observed = rate_of(labels[part] == 1)
        rows.append(
            {
                "low": float(probabilities[part].min()),
                "high": float(probabilities[part].max()),
                "mean_probability": float(probabilities[part].mean()),
                "n": len(part),
                "observed": observed["value"],
                "observed_low": observed["low"],
                "observed_high": observed["high"],
            }
        )
    return {"bins": rows}


def curve(labels: np.ndarray, scores: np.ndarray, points: int = POINTS) -> Curve:
    """Compute recall, false-flag rate and precision at thresholds from strict to lax.

    Half of the thresholds are spaced evenly by recall, half by the logarithm of the false flags, where the operating
    points lie.

    Args:
        labels: int, shape (n,), 0 or 1, both present.
        scores: Shape (n,); a conversation is flagged at or above the threshold.
        points: Largest number of thresholds.

    Returns:
        Columns of equal length.
    """
    whole = cumulative(labels, scores, np.ones((1, len(labels)), dtype=np.int32))
    positives, negatives = whole.positives[0], whole.negatives[0]
    thresholds = np.unique(scores)[::-1]
    by_recall = np.searchsorted(positives, np.linspace(positives[0], positives[-1], points // 2))
    by_false_flags = np.searchsorted(negatives, np.geomspace(1, negatives[-1], points // 2))
    # Rounding may exceed the last count by a hair.
    chosen = np.unique(np.minimum(np.concatenate([by_recall, by_false_flags]), len(thresholds) - 1))
    return {
        "recall": (positives[chosen] / positives[-1]).tolist(),
        "false_flag_rate": (negatives[chosen] / negatives[-1]).tolist(),
        "precision": (positives[chosen] / (positives[chosen] + negatives[chosen])).tolist(),
        "thresholds": thresholds[chosen].tolist(),
    }
