"""How many of the flagged conversations are true ones, at the prevalence of a platform rather than of a test set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PREVALENCES = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5)


def positive_predictive_value(recall: float, false_flag_rate: float, prevalence: float) -> float:
    """Share of true ones among the flagged: Se·π / (Se·π + (1 − Sp)·(1 − π)), Bayes' rule.

    Args:
        recall: Se, in [0, 1].
        false_flag_rate: 1 − Sp, in [0, 1].
        prevalence: π, in (0, 1).

    Returns:
        In [0, 1]; 0 where nothing is flagged.
    """
    true, innocent = recall * prevalence, false_flag_rate * (1 - prevalence)
    return true / (true + innocent) if true else 0.0


def innocent_per_true(value: float) -> float | None:
    """Innocent conversations that a reviewer opens for a true one, (1 − PPV) / PPV; None without a true one."""
    return (1 - value) / value if value else None


def prevalence_table(recall: Mapping[str, Any], false_flags: Mapping[str, Any]) -> list[dict[str, float | None]]:
    """A row for each prevalence.

    `ppv_low` takes the lower end of the recall's and the upper end of the false-flag rate's two-sided 95 % interval,
    each 97.5 % one-sided, so that both hold together with at least 95 %.

    Args:
        recall: rate with its Clopper-Pearson interval, on positives.
        false_flags: the same on benign conversations.

    Returns:
        {"prevalence", "ppv", "ppv_low", "innocent_per_true", "innocent_per_true_high"} each; the last is of `ppv_low`.
    """
    rows = []
    for prevalence in PREVALENCES:
        value = positive_predictive_value(recall["value"], false_flags["value"], prevalence)
        low = positive_predictive_value(recall["low"], false_flags["high"], prevalence)
        rows.append({
            "prevalence": prevalence, "ppv": value, "ppv_low": low,
            "innocent_per_true": innocent_per_true(value), "innocent_per_true_high": innocent_per_true(low),
        })  # fmt: skip
    return rows
