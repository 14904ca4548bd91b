"""The review record: one flag and what a person viewed and decided, sealed so that later changes show. Never text.

A record is a JSON object, described by review_record_schema.json. It serves appeals, reports on error rates and the
hand-over of a case, and it can be kept and sent without the conversation. It has no field for notes, in which a
reviewer might write message text or a person's name.

What the seals show, and what they do not:

- `record_digest`: SHA-256 of the canonical JSON (RFC 8785, see `schemas.canonical_json`) of the record without this
  field. On its own it shows damage and careless edits. Whoever can edit the file can also compute the digest again.
- `record_hmac`: HMAC-SHA-256, under the caller's key, of the canonical JSON of the record without these two fields.
  Without the key nobody can change a record, or make one, that passes. Everybody with the key can, so it does not show
  a third party which of them wrote the record (a digital signature of the file would). Keep the key away from the
  records.
- `previous`: the `record_digest` of the previous record of the log. It shows that a record inside the log was removed,
  added or moved. It does not show that records at the end were cut off: keep the last digest elsewhere as well. Without
  HMACs, the whole chain can be computed again.
- Nothing here shows that a record is true. The times are those of the machine that wrote the record, and the caller
  states what was viewed and decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

from grooming_risk.errors import InvalidOptionError, UnsupportedFormatError
from grooming_risk.records.verification import TIME, digest, form_problems, seal
from grooming_risk.report import RiskReport

# To be raised when a field is added, removed or changes its meaning. Records are kept for years and must stay
# verifiable, so the old version then needs its own schema file and its own path through `verify_record`.
SCHEMA_VERSION = 2  # 1 had no stretches in its spans; such records stay verifiable
# One year is the maximum in the Council's text of the EU's interim rules (which we know from secondary sources only;
# they add that data on flags that are not confirmed is to be deleted, so pass fewer days for those). It is also the
# time for which 18 U.S.C. 2258A(h)(1) asks US providers to preserve a report. The law where you operate decides.
RETENTION_DAYS = 365
MAXIMUM_RETENTION_DAYS = 36_500


class Decision(str, Enum):
    """A person's decision about a flag. It describes the flag, not anybody who wrote a message."""

    CONFIRMED = "confirmed"  # the messages needed a person's attention
    OVERTURNED = "overturned"  # they did not
    INCONCLUSIVE = "inconclusive"  # the reviewer could not tell
    ESCALATED = "escalated"  # passed on to somebody else, who will decide


def utc_now() -> datetime:
    """Return the time of this machine, in UTC."""
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
    """Make a sealed record of a report and of what a person decided, without text.

    Args:
        report: a report, or what `RiskReport.to_dict` returns.
        decision: decision about the flag; None while nobody has decided.
        viewed: indices of the messages that a person viewed.
        language: tag of the conversation's language, such as `en`, `pt-BR` or `ur-Latn`, for rates by language. The
            library does not guess it.
        key: secret of at least 16 bytes for the HMAC; no HMAC when None.
        previous: `record_digest` of the last record of the log that this one will be appended to.
        created_at: when the flag was first recorded, with a time zone; now when None. Retention counts from it.
        retention_days: days, 1 to 36,500, after which the record is to be deleted.
        clock: returns the current time, with a time zone.

    Returns:
        The record as plain JSON types.

    Raises:
        InvalidOptionError: an argument is out of range, or there is a decision but no flag.
        UnsupportedFormatError: the report is not a report of this library.
    """
    now = utc_seconds(clock())
    created = now if created_at is None else utc_seconds(created_at)
    if created > now:
        raise InvalidOptionError("created_at is in the future; pass the time at which the flag was first recorded")
    # Checked before the caller's own arguments are added, so that an error names the one that is at fault.
    body = _undecided(report.to_dict() if isinstance(report, RiskReport) else report, created, retention_days)
    body |= {"viewed": viewed_indices(viewed, body["messages"]), "language": language, "previous": previous}
    if decision is not None:
        body |= {"decision": _decision(decision, body["outcome"]), "decided_at": now.strftime(TIME)}
    if problems := form_problems(body):
        raise InvalidOptionError(f"{problems[0]}; language is a tag such as en or pt-BR, previous is a record_digest")
    return seal(body, key)


def _undecided(report: Mapping[str, Any], created: datetime, retention_days: int) -> dict[str, Any]:
    """Return the record of a report that nobody has decided on, without its seals."""
    retain_until = last_day(created, retention_days)
    body = {
        "schema_version": SCHEMA_VERSION,
        **facts_of(report),
        "viewed": [],
        "decision": None,
        "language": None,
        "created_at": created.strftime(TIME),
        "decided_at": None,
        "retain_until": retain_until,
        "previous": None,
    }
    if problems := form_problems(body):
        raise UnsupportedFormatError(
            f"not a report of this library ({problems[0]}); pass what RiskReport.to_dict() returns"
        )
    return body


def facts_of(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of the report except speakers, windows and timeline, which `report_digest` covers."""
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
        pass
    # Raised outside the handler: Python would tie this error to the other one, which may quote a value.
    raise UnsupportedFormatError("not a report of this library; pass what RiskReport.to_dict() returns")


def _decision(decision: Decision | str, outcome: str) -> str:
    known = [item.value for item in Decision]
    if decision not in known:
        raise InvalidOptionError(f"decision must be one of {', '.join(known)}, or None")
    if outcome != "review":
        raise InvalidOptionError(
            "nothing was flagged in this report, so there is no flag to decide on; leave out the decision"
        )
    return Decision(decision).value


def viewed_indices(viewed: Iterable[int], messages: int) -> list[int]:
    """Return the indices of viewed messages in ascending order, each once; refuse one that is out of range."""
    indices = list(viewed)
    for index in indices:
        if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < messages:
            shown = index if isinstance(index, int) else "a value that is not an index"
            raise InvalidOptionError(f"viewed contains {shown}; the report has messages 0 to {messages - 1}")
    return sorted(set(indices))


def last_day(created: datetime, retention_days: int) -> str:
    """Return the last day, in ISO 8601, on which a record may be kept; refuse a number of days that is out of range."""
    if not 1 <= retention_days <= MAXIMUM_RETENTION_DAYS:
        raise InvalidOptionError(
            f"retention_days must be between 1 and {MAXIMUM_RETENTION_DAYS:,}, got {retention_days}"
        )
    return (created.date() + timedelta(days=retention_days)).isoformat()


def utc_seconds(moment: datetime) -> datetime:
    """Return a time in UTC and whole seconds, as records have it."""
    if moment.tzinfo is None:
        raise InvalidOptionError("a time must have a time zone, as in datetime.now(timezone.utc)")
    return moment.astimezone(UTC).replace(microsecond=0)
