"""The figures of review records as a table for a terminal or a mail, with what they do not say underneath."""

from __future__ import annotations

from itertools import groupby

from grooming_risk.records_summary import FINAL, UNDETERMINED, FlagCounts, RecordsSummary
from grooming_risk.review_record import Decision

_HEADER = ("language", "flags", "undecided", "escalated", "decided", *(decision.value for decision in FINAL))
_GAP = "  "


def render_records_summary(summary: RecordsSummary) -> str:
    """A block for each year and operating point, and notes; rates are of decided flags.

    Args:
        summary: the figures.
    """
    blocks = [
        _block(year, point, list(members))
        for (year, point), members in groupby(summary.groups, key=lambda group: (group.year, group.operating_point))
    ]
    return "\n\n".join([*blocks, "\n".join(_notes(summary))])


def _block(year: int, point: str, groups: list[FlagCounts]) -> str:
    rows = [_HEADER, *map(_cells, groups)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADER))]
    lines = [f"{year}, operating point {point}, model {', '.join(groups[0].models)}"]
    for row in rows:
        first, *numbers = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        lines.append(_GAP + _GAP.join([row[0].ljust(len(first)), *numbers]))
    return "\n".join(lines)


def _cells(group: FlagCounts) -> tuple[str, ...]:
    counts = [f"{count:,}" for count in (group.flags, group.undecided, group.escalated, group.decided)]
    return group.language or "all", *counts, *(_outcome(group, decision) for decision in FINAL)


def _outcome(group: FlagCounts, decision: Decision) -> str:
    count, rate = getattr(group, decision.value), group.rate(decision)
    if rate is None:
        return "-"
    return f"{count:,} {rate.value:6.1%} ({rate.low * 100:4.1f}-{rate.high * 100:4.1f})"


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
