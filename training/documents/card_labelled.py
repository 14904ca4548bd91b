"""Tables and sentences on labelled sets that are not composed: the vignettes, PAN12, or somebody's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from training.documents.card_format import by_tier, interval, number, rate, table, words


def vignettes(own: Mapping[str, Any]) -> str:
    """What the hand-written vignettes give."""
    tiers = ", ".join(f"{tier} {interval(metric)}" for tier, metric in by_tier(own["tiers"]))
    tiers = f" ({tiers})" if tiers else ""
    return (
        f"On {number(own['n'])} coherent hand-written vignettes ({number(own['positives'])} with warning signs; never "
        f"trained on, used to choose settings, not in this repository) AUROC is {interval(own['all']['auroc'])}"
        f"{tiers}, recall at 5 % false flags {interval(own['all']['recall_at_5_percent_false_flags'])}; keyword rules "
        f"reach {interval(own['baselines']['keyword_rules'])}."
    )


def ranking(own: Mapping[str, Any]) -> str:
    """Ranking of a labelled set, without a baseline."""
    found = own["all"]
    return (
        f"{number(own['n'])} conversations, {number(own['positives'])} positive: AUROC {interval(found['auroc'])}, "
        f"average precision {interval(found['average_precision'])}, recall at 1 % false flags "
        f"{interval(found['recall_at_1_percent_false_flags'])}."
    )


def vignette_table(own: Mapping[str, Any], points: list[str]) -> str:
    """Recall and false flags of labelled conversations at each operating point."""
    found = own["operating_points"]
    return table(
        ["operating point", "recall", "false flags"],
        ([point, rate(found[point].get("recall")), rate(found[point].get("false_flags"))] for point in points),
    )


def baseline_table(own: Mapping[str, Any]) -> str:
    """AUROC of a labelled set beside its baselines."""
    rows = {"grooming-risk": own["all"]["auroc"], **{words(k): v for k, v in sorted(own["baselines"].items())}}
    return table(["", "AUROC"], ([name, interval(found)] for name, found in rows.items()))


def author_table(pan12: Mapping[str, Any], points: list[str]) -> str:
    """The author task of PAN12: names found among those that the data set lists."""
    authors = pan12["authors"]
    size = f"{number(authors['n'])} authors, {number(authors['positives'])} listed by the data set"
    found = authors["operating_points"]
    return table(
        [size, "F0.5", "precision", "recall"],
        (
            [point, interval(found[point]["f0.5"]), *(rate(found[point].get(key)) for key in ("precision", "recall"))]
            for point in points
        ),
    )
