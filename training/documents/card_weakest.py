"""Where the model is weakest, found in the results."""

from __future__ import annotations

from collections.abc import Iterator

from training.documents.card_format import POINTS, interval, main_point, rate, words
from training.documents.card_tables import LANGUAGES, in_order, is_family, readable
from training.evaluation.estimates import FalseFlags
from training.evaluation.results import Results

# Smaller slices are left out: one flag more moves them by more than 5 points.
SMALLEST_SLICE = 20


def weakest(results: Results) -> str:
    """List where the figures are worst."""
    return "\n".join(f"- {line}" for line in _lines(results))


def _lines(results: Results) -> Iterator[str]:
    yield from _hard_negatives(results)
    yield from _false_flags(results)
    kinds = results["evasion"]["kinds"]
    kind = min(sorted(kinds), key=lambda key: kinds[key]["auroc"]["value"])
    trained = "which occurs in training" if kinds[kind]["trained"] else "which does not occur in training"
    yield (
        f"The kind of evasion that lowers AUROC most is {words(kind)}, {trained}. AUROC is then "
        f"{interval(kinds[kind]['auroc'])}."
    )
    lines = results["lines"]["all"]
    tactic = min(sorted(lines), key=lambda key: lines[key]["average_precision"]["value"])
    yield (
        f"In single lines, the tactic that is hardest to tell from its look-alikes is {words(tactic)}: average "
        f"precision is {interval(lines[tactic]['average_precision'])}."
    )
    if tiers := results["own_conversations"]["tiers"] if "own_conversations" in results else {}:
        tier = min(sorted(tiers), key=lambda key: tiers[key]["value"])
        yield f"Among the vignettes, the {tier} ones rank worst: AUROC is {interval(tiers[tier])}."


def _hard_negatives(results: Results) -> Iterator[str]:
    composed, hard = results["composed"]["languages"], results["hard_negatives"]
    known = [code for code, _ in in_order(composed, results) if code in hard]
    if known:
        language = min(known, key=lambda code: hard[code]["auroc"]["value"])
        where = f" lowest in {LANGUAGES[language]}:" if len(known) > 1 else ""
        yield (
            f"Against hard negatives alone, AUROC is{where} {interval(hard[language]['auroc'])}, compared with "
            f"{interval(composed[language]['auroc'])} against all composed negatives."
        )


def _false_flags(results: Results) -> Iterator[str]:
    point = main_point(results)
    flags = {
        name: row
        for name, row in results["false_flags"].items()
        if not is_family(name) and _size(row) >= SMALLEST_SLICE
    }
    if flags:
        name = max(sorted(flags), key=lambda key: flags[key][point]["value"])
        yield (
            f'The benign conversations flagged most often at `{point}` are those of "{readable(name)}": '
            f"{rate(flags[name][point])}."
        )


def _size(row: FalseFlags) -> int:
    return max((row[point]["n"] for point in POINTS if point in row), default=0)
