"""Tables and sentences about false flags on benign conversations: real ones, authored dialogues, context families."""

from __future__ import annotations

from collections.abc import Mapping

from training.documents.card_format import LEAST_SHOWN, listed, main_point, number, points_of, rate, words
from training.documents.card_tables import LANGUAGES, rate_table, size
from training.evaluation.estimates import PointRates
from training.evaluation.metrics import rate_with_interval
from training.evaluation.results import Results
from training.sources.licences import DATA_SOURCES

ALL_REAL, ALL_UNSEEN, ALL_HARD, ALL_PLAIN = "real: all", "unseen: all", "authored, hard: all", "authored, plain: all"
ALL_FIRST = (ALL_REAL, ALL_UNSEEN)  # rows that everybody should read
_GROUPS = ("unseen", "test", "authored", "language")
_TRANSLATED = "xpersona"  # its conversations in other languages than English are translations


def false_flag_table(results: Results) -> str:
    """Tabulate false flags of public sources and of authored dialogues as a whole, most flagged first."""
    rows = {name: row for name, row in results["false_flags"].items() if not is_family(name) and not _by_language(name)}
    return _by_group(rows, results)


def language_flag_table(results: Results) -> str:
    """Tabulate false flags on real conversations and on hard dialogues by language, most flagged first."""
    return _by_group({name: row for name, row in results["false_flags"].items() if _by_language(name)}, results)


def family_table(results: Results) -> str:
    """Tabulate false flags of context families of authored dialogues and benign vignettes, most flagged first."""
    rows = families(results)
    shown = {words(name): row for name, row in worst_first(rows, results).items()}
    tabulated = rate_table("context family", shown, points_of(results))
    if small := sum(size(row) < LEAST_SHOWN for row in rows.values()):
        tabulated += (
            f"\n\n{number(small)} of {number(len(rows))} families have fewer than {LEAST_SHOWN} conversations each and "
            "are left out."
        )
    return tabulated


def families(results: Results) -> dict[str, PointRates]:
    """Return the rows of context families of authored dialogues and benign vignettes."""
    rows: dict[str, PointRates] = {name: row for name, row in results["false_flags"].items() if is_family(name)}
    if "own_conversations" in results:
        own = results["own_conversations"]["families"]
        rows |= {f"vignettes: {name}": row for name, row in own.items()}
    return rows


def real_counted(results: Results) -> str:
    """Say which conversations the row of all real ones counts, and what the others would change."""
    flags, point = results["false_flags"], main_point(results)
    if ALL_REAL not in flags:
        return ""
    rows = [row[point] for name, row in flags.items() if name.startswith(("test: ", "unseen: ")) and name != ALL_UNSEEN]
    n, total = size(flags[ALL_REAL]), sum(row["n"] for row in rows)
    if total <= n:
        return f'"{ALL_REAL}" counts every real conversation of this table.'
    (source,) = (source for source in DATA_SOURCES if source.folder == _TRANSLATED)
    spoken = [LANGUAGES[code] for code in results["config"]["languages"] if code in source.languages and code != "en"]
    together = rate_with_interval(sum(row["count"] for row in rows), total)
    return (
        f'"{ALL_REAL}" counts {number(n)} of the {number(total)} real conversations of this table. The other '
        f"{number(total - n)} are the {listed(spoken)} conversations of {source.name}, which are translations of its "
        "English ones: the interval assumes that no conversation is counted twice. With them, "
        f"{number(together['count'])} conversations are flagged at `{point}`: {rate(together)}."
    )


def is_family(name: str) -> bool:
    """Check whether a row of the false flags is a single context family of authored dialogues."""
    return name.startswith("authored, ") and not name.endswith(": all")


def worst_first(rows: Mapping[str, PointRates], results: Results) -> dict[str, PointRates]:
    """Sort by the rate at the main point, highest first; of equal rates, the larger slice comes first."""
    point = main_point(results)
    order = sorted(rows.items(), key=lambda item: (-item[1][point]["value"], -item[1][point]["n"], item[0]))
    return dict(order)


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


def _by_language(name: str) -> bool:
    return name.startswith("language ")


def _by_group(rows: Mapping[str, PointRates], results: Results) -> str:
    order = sorted(worst_first(rows, results), key=group)  # stable: within a group, the most flagged stay first
    return rate_table("benign conversations", {readable(name): rows[name] for name in order}, points_of(results))
