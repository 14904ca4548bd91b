"""Tables of the model card, each rendered from the results alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from grooming_risk.tactics import DEFINITIONS, Cue, Tactic
from training.documents.card_format import (
    LEAST_SHOWN,
    MISSING,
    POINTS,
    interval,
    listed,
    main_point,
    median,
    number,
    points_of,
    rate,
    table,
    words,
)
from training.evaluation.estimates import PointName, PointRates, RankingName, Slice
from training.evaluation.results import EarlyDetection, EarlyPoint, Results
from training.sources.licences import sources_of

Row = TypeVar("Row")
LANGUAGES = {
    "ar": "Arabic",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "hi": "Hindi",
    "id": "Indonesian",
    "it": "Italian",
    "mix": "code-switched chat",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "tl": "Tagalog",
    "tr": "Turkish",
    "ur": "Urdu",
}
_USES = {
    "train": "training",
    "calibration": "calibration",
    "test": "test",
    "unseen": "unseen test",
    "lines": "language coverage",
}
_RANKING: dict[RankingName, str] = {
    "auroc": "AUROC",
    "average_precision": "average precision",
    "recall_at_1_percent_false_flags": "recall at 1 % false flags",
    "recall_at_0.1_percent_false_flags": "recall at 0.1 % false flags",
}
_HEADLINE: tuple[RankingName, ...] = ("auroc", "average_precision", "recall_at_1_percent_false_flags")
_HARD: tuple[RankingName, ...] = ("auroc", "recall_at_1_percent_false_flags")


def headline_table(results: Results, metrics: Sequence[RankingName] = _HEADLINE) -> str:
    """Tabulate the model beside its baselines on composed test conversations."""
    composed = results["composed"]
    sets = {"grooming-risk": composed, **{words(name): m for name, m in sorted(composed["baselines"].items())}}
    header = f"{number(composed['n'])} composed test conversations, {number(composed['positives'])} positive"
    return table(
        [header, *(_RANKING[metric] for metric in metrics)],
        ([name, *(interval(found[metric]) for metric in metrics)] for name, found in sets.items()),
    )


def full_headline_table(results: Results) -> str:
    """Tabulate the model beside its baselines, with every metric of the card."""
    return headline_table(results, tuple(_RANKING))


def recall_table(results: Results) -> str:
    """Tabulate the recall of composed positives, overall and by source of their carriers."""
    points, composed = points_of(results), results["composed"]
    rows = {"all": composed["operating_points"], **{words(k): v for k, v in sorted(composed["sources"].items())}}
    return rate_table("carriers of composed positives (recall)", rows, points)


def language_table(results: Results) -> str:
    """Tabulate ranking, and recall and false flags at the main operating point, by language."""
    point = main_point(results)
    header = ["language", "n (positive)", *(_RANKING[metric] for metric in _HEADLINE)]
    rows = []
    for code, row in in_order(results["composed"]["languages"], results):
        flagged = row["operating_points"].get(point, {})
        ranking = (interval(row[metric]) for metric in _HEADLINE)
        rows.append(
            [language(code), counts(row), *ranking, rate(flagged.get("recall")), rate(flagged.get("false_flags"))]
        )
    return table([*header, f"recall at {point}", f"false flags at {point}"], rows)


def hard_negative_table(results: Results) -> str:
    """Tabulate the ranking of composed positives against hard negatives alone, by language."""
    return table(
        ["language", "n (positive)", *(_RANKING[metric] for metric in _HARD)],
        (
            [language(code), counts(row), *(interval(row[metric]) for metric in _HARD)]
            for code, row in in_order(results["hard_negatives"], results)
        ),
    )


def early_table(early: EarlyDetection) -> str:
    """Tabulate early detection by operating point: latency-weighted scores, and where the first flag comes."""
    header = ["operating point", "F-latency", "speed", "F1", "ERDE-5", "ERDE-50", "first flag at message"]
    header += ["messages since the first sign", "messages since the second distinct sign", "flagged positives"]
    return table(
        header, ([point, *_early_cells(early["points"][point])] for point in POINTS if point in early["points"])
    )


def _early_cells(row: EarlyPoint) -> list[str]:
    scores = (row["f_latency"], row["speed"], row["f1"], row["erde_5"], row["erde_50"])
    places = (row["first_flag_message"], row["delay_since_first_sign"], row["delay_since_second_sign"])
    return [*map(interval, scores), *map(median, places), number(row["first_flag_message"]["n"])]


def lines_table(results: Results) -> str:
    """Tabulate single lines of all languages, by tactic."""
    rows = results["lines"]["all"]
    return table(
        ["tactic", "lines (positive)", "average precision"],
        ([words(tactic), counts(row), interval(row["average_precision"])] for tactic, row in sorted(rows.items())),
    )


def line_language_table(results: Results) -> str:
    """Tabulate average precision by language and tactic; the intervals are in the results file."""
    tactics = sorted(results["lines"]["all"])
    rows = []
    for code, found in in_order({k: v for k, v in results["lines"].items() if k != "all"}, results):
        values = (found[tactic]["average_precision"] if tactic in found else None for tactic in tactics)
        rows.append([language(code), *(f"{value['value']:.2f}" if value else MISSING for value in values)])
    return table(["language", *map(words, tactics)], rows)


def coverage_table(results: Results) -> str:
    """Tabulate the share of conversations that are scored, first of those that should be."""
    supported = {*results["config"]["languages"], "supported, real"}
    large = ((name, row) for name, row in results["coverage"].items() if row["n"] >= LEAST_SHOWN)
    rows = sorted(large, key=lambda item: (item[0] not in supported, item[0]))
    return table(
        ["conversations", "trained language", "n", "scored (not abstained from)"],
        ([name, "yes" if name in supported else "no", number(row["n"]), rate(row)] for name, row in rows),
    )


def data_table(results: Results) -> str:
    """Tabulate the public conversations behind the model, with licence, use and languages."""
    configured = results["config"]["languages"]
    rows = []
    for source in sources_of(results):
        languages = ", ".join(code for code in configured if code in source.languages) or "single lines of many"
        rows.append([source.name, source.licence, listed([_USES[use] for use in source.uses]), languages])
    return table(["public data", "licence", "used for", "languages"], rows)


def taxonomy_table() -> str:
    """Tabulate every label that a line can have, as the library defines it."""
    kinds = [(item, "tactic") for item in Tactic] + [(item, "cue") for item in Cue]
    return table(
        ["label", "kind", "what a line does"], ([f"`{item.value}`", kind, DEFINITIONS[item]] for item, kind in kinds)
    )


def rate_table(title: str, rows: Mapping[str, PointRates], points: Sequence[PointName]) -> str:
    """Tabulate rates at each operating point, without slices of a handful; n is the same at each point."""
    body = []
    for name, row in rows.items():
        if (n := size(row)) >= LEAST_SHOWN:
            body.append([name, number(n), *(rate(row.get(point)) for point in points)])
    return table([title, "n", *points], body)


def size(row: PointRates) -> int:
    """Return the number of conversations behind a row of rates."""
    return max((row[point]["n"] for point in POINTS if point in row), default=0)


def counts(row: Slice) -> str:
    """Format the size of a slice and its number of positives."""
    return f"{number(row['n'])} ({number(row['positives'])})"


def language(code: str) -> str:
    """Format a language by name and code."""
    return f"{LANGUAGES.get(code, code)} (`{code}`)"


def in_order(rows: Mapping[str, Row], results: Results) -> Iterable[tuple[str, Row]]:
    """Return rows by language, in the order of the configuration, followed by any others."""
    known = [code for code in results["config"]["languages"] if code in rows]
    return [(code, rows[code]) for code in (*known, *sorted(set(rows) - set(known)))]
