"""What a team's decisions add up to: flags overturned, misses estimated, time to a decision, hand-overs."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from grooming_risk.decision.operating_points import Estimate, two_sided
from grooming_risk.desk.storage import chain
from grooming_risk.desk.storage.desk import Desk
from grooming_risk.desk.storage.moments import today
from grooming_risk.records.misses import MissEstimate
from grooming_risk.records.review_record import Decision
from grooming_risk.records.summary import FlagCounts, RecordsSummary, summarize_records
from grooming_risk.rendering.eu_report import eu_report


@dataclass(frozen=True, slots=True)
class YearFigures:
    """Figures of one year.

    Attributes:
        year: UTC.
        flags: counts for all languages, by operating point.
        languages: counts by operating point and language.
        misses: estimates from samples.
        rate: share of missed conversations in everything that was drawn, between bounds; None without a sample.
        handed_over: packages that were handed over.
        acknowledged: packages that were confirmed.
        waiting: median days from arrival to decision; None without a decision.
        reading: median minutes from opening to decision; None without a decision.
    """

    year: int
    flags: tuple[FlagCounts, ...]
    languages: tuple[FlagCounts, ...]
    misses: tuple[MissEstimate, ...]
    rate: Estimate | None
    handed_over: int
    acknowledged: int
    waiting: float | None
    reading: float | None

    def overturned(self, group: FlagCounts) -> Estimate | None:
        """Return the share of decided flags that were overturned."""
        return group.rate(Decision.OVERTURNED)


def summary_of(desk: Desk) -> tuple[RecordsSummary, int]:
    """Return the summary of all valid records, and the number of those that are not valid."""
    with desk.database.reading() as connection:
        valid, refused = chain.valid_records(connection, desk.record_key)
    return summarize_records(valid, today()), refused


def figures_of(desk: Desk, year: int) -> YearFigures:
    """Return the figures of a year."""
    summary, _ = summary_of(desk)
    groups = [group for group in summary.groups if group.year == year]
    misses = tuple(item for item in summary.misses if item.year == year)
    given = [item for item in summary.handovers if item.year == year]
    with desk.database.reading() as connection:
        times = chain.decision_times(connection, year)
    reading = [seconds for _, seconds in times if seconds is not None]
    return YearFigures(
        year=year,
        flags=tuple(group for group in groups if group.language is None),
        languages=tuple(group for group in groups if group.language is not None),
        misses=misses,
        rate=miss_rate(misses),
        handed_over=sum(item.handed_over for item in given),
        acknowledged=sum(item.acknowledged for item in given),
        waiting=median(seconds for seconds, _ in times) / 86_400 if times else None,
        reading=median(reading) / 60 if reading else None,
    )


def miss_rate(misses: tuple[MissEstimate, ...]) -> Estimate | None:
    """Estimate the share of unflagged conversations that needed attention, from all samples together.

    Each sample is drawn with nearly the same share of its import, so that they are added up. Conversations that are not
    decided, or about which a reader could not tell, count as harmless for the lower bound and as missed for the upper.

    Args:
        misses: estimates of samples.

    Returns:
        The share of decided ones, between two-sided 95 % Clopper-Pearson bounds; None where nothing was drawn.
    """
    samples = [item for item in misses if item.misses is not None]
    drawn, decided = sum(int(item.drawn or 0) for item in samples), sum(item.decided for item in samples)
    missed, unsure = sum(item.missed for item in samples), sum(item.inconclusive for item in samples)
    if not decided:
        return None
    high = missed + unsure + drawn - decided
    return Estimate(missed / decided, two_sided(missed, drawn).low, two_sided(high, drawn).high)


def yearly_report(desk: Desk, year: int) -> str:
    """Return the yearly report that EU rules ask for, as Markdown."""
    summary, refused = summary_of(desk)
    return eu_report(summary, year, refused=refused, authenticated=True)
