"""How often flags turned out right or wrong, added up from review records, as an annual report on errors needs it.

The EU's Digital Services Act asks for such a report at least once a year (Art. 15(1)(e): indicators of the accuracy
and the possible rate of error of automated means).

Flags are counted, not records. Records of one report share their `record_id`; the record with the latest `decided_at`
counts, or the one read last where times are equal. A record without a decision never replaces a record with one. A flag
belongs to the year (UTC) in which its first record was created, and to the language in the latest of its records that
has a tag.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from grooming_risk.decision.operating_points import CONFIDENCE, Estimate, two_sided
from grooming_risk.records.handover_counts import HandoverCounts, count_handovers
from grooming_risk.records.misses import MissEstimate, estimate_misses
from grooming_risk.records.review_record import Decision
from grooming_risk.records.verification import record_type

SCHEMA_VERSION = 1
# Decisions that tell how a flag turned out; an escalated flag is still open.
FINAL = (Decision.CONFIRMED, Decision.OVERTURNED, Decision.INCONCLUSIVE)
UNDETERMINED = "und"  # BCP 47: the language of flags whose records have no tag


@dataclass(frozen=True, slots=True)
class FlagCounts:
    """Flags of one year at one operating point, in one language or in all languages.

    Attributes:
        year: year in which the flags were first recorded, UTC.
        operating_point: name of the operating point.
        language: language tag, `und` where none was given; None for all languages together.
        models: versions of the models that flagged.
        undecided: flags that nobody has decided on.
        escalated: flags that the last decision passed on.
        confirmed: flags that the last decision confirmed.
        overturned: flags that the last decision overturned.
        inconclusive: flags about which the last decision could not tell.
        changed: decided flags whose first final decision was a different one, as after an appeal.
        unviewed: decided flags whose deciding record names no message that a person viewed.
    """

    year: int
    operating_point: str
    language: str | None
    models: tuple[str, ...]
    undecided: int
    escalated: int
    confirmed: int
    overturned: int
    inconclusive: int
    changed: int
    unviewed: int

    @property
    def decided(self) -> int:
        """Number of flags that are confirmed, overturned or inconclusive."""
        return self.confirmed + self.overturned + self.inconclusive

    @property
    def flags(self) -> int:
        """Number of all flags."""
        return self.decided + self.escalated + self.undecided

    def rate(self, decision: Decision) -> Estimate | None:
        """Return the share of decided flags with this final decision.

        Args:
            decision: one of `FINAL`.

        Returns:
            The share with two-sided 95 % Clopper-Pearson bounds; None where no flag is decided.
        """
        n, count = self.decided, int(getattr(self, decision.value))
        return two_sided(count, n) if n else None

    def to_dict(self) -> dict[str, Any]:
        """Return the fields, `flags`, `decided` and the rates as plain JSON types."""
        rates = {decision.value: self.rate(decision) for decision in FINAL}
        shown = {name: None if rate is None else asdict(rate) for name, rate in rates.items()}
        return {
            **asdict(self),
            "models": list(self.models),
            "flags": self.flags,
            "decided": self.decided,
            "rates_of_decided": shown,
        }


@dataclass(frozen=True, slots=True)
class RecordsSummary:
    """Figures of all records.

    Attributes:
        groups: counts by year and operating point: for all languages, then for each language if any record has a tag.
        records: number of records read.
        replaced: number of records that a later record of the same flag replaces.
        not_flagged: number of records of reports that flagged nothing; no other figure counts them.
        past_retention: number of records whose retention date has passed.
        misses: what was found among conversations that were not flagged, by sample.
        handovers: packages that were handed over, by year and channel.
    """

    groups: tuple[FlagCounts, ...]
    records: int
    replaced: int
    not_flagged: int
    past_retention: int
    misses: tuple[MissEstimate, ...] = ()
    handovers: tuple[HandoverCounts, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; `misses` and `handovers` only where there are records of them."""
        parts = {
            "misses": [item.to_dict() for item in self.misses],
            "handovers": [item.to_dict() for item in self.handovers],
        }
        return {
            "schema_version": SCHEMA_VERSION,
            "confidence": CONFIDENCE,
            "groups": [group.to_dict() for group in self.groups],
            "records": self.records,
            "replaced": self.replaced,
            "not_flagged": self.not_flagged,
            "past_retention": self.past_retention,
            **{name: items for name, items in parts.items() if items},
        }


