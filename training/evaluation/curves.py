"""Data of figures: reliability in bins, recall and false flags by threshold, and what a flag is worth by prevalence."""

from __future__ import annotations

import numpy as np

from training.evaluation.estimates import Curve, Rate, Reliability, ReliabilityBin
from training.evaluation.metrics import equal_mass, rate_of
from training.evaluation.ranking import cumulative
from training.evaluation.results import PrevalenceRow

BINS = 15
POINTS = 200
# Of platforms rather than of test sets.
PREVALENCES = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5)


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


def positive_predictive_value(recall: float, false_flag_rate: float, prevalence: float) -> float:
    """Return the share of flagged conversations that are positive: Se·π / (Se·π + (1 − Sp)·(1 − π)), Bayes' rule.

    Args:
        recall: Se, in [0, 1].
        false_flag_rate: 1 − Sp, in [0, 1].
        prevalence: π, in (0, 1).

    Returns:
        A share in [0, 1]; 0 where nothing is flagged.
    """
    true, innocent = recall * prevalence, false_flag_rate * (1 - prevalence)
    return true / (true + innocent) if true else 0.0


def innocent_per_true(value: float) -> float | None:
    """Return how many innocent conversations are read for each true one, (1 − PPV) / PPV; None if PPV is 0."""
    return (1 - value) / value if value else None


def prevalence_table(recall: Rate, false_flags: Rate) -> list[PrevalenceRow]:
    """Compute what a flag is worth at each prevalence of PREVALENCES.

    `ppv_low` combines the lower end of the recall's and the upper end of the false-flag rate's two-sided 95 % interval.
    Each end holds with 97.5 %, so both hold together with at least 95 %.

    Args:
        recall: Share of positives that are flagged.
        false_flags: Share of benign conversations that are flagged.

    Returns:
        One row for each prevalence; `innocent_per_true_high` belongs to `ppv_low`.
    """
    rows: list[PrevalenceRow] = []
    for prevalence in PREVALENCES:
        value = positive_predictive_value(recall["value"], false_flags["value"], prevalence)
        low = positive_predictive_value(recall["low"], false_flags["high"], prevalence)
        rows.append(
            {
                "prevalence": prevalence,
                "ppv": value,
                "ppv_low": low,
                "innocent_per_true": innocent_per_true(value),
                "innocent_per_true_high": innocent_per_true(low),
            }
        )
    return rows
