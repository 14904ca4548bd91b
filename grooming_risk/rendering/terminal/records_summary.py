"""The figures of review records as a table for a terminal or an e-mail, and below it what they do not show."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from grooming_risk.records.review_record import Decision
from grooming_risk.records.summary import FINAL, UNDETERMINED, FlagCounts, RecordsSummary
from grooming_risk.rendering.numbers import count
from grooming_risk.rendering.terminal.columns import aligned, prose

_HEADER = ("language", "flags", "undecided", "escalated", "decided", *(decision.value for decision in FINAL))
_INDENT = "  "


def render_records_summary(summary: RecordsSummary, columns: int = 80) -> str:
    """Return a block for each year and operating point, and notes; the rates are shares of the decided flags.

    Args:
        summary: the figures.
        columns: width of the terminal; rates that do not fit beside the counts are printed below them.

    Returns:
        Lines joined by line ends.
    """
    blocks = [
        _block(year, point, list(members), columns)
        for (year, point), members in groupby(summary.groups, key=lambda group: (group.year, group.operating_point))
    ]
    blocks += [_misses(summary)] if summary.misses else []
    blocks += [_handovers(summary)] if summary.handovers else []
    notes = [line for note in _notes(summary) for line in prose(note, columns)]
    return "\n\n".join([*blocks, "\n".join(notes)])


def _block(year: int, point: str, groups: list[FlagCounts], columns: int) -> str:
    title = f"{year}, operating point {point}, model {', '.join(groups[0].models)}"
    rows = [_HEADER, *map(_cells, groups)]
    table = _indented(rows)
    if max(map(len, table)) <= columns:
        return "\n".join([title, *table])
    counts = len(_HEADER) - len(FINAL)
    rates = [
        (row[0], name, rate) for row in rows[1:] for name, rate in zip(_HEADER[counts:], row[counts:], strict=True)
    ]
    below = _indented([("language", "of decided flags", ""), *rates])
    return "\n".join([title, *_indented([row[:counts] for row in rows]), "", *below])


def _indented(rows: Sequence[Sequence[str]]) -> list[str]:
    return [_INDENT + line for line in aligned(rows)]


def _cells(group: FlagCounts) -> tuple[str, ...]:
    counts = [f"{number:,}" for number in (group.flags, group.undecided, group.escalated, group.decided)]
    return group.language or "all", *counts, *(_outcome(group, decision) for decision in FINAL)


def _outcome(group: FlagCounts, decision: Decision) -> str:
    number, rate = getattr(group, decision.value), group.rate(decision)
    if rate is None:
        return "-"
    return f"{number:,} {rate.value:6.1%} ({rate.low * 100:4.1f}-{rate.high * 100:4.1f})"


def _misses(summary: RecordsSummary) -> str:
    """Return what was found among conversations that were not flagged."""
    header = ("sample", "method", "population", "drawn", "read", "missed", "misses in the population")
    rows: list[tuple[str, ...]] = [header]
    for item in summary.misses:
        size = [f"{number:,}" if number is not None else "-" for number in (item.population, item.drawn)]
        found = item.misses
        estimate = f"{found.value:,.0f} ({found.low:,.0f}-{found.high:,.0f})" if found else "cannot be estimated"
        counts = (*size, f"{item.decided:,}", f"{item.missed:,}", estimate)
        rows.append((item.sample or "not sampled", item.method, *counts))
    return "\n".join(["Conversations that were not flagged", *_indented(rows)])


def _handovers(summary: RecordsSummary) -> str:
    header = ("channel", "year", "handed over", "acknowledged")
    counts = [
        (item.channel, str(item.year), f"{item.handed_over:,}", f"{item.acknowledged:,}") for item in summary.handovers
    ]
    return "\n".join(["Packages handed over", *_indented([header, *counts])])


def _notes(summary: RecordsSummary) -> list[str]:
    whole = [group for group in summary.groups if group.language is None]
    flags, decided = sum(group.flags for group in whole), sum(group.decided for group in whole)
    changed, unviewed = sum(group.changed for group in whole), sum(group.unviewed for group in whole)
    notes = [
        f"{count(summary.records, 'record')}, {count(flags, 'flag')}: {summary.replaced:,} replaced by a later record "
        f"of the same flag, {summary.not_flagged:,} from reports that flagged nothing.",
        "Rates are shares of the decided flags, with 95 % Clopper-Pearson intervals. The overturned rate is the rate "
        "of wrong flags. Conversations that were never flagged are not in these figures, so they say nothing about "
        "misses.",
    ]
    if summary.misses:
        notes.append(
            "Misses are estimated from random samples only, between 95 % bounds that hold whatever becomes of what is "
            "not decided."
        )
    if not all(item.consistent for item in summary.misses):
        notes.append("Warning: records of one sample contradict each other about its method, size or population.")
    if any(group.language == UNDETERMINED for group in summary.groups):
        notes.append(f"{UNDETERMINED}: no language was given.")
    if flags > decided:
        notes.append(f"{flags - decided:,} of {count(flags, 'flag')} not decided yet: they may change the rates.")
    if changed:
        notes.append(f"{count(changed, 'flag')} first decided otherwise and changed later.")
    if unviewed:
        notes.append(f"Warning: {count(unviewed, 'flag')} decided without a message recorded as viewed by a person.")
    if summary.past_retention:
        notes.append(
            f"Warning: {count(summary.past_retention, 'record')} past the retention date. Delete what has expired, or "
            "document why not. You may keep these figures."
        )
    return notes
