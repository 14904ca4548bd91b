"""The figures of review records as a table for a terminal or a mail, with what they do not say underneath."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from itertools import groupby

from grooming_risk.records.review_record import Decision
from grooming_risk.records.summary import FINAL, UNDETERMINED, FlagCounts, RecordsSummary

_HEADER = ("language", "flags", "undecided", "escalated", "decided", *(decision.value for decision in FINAL))
_GAP = "  "


def render_records_summary(summary: RecordsSummary, width: int = 80) -> str:
    """A block for each year and operating point, and notes; rates are of decided flags.

    Args:
        summary: the figures.
        width: columns of the terminal; where the rates do not fit beside the counts, they stand below them.
    """
    blocks = [
        _block(year, point, list(members), width)
        for (year, point), members in groupby(summary.groups, key=lambda group: (group.year, group.operating_point))
    ]
    blocks += [_misses(summary)] if summary.misses else []
    blocks += [_handovers(summary)] if summary.handovers else []
    notes = [line for note in _notes(summary) for line in textwrap.wrap(note, width, break_on_hyphens=False)]
    return "\n\n".join([*blocks, "\n".join(notes)])


def _block(year: int, point: str, groups: list[FlagCounts], width: int) -> str:
    title = f"{year}, operating point {point}, model {', '.join(groups[0].models)}"
    rows = [_HEADER, *map(_cells, groups)]
    table = _aligned(rows)
    if max(map(len, table)) <= width:
        return "\n".join([title, *table])
    counts = len(_HEADER) - len(FINAL)
    rates = [
        (row[0], name, rate) for row in rows[1:] for name, rate in zip(_HEADER[counts:], row[counts:], strict=True)
    ]
    below = _aligned([("language", "of decided flags", ""), *rates])
    return "\n".join([title, *_aligned([row[:counts] for row in rows]), "", *below])


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """The first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [_GAP + _GAP.join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in rows]


def _cells(group: FlagCounts) -> tuple[str, ...]:
    counts = [f"{count:,}" for count in (group.flags, group.undecided, group.escalated, group.decided)]
    return group.language or "all", *counts, *(_outcome(group, decision) for decision in FINAL)


def _outcome(group: FlagCounts, decision: Decision) -> str:
    count, rate = getattr(group, decision.value), group.rate(decision)
    if rate is None:
        return "-"
    return f"{count:,} {rate.value:6.1%} ({rate.low * 100:4.1f}-{rate.high * 100:4.1f})"


def _misses(summary: RecordsSummary) -> str:
    """What was found among conversations that were not flagged."""
    header = ("sample", "method", "population", "drawn", "read", "missed", "misses in the population")
    rows: list[tuple[str, ...]] = [header]
    for item in summary.misses:
        size = [f"{number:,}" if number is not None else "-" for number in (item.population, item.drawn)]
        found = item.misses
        estimate = f"{found.value:,.0f} ({found.low:,.0f}-{found.high:,.0f})" if found else "cannot be estimated"
        counts = (*size, f"{item.decided:,}", f"{item.missed:,}", estimate)
        rows.append((item.sample or "not sampled", item.method, *counts))
    return "\n".join(["Conversations that were not flagged", *_aligned(rows)])


def _handovers(summary: RecordsSummary) -> str:
    header = ("channel", "year", "handed over", "acknowledged")
    counts = [
        (item.channel, str(item.year), f"{item.handed_over:,}", f"{item.acknowledged:,}") for item in summary.handovers
    ]
    return "\n".join(["Packages handed over", *_aligned([header, *counts])])


def _notes(summary: RecordsSummary) -> list[str]:
    whole = [group for group in summary.groups if group.language is None]
    flags, decided = sum(group.flags for group in whole), sum(group.decided for group in whole)
    changed, unviewed = sum(group.changed for group in whole), sum(group.unviewed for group in whole)
    notes = [
        f"{_many(summary.records, 'record')}, {_many(flags, 'flag')}: {summary.replaced:,} replaced by a later record "
        f"of the same flag, {summary.not_flagged:,} of reports that flagged nothing.",
        "Rates are of decided flags, with 95 % Clopper-Pearson intervals. Overturned is the rate of wrong flags; what "
        "was never flagged is not in these figures, so they say nothing about misses.",
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
        notes.append(f"{flags - decided:,} of {_many(flags, 'flag')} not decided yet: the rates may change with them.")
    if changed:
        notes.append(f"{_many(changed, 'flag')} decided otherwise at first, and changed later.")
    if unviewed:
        notes.append(f"Warning: {_many(unviewed, 'flag')} decided, and no message is recorded as viewed by a person.")
    if summary.past_retention:
        notes.append(
            f"Warning: {_many(summary.past_retention, 'record')} past the retention date: delete, or say why not. "
            "These figures may be kept."
        )
    return notes


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
