"""The yearly figures on errors that EU rules ask for, as Markdown, with what they do not say.

Article 15(1)(e) of Regulation (EU) 2022/2065 asks for indicators of the accuracy and the possible rate of error of
automated means; the EU's interim rules on voluntary detection ask for numbers and ratios of errors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grooming_risk.decision.operating_points import Estimate
from grooming_risk.records.misses import MissEstimate
from grooming_risk.records.review_record import Decision
from grooming_risk.records.summary import FINAL, UNDETERMINED, FlagCounts, RecordsSummary
from grooming_risk.rendering.numbers import count

_NOT_MEASURED = (
    "Recall on real grooming: nobody has measured it for this software. Misses are known only from the samples above.",
    "Anything about people: every figure counts flags on conversations and what reviewers decided about them.",
    "Flags that no record was made of.",
    "Whether reviewers were right: the figures rest on their decisions. A second, independent reading of a sample of "
    "decided flags would measure that.",
)


def eu_report(summary: RecordsSummary, year: int, *, refused: int, authenticated: bool) -> str:
    """Return the figures of one year.

    Args:
        summary: figures of all records.
        year: the year, UTC.
        refused: records that were not valid and are in no figure.
        authenticated: whether HMACs were checked with a key.

    Returns:
        Markdown. A year without records gives a report that says so.
    """
    groups = [group for group in summary.groups if group.year == year]
    misses = [item for item in summary.misses if item.year == year]
    given = [item for item in summary.handovers if item.year == year]
    parts = [
        f"# Automated flags and their errors, {year}",
        "",
        "Indicators of accuracy and error for Article 15(1)(e) of Regulation (EU) 2022/2065 and for reports under the "
        "EU's interim rules on voluntary detection. Computed by grooming-risk from sealed records of reviewers' "
        "decisions. Flags order what people read; the software takes no action.",
        *_flags(groups),
        *_misses(misses),
        "",
        "## Handed over",
        "",
        *(
            _table(("body", "packages", "acknowledged"), [(i.channel, i.handed_over, i.acknowledged) for i in given])
            if given
            else ["No package is recorded as handed over."]
        ),
        "",
        "## What was not measured",
        "",
        *(f"- {line}" for line in (*_gaps(groups, misses), *_NOT_MEASURED)),
        "",
        "## Basis",
        "",
        f"- {refused:,} records or files were refused and are in no figure.",
        f"- Seals: {'digests and HMACs were checked' if authenticated else 'digests were checked, HMACs were not'}.",
        "- Rates are of decided flags, with two-sided 95 % Clopper-Pearson bounds.",
    ]
    return "\n".join(parts) + "\n"


def _flags(groups: Sequence[FlagCounts]) -> Iterator[str]:
    yield from ("", "## Flags", "")
    if not groups:
        yield "No flag of this year is on record."
        return
    header = ("operating point", "language", "flags", "open", "decided", *(decision.value for decision in FINAL))
    rows = [
        (
            group.operating_point,
            group.language or "all",
            group.flags,
            group.undecided + group.escalated,
            group.decided,
            *(_rate(group, decision) for decision in FINAL),
        )
        for group in groups
    ]
    yield from _table(header, rows)
    whole = [group for group in groups if group.language is None]
    yield ""
    yield (
        f"Decisions that a later decision replaced: {sum(group.changed for group in whole):,}. Decided without a "
        f"message recorded as viewed: {sum(group.unviewed for group in whole):,}. Models: "
        f"{', '.join(sorted({model for group in whole for model in group.models}))}. `{UNDETERMINED}` is flags without "
        "a language."
    )


def _misses(misses: Sequence[MissEstimate]) -> Iterator[str]:
    yield from ("", "## Conversations that were not flagged", "")
    if not misses:
        yield "None was reviewed, so nothing is known about misses."
        return
    header = ("sample", "method", "population", "drawn", "read", "missed", "estimated misses (95 % bounds)")
    rows = [
        (
            item.sample or "not sampled",
            item.method,
            "-" if item.population is None else item.population,
            "-" if item.drawn is None else item.drawn,
            item.decided,
            item.missed,
            "cannot be estimated" if item.misses is None else _estimate(item.misses),
        )
        for item in misses
    ]
    yield from _table(header, rows)
    yield ""
    yield "The bounds hold whatever becomes of conversations of a sample that are not decided yet."


def _gaps(groups: Sequence[FlagCounts], misses: Sequence[MissEstimate]) -> Iterator[str]:
    whole = [group for group in groups if group.language is None]
    still_open = sum(group.undecided + group.escalated for group in whole)
    if still_open:
        yield f"{count(still_open, 'flag')} not decided: the rates may change with them."
    untagged = sum(group.flags for group in groups if group.language == UNDETERMINED)
    tagged = sum(group.flags for group in groups if group.language)
    untagged += sum(group.flags for group in whole) - tagged
    if untagged:
        yield f"{count(untagged, 'flag')} without a language, in no figure by language."
    if not any(item.misses for item in misses):
        yield "Misses: there is no random sample of conversations that were not flagged."
    if not all(item.consistent for item in misses):
        yield "Samples whose records contradict each other are not estimated from."


def _rate(group: FlagCounts, decision: Decision) -> str:
    rate, count = group.rate(decision), getattr(group, decision.value)
    return "-" if rate is None else f"{count:,} ({rate.value:.1%}, {rate.low:.1%} to {rate.high:.1%})"


def _estimate(found: Estimate) -> str:
    return f"{found.value:,.0f} ({found.low:,.0f} to {found.high:,.0f})"


def _table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    cells = [[f"{value:,}" if isinstance(value, int) else str(value) for value in row] for row in rows]
    return [f"| {' | '.join(row)} |" for row in (header, ["---"] * len(header), *cells)]
