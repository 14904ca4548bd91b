"""The table of languages that are not scored: each that was tried, those close to a served one first."""

from __future__ import annotations

from training.corpus.other_languages import close_to
from training.documents.card_format import LEAST_SHOWN, number, rate, table
from training.documents.card_tables import LANGUAGES
from training.evaluation.estimates import LanguageTried
from training.evaluation.results import Results

ENOUGH = 0.95  # share of conversations to abstain from in a language


def unserved_table(results: Results) -> str:
    """Tabulate every language that was tried, and say in how many of them the model abstains nearly always."""
    tried, close = results.get("unserved"), close_to()
    if not tried:
        return ""
    rows = sorted(tried.values(), key=lambda row: (row["code"] not in close, row["code"], row["source"]))
    lowest: dict[str, float] = {}
    for row in rows:
        lowest[row["code"]] = min(lowest.get(row["code"], 1.0), row["abstained"]["value"])
    enough = sum(value >= ENOUGH for value in lowest.values())
    said = (
        f"Of {number(len(lowest))} languages that are not scored, the model abstains from at least "
        f"{100 * ENOUGH:.0f} % of the conversations in {number(enough)}. A conversation is ten messages drawn from "
        "lines of the test split: written for this project, or public single lines. Draws from few lines are alike, so "
        "the intervals are too narrow. Languages close to a served one come first."
    )
    header = ["language", "close to", "lines", "how many", "conversations", "abstained"]
    parts = [said, table(header, (_row(row, close) for row in rows)), _served_table(results)]
    return "\n\n".join(filter(None, parts))


def _served_table(results: Results) -> str:
    rows = [(code, row) for code, row in results.get("served", {}).items() if row["n"] >= LEAST_SHOWN]
    if not rows:
        return ""
    said = (
        "The same for benign conversations in languages that are scored, real and authored, that nothing was trained "
        "on. Here the model should not abstain, unless there is too little text."
    )
    header = ["language", "conversations", "abstained"]
    return f"{said}\n\n{table(header, ([LANGUAGES[code], number(row['n']), rate(row)] for code, row in rows))}"


def _row(row: LanguageTried, close_to_served: dict[str, str]) -> list[str]:
    close = LANGUAGES.get(close_to_served.get(row["code"], ""), "")
    named = row["code"] if row["name"] == row["code"] else f"{row['name']} (`{row['code']}`)"
    rated = row["abstained"]
    return [named, close, row["source"], number(row["lines"]), number(rated["n"]), rate(rated)]
