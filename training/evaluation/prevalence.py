"""Share of flags that are right, at the prevalence of a platform rather than of a test set."""

from __future__ import annotations

from training.evaluation.estimates import Rate
from training.evaluation.results import PrevalenceRow

PREVALENCES = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5)


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
