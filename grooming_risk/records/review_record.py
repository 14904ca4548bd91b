"""The review record: one flag, what a person viewed and decided, sealed so that a later change shows. Never text.

A record is a JSON object, described by review_record_schema.json. It is for appeals, for reports on error rates and for
handing a case over; it can be kept and sent without the conversation. It has no field for notes: a reviewer would write
message text there, or a person's name.

What the seal shows, and what it does not:

- `record_digest`: SHA-256 of the canonical JSON (RFC 8785, see `canonical_json`) of the record without this field.
  Alone it shows damage and careless edits. Whoever can edit the file and knows this paragraph can compute it again.
- `record_hmac`: HMAC-SHA-256 under the caller's key of the canonical JSON of the record without these two fields.
  Without the key nobody can change a record, or make one that passes. Everybody who has the key can: it does not show
  a third party which of them wrote the record (a digital signature of the file would). Keep the key away from the
  records.
- `previous`: the `record_digest` of the record before it in a log. A record that is removed, added or moved inside the
  log shows. Records cut off at the end do not: keep the last digest elsewhere too. Without HMACs the whole chain can be
  computed again.
- Nothing here shows that what was recorded is true. The times are those of the machine that wrote the record, and the
  caller says what was viewed and decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

from grooming_risk.errors import InvalidOptionError, UnsupportedFormatError
from grooming_risk.records.verification import TIME, digest, form_problems, seal
from grooming_risk.report import RiskReport

# Raise it when a field is added, dropped or comes to mean something else; then records of the old version need their
# own schema file and a way through `verify_record`, because they are kept for years and must stay verifiable.
SCHEMA_VERSION = 1
# One year is the longest that the Council's text of the EU's interim rules allows (known to us from secondary sources,
# which add that what is not confirmed is to be deleted: pass fewer days for it), and the time for which 18 U.S.C.
# 2258A(h)(1) asks US providers to preserve a report they made. The law where you operate decides.
RETENTION_DAYS = 365
MAXIMUM_RETENTION_DAYS = 36_500


class Decision(str, Enum):
    """What a person decided about a flag. It speaks of the flag, not of anybody who wrote a message."""

    CONFIRMED = "confirmed"  # these messages needed a person's attention
    OVERTURNED = "overturned"  # they did not
    INCONCLUSIVE = "inconclusive"  # the reviewer could not tell
    ESCALATED = "escalated"  # passed on; somebody else will decide


def utc_now() -> datetime:
    """The time of this machine."""
    return datetime.now(UTC)


def make_review_record(
    report: RiskReport | Mapping[str, Any],
    decision: Decision | str | None = None,
    viewed: Iterable[int] = (),
    *,
    language: str | None = None,
    key: bytes | None = None,
    previous: str | None = None,
    created_at: datetime | None = None,
    retention_days: int = RETENTION_DAYS,
    clock: Callable[[], datetime] = utc_now,
) -> dict[str, Any]:
    """Make a sealed record of a report and of what a person did with it, without text: plain JSON types.

    Args:
        report: a report, or what `RiskReport.to_dict` gives.
        decision: about the flag; None while nobody has decided.
        viewed: indices of the messages that a person viewed.
        language: tag of the conversation's language (`en`, `pt-BR`, `ur-Latn`), for rates by language. The library
            does not guess it.
        key: secret of at least 16 bytes for the HMAC; no HMAC when None.
        previous: `record_digest` of the last record of the log that this one will be appended to.
        created_at: when the flag was first put on record, with a time zone; now when None. Retention counts from it.
        retention_days: days, 1 to 36,500, until the record is to be deleted.
        clock: gives the time, with a time zone.

    Raises:
        InvalidOptionError: an option is out of its range, or there is a decision and no flag.
        UnsupportedFormatError: the report holds what no report of this library holds.
    """
    now = utc_seconds(clock())
    created = now if created_at is None else utc_seconds(created_at)
    if created > now:
        raise InvalidOptionError("created_at lies in the future; pass when the flag was first put on record")
    last = last_day(created, retention_days)
    body = {
        "schema_version": SCHEMA_VERSION,
        **facts_of(report.to_dict() if isinstance(report, RiskReport) else report),
        "viewed": [],
        "decision": None,
        "language": None,
        "created_at": created.strftime(TIME),
        "decided_at": None,
        "retain_until": last,
        "previous": None,
    }
    # Checked before the caller's own options are in it, so that an error says which of the two is at fault.
    if problems := form_problems(body):
        raise UnsupportedFormatError(f"not a report of this library ({problems[0]}); pass what to_dict() gives")
    body |= {"viewed": viewed_indices(viewed, body["messages"]), "language": language, "previous": previous}
    if decision is not None:
        body |= {"decision": _decision(decision, body["outcome"]), "decided_at": now.strftime(TIME)}
    if problems := form_problems(body):
        raise InvalidOptionError(f"{problems[0]}; a language is a tag such as en or pt-BR, previous a record_digest")
    return seal(body, key)


def facts_of(report: Mapping[str, Any]) -> dict[str, Any]:
    """What the report says, without speakers, windows and timeline: `report_digest` stands for those."""
    kept = ("provenance", "outcome", "abstention", "probability", "interval", "messages", "first_flag", "spans")
    try:
        return {
            "record_id": digest(report["provenance"]),
            "report_digest": digest(report),
            **{name: report[name] for name in kept},
            "evidence": [
                {name: item[name] for name in ("message", "tactics", "cues", "delta_logit")}
                for item in report["evidence"]
            ],
        }
    except (KeyError, TypeError, ValueError):
        raise UnsupportedFormatError("not a report of this library; pass what RiskReport.to_dict() gives") from None


def _decision(decision: Decision | str, outcome: str) -> str:
    try:
        choice = Decision(decision).value
    except ValueError:
        known = ", ".join(item.value for item in Decision)
        raise InvalidOptionError(f"no decision of that name; use one of {known}, or None") from None
    if outcome != "review":
        raise InvalidOptionError(
            "nothing was flagged in this report, so there is no flag to decide on; leave the decision out"
        )
    return choice


def viewed_indices(viewed: Iterable[int], messages: int) -> list[int]:
    indices = list(viewed)
    for index in indices:
        if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < messages:
            shown = index if isinstance(index, int) else "something else than a number"
            raise InvalidOptionError(f"viewed holds {shown}; the report has messages 0 to {messages - 1}")
    return sorted(set(indices))


def last_day(created: datetime, retention_days: int) -> str:
    """Return the last day, ISO 8601, on which a record may be kept; refuse a number of days out of range."""
    if not 1 <= retention_days <= MAXIMUM_RETENTION_DAYS:
        raise InvalidOptionError(f"retention_days {retention_days} is not between 1 and {MAXIMUM_RETENTION_DAYS:,}")
    return (created.date() + timedelta(days=retention_days)).isoformat()


def utc_seconds(moment: datetime) -> datetime:
    """In UTC and whole seconds, as records have it."""
    if moment.tzinfo is None:
        raise InvalidOptionError("a time has no time zone; pass one such as datetime.now(timezone.utc)")
    return moment.astimezone(UTC).replace(microsecond=0)
