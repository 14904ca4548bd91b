"""Tables of the model card, each rendered from the results alone."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from grooming_risk.tactics import DEFINITIONS, Cue, Tactic
from training.documents.card_format import (
    MISSING,
    POINTS,
    interval,
    listed,
    main_point,
    median,
    number,
    per_cent,
    points_of,
    rate,
    table,
    words,
)
from training.evaluation.estimates import PointName, PointRates, RankingName, Slice
from training.evaluation.results import EarlyDetection, EarlyPoint, PrevalenceRow, Results
from training.sources.licences import sources_of

Row = TypeVar("Row")
LANGUAGES = {
    "ar": "Arabic", "de": "German", "en": "English", "es": "Spanish", "fr": "French", "hi": "Hindi",
    "id": "Indonesian", "it": "Italian", "mix": "code-switched chat", "nl": "Dutch", "pl": "Polish",
    "pt": "Portuguese", "ru": "Russian", "tl": "Tagalog", "tr": "Turkish", "ur": "Urdu",
}  # fmt: skip
ALL_FIRST = ("real: all", "unseen: all")  # rows that everybody should read
_USES = {
    "train": "training",
    "calibration": "calibration",
    "test": "test",
    "unseen": "unseen test",
    "lines": "language coverage",
}
_GROUPS = ("unseen", "test", "authored", "language")
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
    return _rates("carriers of composed positives (recall)", rows, points)


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


def evasion_table(results: Results) -> str:
    """Tabulate ranking and recall by kind of evasion, those that do not occur in training first."""
    evasion, point = results["evasion"], main_point(results)
    plain = evasion["as_written"]
    rows = [["as written", "", interval(plain["auroc"]), rate(plain.get(point)), ""]]
    for name, row in sorted(evasion["kinds"].items(), key=lambda item: (item[1]["trained"], item[0])):
        trained = "yes" if row["trained"] else "no"
        rows.append(
            [words(name), trained, interval(row["auroc"]), rate(row.get(point)), interval(row.get("recall_drop"))]
        )
    header = f"{number(evasion['n'])} composed test conversations"
    return table([header, "in training", "AUROC", f"recall at {point}", "recall lost"], rows)


def threshold_table(results: Results) -> str:
    """Tabulate what each operating point was fitted on, the bound it guarantees, and its rates on test data."""
    composed, real = results["composed"]["operating_points"], results["false_flags"].get("real: all")
    header = ["operating point", "threshold (logit)", "bound asked for", "bound reached", "benign flagged"]
    rows = []
    for point in points_of(results):
        fitted = results["thresholds"][point]
        bounds = [per_cent(fitted["target"]), per_cent(fitted["upper_bound"])]
        flagged = f"{number(fitted['false_flags'])} of {number(fitted['conversations'])}"
        tested = [rate(composed.get(point)), rate(real.get(point) if real else None)]
        rows.append([f"`{point}`", f"{fitted['threshold']:.3f}", *bounds, flagged, *tested])
    return table([*header, "recall, composed test", "false flags, real benign"], rows)


def ppv_table(results: Results) -> str:
    """Tabulate by prevalence the share of flags that are right, and the innocent conversations read for each."""
    points = points_of(results)
    rows: dict[float, list[str]] = {}
    for point in points:
        for row in results["ppv"][point]:
            rows.setdefault(row["prevalence"], []).append(_worth(row))
    return table(
        ["share of conversations with warning signs", *points],
        ([per_cent(prevalence), *cells] for prevalence, cells in sorted(rows.items(), reverse=True)),
    )


def _worth(row: PrevalenceRow) -> str:
    """Say what a flag is worth; where no benign conversation was flagged, only the bounds are informative."""
    low = row["ppv_low"]
    bounds = f"at least {per_cent(low)}", f"at most {number((1 - low) / low if low else math.inf)}"
    if row["ppv"] == 1:
        return "; ".join(bounds)
    innocent = math.inf if row["innocent_per_true"] is None else row["innocent_per_true"]
    return f"{per_cent(row['ppv'])} ({bounds[0]}); {number(innocent)} ({bounds[1]})"


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


def false_flag_table(results: Results) -> str:
    """Tabulate false flags of public sources, authored dialogues as a whole and languages, without the families."""
    rows = {name: row for name, row in results["false_flags"].items() if not is_family(name)}
    order = sorted(_worst_first(rows, results), key=group)  # stable: within a group, the most flagged stay first
    return _rates("benign conversations", {readable(name): rows[name] for name in order}, points_of(results))


def family_table(results: Results) -> str:
    """Tabulate false flags of every context family of authored dialogues and benign vignettes, most flagged first."""
    rows: dict[str, PointRates] = {name: row for name, row in results["false_flags"].items() if is_family(name)}
    if "own_conversations" in results:
        families = results["own_conversations"]["families"]
        rows |= {f"vignettes: {name}": row for name, row in families.items()}
    shown = {words(name): row for name, row in _worst_first(rows, results).items()}
    return _rates("context family", shown, points_of(results))


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
    rows = sorted(results["coverage"].items(), key=lambda item: (item[0] not in supported, item[0]))
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


def counts(row: Slice) -> str:
    """Format the size of a slice and its number of positives."""
    return f"{number(row['n'])} ({number(row['positives'])})"


def is_family(name: str) -> bool:
    """Check whether a row of the false flags is a single context family of authored dialogues."""
    return name.startswith("authored, ") and not name.endswith(": all")


def group(name: str) -> int:
    """Return the place of a row of the false flags: all real, then sources, authored dialogues, languages."""
    if name in ALL_FIRST:
        return ALL_FIRST.index(name) - len(ALL_FIRST)
    return next((place for place, start in enumerate(_GROUPS) if name.startswith(start)), len(_GROUPS))


def readable(name: str) -> str:
    """Return the name of a row in words, with its language spelled out."""
    start, _, rest = words(name).partition(": ")
    code = start.removeprefix("language ")
    return f"{LANGUAGES.get(code, code)}: {rest}" if start != code else words(name)


def language(code: str) -> str:
    """Format a language by name and code."""
    return f"{LANGUAGES.get(code, code)} (`{code}`)"


def _rates(title: str, rows: Mapping[str, PointRates], points: Sequence[PointName]) -> str:
    """Tabulate rates at each operating point; n is the same at each."""
    body = []
    for name, row in rows.items():
        size = next((row[point]["n"] for point in points if point in row), 0)
        body.append([name, number(size), *(rate(row.get(point)) for point in points)])
    return table([title, "n", *points], body)


def _worst_first(rows: Mapping[str, PointRates], results: Results) -> dict[str, PointRates]:
    """Sort by the rate at the main point, highest first; of equal rates, the larger slice comes first."""
    point = main_point(results)
    order = sorted(rows.items(), key=lambda item: (-item[1][point]["value"], -item[1][point]["n"], item[0]))
    return dict(order)


def in_order(rows: Mapping[str, Row], results: Results) -> Iterable[tuple[str, Row]]:
    """Return rows by language, in the order of the configuration, followed by any others."""
    known = [code for code in results["config"]["languages"] if code in rows]
    return [(code, rows[code]) for code in (*known, *sorted(set(rows) - set(known)))]
