"""A log of review records: JSON lines, each record chained to the one before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.records.files import append_record, open_log, read_records
from grooming_risk.records.review_record import RETENTION_DAYS, Decision, make_review_record, utc_now
from grooming_risk.records.verification import TIME, digest, verify_record
from grooming_risk.report import RiskReport


@dataclass(frozen=True, slots=True)
class LogPlace:
    """What ties a new record to a log.

    Attributes:
        previous: `record_digest` of the last record; None if the log is empty.
        created_at: time at which this flag or conversation was first recorded there; None if it was not.
        same: records of the same flag or conversation, in order.
    """

    previous: str | None
    created_at: datetime | None
    same: tuple[dict[str, Any], ...]


def append_review_record(
    path: Path,
    report: RiskReport | Mapping[str, Any],
    decision: Decision | str | None = None,
    viewed: Iterable[int] = (),
    *,
    language: str | None = None,
    key: bytes | None = None,
    retention_days: int = RETENTION_DAYS,
    clock: Callable[[], datetime] = utc_now,
) -> dict[str, Any]:
    """Make a review record and append it to a log.

    The record names the last record of the log as `previous`. If the log has records of the same flag, the new one
    keeps their date of creation, from which retention counts. The log is locked meanwhile, except on Windows, and a new
    log is readable by its owner only.

    Args:
        path: file of the log; created if it does not exist.
        report: a report, or what `RiskReport.to_dict` returns.
        decision: decision about the flag; None while nobody has decided.
        viewed: indices of the messages that a person viewed.
        language: tag of the conversation's language, such as `en`, `pt-BR` or `ur-Latn`.
        key: secret of at least 16 bytes for the HMAC; no HMAC when None.
        retention_days: days, 1 to 36,500, after which the record is to be deleted.
        clock: returns the current time, with a time zone.

    Returns:
        The record that was appended.

    Raises:
        InvalidOptionError: as for `make_review_record`; the log is not touched then.
        UnsupportedFormatError: the report is not a report of this library; the log cannot be read or written; or
            the records that the new one depends on are not valid.
        InputTooLargeError: the log is over 50 MB.
    """
    content, indices = report.to_dict() if isinstance(report, RiskReport) else report, list(viewed)

    def make(**place: Any) -> dict[str, Any]:
        return make_review_record(
            content,
            decision,
            indices,
            language=language,
            key=key,
            retention_days=retention_days,
            clock=clock,
            **place,
        )

    make()  # a mistake in the arguments is found before a file is created
    with open_log(path) as stream:
        place = place_in_log(path, digest(content["provenance"]), key)
        record = make(previous=place.previous, created_at=place.created_at)
        append_record(path, stream, record)
    return record


def place_in_log(path: Path, record_id: str, key: bytes | None) -> LogPlace:
    """Find the place of a new record at the end of a log.

    Only the records that the new one depends on are verified, so that a long log does not make every decision slow.

    Args:
        path: file of the log.
        record_id: identity of the flag or conversation that the new record belongs to.
        key: key that the log is sealed with; None if it has no HMACs.

    Returns:
        The last digest, and what the log holds about the same flag or conversation.

    Raises:
        UnsupportedFormatError: the log cannot be read, one of those records is not valid, or the log is sealed with a
            key and there is none.
        InputTooLargeError: the log is over 50 MB.
    """
    stored = read_records(path)
    same = tuple(item.record for item in stored if item.text("record_id") == record_id)
    last = [item.record for item in stored[-1:]]
    valid = all(verify_record(record, key).valid for record in (*same, *last))
    if not valid or not all(item.place.startswith("line") and isinstance(item.record, dict) for item in stored):
        raise UnsupportedFormatError(
            f"{path.name} is not a valid log; run `grooming-risk records verify` on it, or start a new file"
        )
    if key is None and any(item.text("record_hmac") for item in stored):
        raise UnsupportedFormatError(
            f"{path.name} is sealed with a key, and a record without an HMAC would break the seal; pass the key "
            "(--key-file), or start a new file"
        )
    first = min((record["created_at"] for record in same), default=None)
    return LogPlace(
        previous=last[0]["record_digest"] if last else None,
        created_at=None if first is None else datetime.strptime(first, TIME).replace(tzinfo=UTC),
        same=same,
    )
