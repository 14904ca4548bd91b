"""Tables of the model card, each rendered from the results file alone."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

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
from training.sources.licences import sources_of

Results = Mapping[str, Any]
Rates = Mapping[str, Any]
LANGUAGES = {
    "ar": "Arabic", "de": "German", "en": "English", "es": "Spanish", "fr": "French", "hi": "Hindi",
    "id": "Indonesian", "it": "Italian", "mix": "code-switched chat", "nl": "Dutch", "pl": "Polish",
    "pt": "Portuguese", "ru": "Russian", "tl": "Tagalog", "tr": "Turkish", "ur": "Urdu",
}  # fmt: skip
ALL_FIRST = ("real: all", "unseen: all")  # what everybody should read stands on top
_USES = {
    "train": "training", "calibration": "calibration", "test": "test", "unseen": "unseen test",
    "lines": "language coverage",
}  # fmt: skip
_GROUPS = ("unseen", "test", "authored", "language")
_RANKING = ("auroc", "average_precision", "recall_at_1_percent_false_flags", "recall_at_0.1_percent_false_flags")
_RANKING_HEADER = ("AUROC", "average precision", "recall at 1 % false flags", "recall at 0.1 % false flags")


def headline_table(results: Results, columns: int = 3) -> str:
    """Model and baselines side by side on composed test conversations; the first `columns` measures."""
    composed = results["composed"]
    sets = {"grooming-risk": composed, **{words(name): m for name, m in sorted(composed["baselines"].items())}}
    header = f"{number(composed['n'])} composed test conversations, {number(composed['positives'])} positive"
    return table(
        [header, *_RANKING_HEADER[:columns]],
        ([name, *(interval(metrics[key]) for key in _RANKING[:columns])] for name, metrics in sets.items()),
    )


def recall_table(results: Results) -> str:
    """Recall of composed positives, all and by where their carriers come from."""
    points, composed = points_of(results), results["composed"]
    rows = {"all": composed["operating_points"], **{words(k): v for k, v in sorted(composed["sources"].items())}}
    return _rates("carriers of composed positives, recall", rows, points)


def language_table(results: Results) -> str:
    """One row a language: ranking, and recall and false flags at the main operating point."""
    point = main_point(results)
    header = ["language", "n (positive)", *_RANKING_HEADER[:3], f"recall at {point}", f"false flags at {point}"]
    return table(
        header,
        (
            [
                language(code), counts(row), *(interval(row[key]) for key in _RANKING[:3]),
                *(rate(row["operating_points"].get(point, {}).get(side)) for side in ("recall", "false_flags")),
            ]
            for code, row in in_order(results["composed"]["languages"], results)
        ),
    )  # fmt: skip


def hard_negative_table(results: Results) -> str:
    """Ranking of composed positives against hard negatives only, by language."""
    return table(
        ["language", "n (positive)", _RANKING_HEADER[0], _RANKING_HEADER[2]],
        (
            [language(code), counts(row), interval(row[_RANKING[0]]), interval(row[_RANKING[2]])]
            for code, row in in_order(results["hard_negatives"], results)
        ),
    )


def evasion_table(results: Results) -> str:
    """Ranking and recall by kind of evasion, those never trained on first."""
    evasion, point = results["evasion"], main_point(results)
    plain = evasion["as_written"]
    rows = [["as written", "", interval(plain["auroc"]), rate(plain.get(point)), ""]]
    for name, row in sorted(evasion["kinds"].items(), key=lambda item: (item[1]["trained"], item[0])):
        trained = "yes" if row["trained"] else "no"
        rows.append(
            [words(name), trained, interval(row["auroc"]), rate(row.get(point)), interval(row.get("recall_drop"))]
        )
    header = f"{number(evasion['n'])} composed test conversations"
    return table([header, "trained on", "AUROC", f"recall at {point}", "recall lost"], rows)


def padding_table(results: Results) -> str:
    """Ranking and recall by number of benign messages between every two; "" when it was not measured."""
    padding, point = results["padding"], main_point(results)
    if not padding:
        return ""
    plain = padding["as_written"]
    rows = [["none", interval(plain["auroc"]), rate(plain.get(point)), ""]]
    for between, row in sorted(padding["between"].items(), key=lambda item: int(item[0])):
        rows.append([between, interval(row["auroc"]), rate(row.get(point)), interval(row.get("recall_drop"))])
    header = f"benign messages between every two of {number(padding['n'])} composed test conversations"
    return table([header, "AUROC", f"recall at {point}", "recall lost"], rows)


def threshold_table(results: Results) -> str:
    """What each operating point was fitted on, what it promises, and what it gives on the test."""
    composed, flags = results["composed"]["operating_points"], results["false_flags"]
    header = ["operating point", "threshold (logit)", "bound asked for", "bound reached", "flagged of benign",
              "recall, composed test", "false flags, real benign"]  # fmt: skip
    rows = []
    for point in points_of(results):
        fitted = results["thresholds"][point]
        rows.append(
            [
                f"`{point}`", f"{fitted['threshold']:.3f}", per_cent(fitted["target"]), per_cent(fitted["upper_bound"]),
                f"{number(fitted['false_flags'])} of {number(fitted['conversations'])}", rate(composed.get(point)),
                rate(flags.get("real: all", {}).get(point)),
            ]
        )  # fmt: skip
    return table(header, rows)


def ppv_table(results: Results) -> str:
    """Share of flags that are right, by how rare the matter is, and innocent conversations read for each right one."""
    points = points_of(results)
    rows: dict[float, list[str]] = {}
    for point in points:
        for row in results["ppv"][point]:
            rows.setdefault(row["prevalence"], []).append(_worth(row))
    return table(
        ["share of conversations with warning signs", *points],
        ([per_cent(prevalence), *cells] for prevalence, cells in sorted(rows.items(), reverse=True)),
    )


def _worth(row: Mapping[str, Any]) -> str:
    """What a flag is worth. Where no benign conversation was flagged the value itself says nothing, only its bound."""
    low = row["ppv_low"]
    bounds = f"at least {per_cent(low)}", f"at most {number((1 - low) / low if low else math.inf)}"
    if row["ppv"] == 1:
        return "; ".join(bounds)
    innocent = math.inf if row["innocent_per_true"] is None else row["innocent_per_true"]
    return f"{per_cent(row['ppv'])} ({bounds[0]}); {number(innocent)} ({bounds[1]})"


def early_table(early: Mapping[str, Any]) -> str:
    """Early detection by operating point: latency-weighted scores, and where in a conversation the first flag comes."""
    scores = {"f_latency": "F-latency", "speed": "speed", "f1": "F1", "erde_5": "ERDE-5", "erde_50": "ERDE-50"}
    places = {
        "first_flag_message": "first flag at message",
        "delay_since_first_sign": "messages since the first sign",
        "delay_since_second_sign": "messages since the second distinct sign",
    }
    found = {point: early["points"][point] for point in POINTS if point in early["points"]}
    return table(
        ["operating point", *scores.values(), *places.values(), "flagged positives"],
        (
            [
                point, *(interval(row[key]) for key in scores), *(median(row[key]) for key in places),
                number(row["first_flag_message"]["n"]),
            ]
            for point, row in found.items()
        ),
    )  # fmt: skip


def false_flag_table(results: Results) -> str:
    """False flags of public sources, authored dialogues as a whole and languages; families stand in the appendix."""
    rows = {name: row for name, row in results["false_flags"].items() if not is_family(name)}
    order = sorted(_worst_first(rows, results), key=group)  # stable: within a group the most flagged stay first
    return _rates("benign conversations", {model_text(name): rows[name] for name in order}, points_of(results))


def family_table(results: Results) -> str:
    """False flags of every context family of authored dialogues and benign vignettes, most flagged first."""
    rows = {name: row for name, row in results["false_flags"].items() if is_family(name)}
    for name, row in results.get("own_conversations", {}).get("families", {}).items():
        rows[f"vignettes: {name}"] = row
    shown = {words(name): row for name, row in _worst_first(rows, results).items()}
    return _rates("context family", shown, points_of(results))


def lines_table(results: Results) -> str:
    """Single lines of all languages, by tactic."""
    rows = results["lines"]["all"]
    return table(
        ["tactic", "lines (positive)", "average precision"],
        ([words(tactic), counts(row), interval(row["average_precision"])] for tactic, row in sorted(rows.items())),
    )


def line_language_table(results: Results) -> str:
    """Average precision by language and tactic, values only: the whole table with intervals is in the results file."""
    tactics = sorted(results["lines"]["all"])
    rows = []
    for code, found in in_order({k: v for k, v in results["lines"].items() if k != "all"}, results):
        values = (found.get(tactic, {}).get("average_precision") for tactic in tactics)
        rows.append([language(code), *(f"{value['value']:.2f}" if value else MISSING for value in values)])
    return table(["language", *map(words, tactics)], rows)


def coverage_table(results: Results) -> str:
    """Share of conversations that are scored: those that should be first."""
    supported = {*results["config"]["languages"], "supported, real"}
    rows = sorted(results["coverage"].items(), key=lambda item: (item[0] not in supported, item[0]))
    return table(
        ["conversations", "of a trained language", "n", "scored, not abstained"],
        ([name, "yes" if name in supported else "no", number(row["n"]), rate(row)] for name, row in rows),
    )


def data_table(results: Results) -> str:
    """Public conversations behind this model, with licence, use and languages."""
    configured = results["config"]["languages"]
    return table(
        ["public data", "licence", "used for", "languages"],
        (
            [
                source.name, source.licence, listed([_USES[use] for use in source.uses]),
                ", ".join(code for code in configured if code in source.languages) or "single lines of many",
            ]
            for source in sources_of(results)
        ),
    )  # fmt: skip


def taxonomy_table() -> str:
    """Every label that a line can carry, as the library defines it."""
    kinds = [(item, "tactic") for item in Tactic] + [(item, "cue") for item in Cue]
    return table(
        ["label", "kind", "what a line does"], ([f"`{item.value}`", kind, DEFINITIONS[item]] for item, kind in kinds)
    )


def counts(row: Mapping[str, Any]) -> str:
    """N and positives of a slice."""
    return f"{number(row['n'])} ({number(row['positives'])})"


def is_family(name: str) -> bool:
    """Whether a row of the false flags is one context family of authored dialogues."""
    return name.startswith("authored, ") and not name.endswith(": all")


def group(name: str) -> int:
    """Place of a row of the false flags: everything real, then sources, authored dialogues, languages."""
    if name in ALL_FIRST:
        return ALL_FIRST.index(name) - len(ALL_FIRST)
    return next((place for place, start in enumerate(_GROUPS) if name.startswith(start)), len(_GROUPS))


def model_text(name: str) -> str:
    """A row's name in words, with its language spelled out."""
    start, _, rest = words(name).partition(": ")
    code = start.removeprefix("language ")
    return f"{LANGUAGES.get(code, code)}: {rest}" if start != code else words(name)


def language(code: str) -> str:
    """A language by name and code."""
    return f"{LANGUAGES.get(code, code)} (`{code}`)"


def _rates(title: str, rows: Mapping[str, Rates], points: list[str]) -> str:
    """Rates at each operating point; n is the same at each."""
    body = []
    for name, row in rows.items():
        size = next((row[point]["n"] for point in points if point in row), 0)
        body.append([name, number(size), *(rate(row.get(point)) for point in points)])
    return table([title, "n", *points], body)


def _worst_first(rows: Mapping[str, Rates], results: Results) -> dict[str, Rates]:
    """Highest rate at the main point first; of equal rates the larger slice, which says more."""
    point = main_point(results)
    order = sorted(rows.items(), key=lambda item: (-item[1][point]["value"], -item[1][point]["n"], item[0]))
    return dict(order)


def in_order(rows: Mapping[str, Any], results: Results) -> Iterable[tuple[str, Any]]:
    """Rows by language, in the order of the configuration, then whatever else there is."""
    known = [code for code in results["config"]["languages"] if code in rows]
    return [(code, rows[code]) for code in (*known, *sorted(set(rows) - set(known)))]
