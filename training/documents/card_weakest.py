"""Where the model is weakest, found in the results: the worst slice of every kind, beside the figure over all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from training.documents.card_benign import ALL_HARD, ALL_REAL, families, readable
from training.documents.card_format import (
    LEAST_NAMED,
    MISSING,
    by_tier,
    interval,
    main_point,
    number,
    rate,
    table,
    words,
)
from training.documents.card_tables import LANGUAGES, in_order, language
from training.evaluation.estimates import Estimate, PointName, PointRates, RankingName, Rate, Slice
from training.evaluation.metrics import rate_with_interval
from training.evaluation.results import Results

Text = Callable[[Estimate | None], str]


@dataclass(frozen=True, slots=True)
class Place:
    """One slice of a figure.

    Attributes:
        name: Name of the slice.
        n: Number of conversations or lines in it; None where the results do not say.
        found: The figure.
    """

    name: str
    n: int | None
    found: Estimate


def weakest(results: Results) -> str:
    """Tabulate the worst slice of every figure, of slices with ten or more."""
    return table(["figure", "worst in", "n", "there", "overall"], _rows(results))


def worst(places: Iterable[Place], *, lowest: bool = True) -> Place | None:
    """Return the lowest or highest of the slices that are large enough; of equal ones, the least certain."""
    large = [place for place in places if place.n is None or place.n >= LEAST_NAMED]
    if not large:
        return None
    if lowest:
        return min(large, key=lambda place: (place.found["value"], place.found["low"]))
    return max(large, key=lambda place: (place.found["value"], place.found["high"]))


def negatives_by_language(results: Results) -> list[Place]:
    """Return the false-flag rate of composed negatives at the main point, by language."""
    return list(_by_language(results, "false_flags"))


def negatives(results: Results) -> Rate | None:
    """Return the false-flag rate of composed negatives of all languages at the main point."""
    point, languages = main_point(results), results["composed"]["languages"].values()
    found = [flags for row in languages if (flags := row["operating_points"].get(point, {}).get("false_flags"))]
    if not found:
        return None
    return rate_with_interval(sum(row["count"] for row in found), sum(row["n"] for row in found))


def _rows(results: Results) -> Iterator[list[str]]:
    point, composed = main_point(results), results["composed"]
    hard, overall = results["hard_negatives"], composed["operating_points"].get(point)
    yield from _row("AUROC, composed", _ranked(composed["languages"], results), interval, composed["auroc"])
    yield from _row("AUROC, composed against hard negatives alone", _ranked(hard, results), interval)
    yield from _row(f"recall at {point}, by language", _by_language(results, "recall"), rate, overall)
    carriers = _rates(composed["sources"], point)
    yield from _row(f"recall at {point}, by carrier", carriers, rate, overall)
    contexts = _rates(composed.get("contexts", {}), point)
    yield from _row(f"recall at {point}, by context family", contexts, rate, overall)
    title, everything = f"composed negatives flagged at {point}", negatives(results)
    yield from _row(title, negatives_by_language(results), rate, everything, lowest=False)
    yield from _benign_rows(results)
    yield from _evasion_rows(results)
    yield from _row("average precision of single lines", _lines(results), interval)
    if own := results.get("own_conversations"):
        tiers = [Place(tier, None, found) for tier, found in by_tier(own["tiers"])]
        yield from _row("AUROC, vignettes by tier", tiers, interval, own["all"]["auroc"])


def _benign_rows(results: Results) -> Iterator[list[str]]:
    point, flags = main_point(results), results["false_flags"]
    real = {name: row for name, row in flags.items() if name.startswith(("test: ", "unseen: ")) or ": real" in name}
    named = {readable(name): row for name, row in real.items() if not name.endswith(": all")}
    whole = flags[ALL_REAL].get(point) if ALL_REAL in flags else None
    yield from _row(f"real conversations flagged at {point}", _rates(named, point), rate, whole, lowest=False)
    hard = {readable(name): row for name, row in flags.items() if name.endswith("authored, hard")}
    everything = flags[ALL_HARD].get(point) if ALL_HARD in flags else None
    places = [*_rates(hard, point), *_rates(families(results), point)]
    yield from _row(
        f"authored dialogues and benign vignettes flagged at {point}", places, rate, everything, lowest=False
    )
    classes = {
        f"up to {number(int(length))} messages, {split}": row
        for length, splits in results.get("length_classes", {}).items()
        for split, row in splits.items()
    }
    yield from _row(f"long real conversations flagged at {point}", _rates(classes, point), rate, lowest=False)


def _evasion_rows(results: Results) -> Iterator[list[str]]:
    evasion, point = results["evasion"], main_point(results)
    kinds, plain = evasion["kinds"], evasion["as_written"]
    ranked = [Place(words(kind), evasion["n"], row["auroc"]) for kind, row in sorted(kinds.items())]
    yield from _row("AUROC, by kind of evasion", ranked, interval, plain["auroc"])
    found = [
        Place(words(kind), recall["n"], recall) for kind, row in sorted(kinds.items()) if (recall := row.get(point))
    ]
    yield from _row(f"recall at {point}, by kind of evasion", found, rate, plain.get(point))
    real = [
        Place(words(kind), flags["n"], flags)
        for kind, row in sorted(kinds.items())
        if (flags := row.get("real_false_flags"))
    ]
    title = f"real conversations flagged at {point}, by kind of evasion"
    yield from _row(title, real, rate, plain.get("real_false_flags"), lowest=False)


def _row(
    title: str, places: Iterable[Place], text: Text, overall: Estimate | None = None, *, lowest: bool = True
) -> Iterator[list[str]]:
    """Yield the row of a figure, or nothing where no slice is large enough."""
    if place := worst(places, lowest=lowest):
        size = MISSING if place.n is None else number(place.n)
        yield [title, place.name, size, text(place.found), text(overall)]


def _ranked(slices: Mapping[str, Slice], results: Results, metric: RankingName = "auroc") -> Iterator[Place]:
    for code, row in in_order(slices, results):
        if metric in row:
            yield Place(language(code), row["n"], row[metric])


def _by_language(results: Results, kind: Literal["recall", "false_flags"]) -> Iterator[Place]:
    point = main_point(results)
    for code, row in in_order(results["composed"]["languages"], results):
        flagged = row["operating_points"].get(point, {})
        if found := flagged.get(kind):
            yield Place(language(code), found["n"], found)


def _rates(rows: Mapping[str, PointRates], point: PointName) -> Iterator[Place]:
    for key, row in sorted(rows.items()):
        if found := row.get(point):
            yield Place(words(key), found["n"], found)


def _lines(results: Results) -> Iterator[Place]:
    for code, tactics in in_order({k: v for k, v in results["lines"].items() if k != "all"}, results):
        for tactic, row in sorted(tactics.items()):
            name = f"{words(tactic)}, {LANGUAGES.get(code, code)}"
            yield Place(name, row["n"], row["average_precision"])