@dataclass(slots=True)
class _Flag:
    """What is known about one flag so far; small, so that a year of records fits in memory."""

    operating_point: str
    model: str
    created_at: str
    language: str | None = None
    language_from: tuple[str, str] = ("", "")
    decided_at: str = ""
    decision: Decision | None = None
    viewed: bool = False
    finals: list[tuple[str, Decision]] = field(default_factory=list)

    def add(self, record: Mapping[str, Any]) -> None:
        """Add one more record of this flag. Times are in UTC and in one format, so they sort as strings."""
        self.created_at = min(self.created_at, record["created_at"])
        decided_at = record["decided_at"] or ""
        written = (decided_at, record["created_at"])
        if record["language"] and written >= self.language_from:
            self.language, self.language_from = record["language"], written
        if not decided_at:
            return
        decision = Decision(record["decision"])
        if decided_at >= self.decided_at:
            self.decided_at, self.decision, self.viewed = decided_at, decision, bool(record["viewed"])
        if decision in FINAL:
            self.finals.append((decided_at, decision))

    @property
    def changed(self) -> bool:
        """Whether the last decision is final and differs from the first final decision."""
        first = min(self.finals, key=lambda item: item[0])[1] if self.finals else None
        return self.decision in FINAL and first is not self.decision


def summarize_records(records: Iterable[Mapping[str, Any]], today: date) -> RecordsSummary:
    """Add up records that `verify_record` found valid.

    Args:
        records: the records, in the order in which they were written where times may be equal.
        today: day, UTC, that retention dates are compared with.

    Returns:
        The figures.
    """
    flags: dict[str, _Flag] = {}
    counts: Counter[str] = Counter()
    others: dict[str, list[Mapping[str, Any]]] = {"unflagged": [], "handover": []}
    for record in records:
        counts["records"] += 1
        counts["past_retention"] += date.fromisoformat(record["retain_until"]) < today
        if (kind := record_type(record)) in others:
            others[kind].append(record)
            continue
        counts["reviews"] += 1
        if record["outcome"] != "review":
            counts["not_flagged"] += 1
            continue
        provenance = record["provenance"]
        flag = flags.setdefault(
            record["record_id"],
            _Flag(provenance["operating_point"], provenance["model_version"], record["created_at"]),
        )
        flag.add(record)
    return RecordsSummary(
        groups=tuple(_groups(flags.values())),
        records=counts["records"],
        replaced=counts["reviews"] - counts["not_flagged"] - len(flags),
        not_flagged=counts["not_flagged"],
        past_retention=counts["past_retention"],
        misses=estimate_misses(others["unflagged"]),
        handovers=count_handovers(others["handover"]),
    )


def _groups(flags: Iterable[_Flag]) -> Iterable[FlagCounts]:
    together: dict[tuple[int, str], list[_Flag]] = defaultdict(list)
    for flag in flags:
        together[int(flag.created_at[:4]), flag.operating_point].append(flag)
    for (year, point), members in sorted(together.items()):
        yield _count(year, point, None, members)
        if any(flag.language for flag in members):
            by_language: dict[str, list[_Flag]] = defaultdict(list)
            for flag in members:
                by_language[flag.language or UNDETERMINED].append(flag)
            for language, speaking in sorted(by_language.items()):
                yield _count(year, point, language, speaking)


def _count(year: int, point: str, language: str | None, flags: list[_Flag]) -> FlagCounts:
    decisions = Counter(flag.decision for flag in flags)
    return FlagCounts(
        year=year,
        operating_point=point,
        language=language,
        models=tuple(sorted({flag.model for flag in flags})),
        undecided=decisions[None],
        escalated=decisions[Decision.ESCALATED],
        confirmed=decisions[Decision.CONFIRMED],
        overturned=decisions[Decision.OVERTURNED],
        inconclusive=decisions[Decision.INCONCLUSIVE],
        changed=sum(flag.changed for flag in flags),
        unviewed=sum(flag.decision in FINAL and not flag.viewed for flag in flags),
    )
