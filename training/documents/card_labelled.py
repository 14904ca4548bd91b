"""Tables and sentences about labelled sets that are not composed: the vignettes, PAN12, or somebody's own."""

from __future__ import annotations

from collections.abc import Sequence

from training.documents.card_format import by_tier, interval, number, rate, table, words
from training.evaluation.estimates import PointName
from training.evaluation.results import Labelled, Pan12


def vignettes(own: Labelled) -> str:
    """Describe the results on the hand-written vignettes."""
    tiers = ", ".join(f"{tier} {interval(metric)}" for tier, metric in by_tier(own["tiers"]))
    tiers = f" ({tiers})" if tiers else ""
    return (
        f"On {number(own['n'])} coherent hand-written vignettes, {number(own['positives'])} of them with warning "
        f"signs, AUROC is {interval(own['all']['auroc'])}{tiers} and recall at 5 % false flags is "
        f"{interval(own['all']['recall_at_5_percent_false_flags'])}. Keyword rules reach an AUROC of "
        f"{interval(own['baselines']['keyword_rules'])}. The vignettes are not in this repository and were never "
        "trained on, but they were used to choose settings: these are validation figures."
    )


def ranking(own: Labelled) -> str:
    """Describe the ranking of a labelled set, without baselines."""
    found = own["all"]
    return (
        f"Of {number(own['n'])} conversations, {number(own['positives'])} are positive. AUROC is "
        f"{interval(found['auroc'])}, average precision {interval(found['average_precision'])}, and recall at 1 % "
        f"false flags {interval(found['recall_at_1_percent_false_flags'])}."
    )


def vignette_table(own: Labelled, points: Sequence[PointName]) -> str:
    """Tabulate recall and false flags of labelled conversations at each operating point."""
    found = own["operating_points"]
    return table(
        ["operating point", "recall", "false flags"],
        ([point, rate(found[point].get("recall")), rate(found[point].get("false_flags"))] for point in points),
    )


def baseline_table(own: Labelled) -> str:
    """Tabulate the AUROC of a labelled set beside its baselines."""
    rows = {"grooming-risk": own["all"]["auroc"], **{words(k): v for k, v in sorted(own["baselines"].items())}}
    return table(["", "AUROC"], ([name, interval(found)] for name, found in rows.items()))


def author_table(pan12: Pan12, points: Sequence[PointName]) -> str:
    """Tabulate the author task of PAN12: how many of the authors listed by the data set are found."""
    authors = pan12["authors"]
    size = f"{number(authors['n'])} authors, {number(authors['positives'])} listed by the data set"
    found = authors["operating_points"]
    return table(
        [size, "F0.5", "precision", "recall"],
        (
            [
                point,
                interval(found[point]["f0.5"]),
                rate(found[point].get("precision")),
                rate(found[point].get("recall")),
            ]
            for point in points
        ),
    )
