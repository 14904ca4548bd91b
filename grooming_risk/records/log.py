"""The place of a new record in a log: what it must name so that the chain goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.records.files import StoredRecord, read_records
from grooming_risk.records.verification import TIME, verify_record


@dataclass(frozen=True, slots=True)
class LogPlace:
    """What ties a new record to a log.

    Attributes:
        previous: `record_digest` of the last record; None where the log is empty.
        created_at: when this flag was first put on record there; None where it was not.
        same: the records of the same flag, in order.
    """

    previous: str | None
    created_at: datetime | None
    same: tuple[dict[str, Any], ...]


def place_in_log(path: Path, record_id: str, key: bytes | None) -> LogPlace:
    """Return where a new record goes.

    Only the records that this rests on are verified, so that a long log does not make every decision slow.

    Args:
        path: of the log.
        record_id: of the flag or conversation that the new record is about.
        key: the key that the log is sealed with; None where it has none.

    Returns:
        The place.

    Raises:
        UnsupportedFormatError: the log cannot be read, or one of those records is not valid.
    """
    stored = read_records(path)
    same = [item.record for item in stored if _identity(item) == record_id]
    last = [item.record for item in stored[-1:]]
    sound = all(verify_record(record, key).valid for record in (*same, *last))
    if not sound or not all(item.place.startswith("line") and isinstance(item.record, dict) for item in stored):
        raise UnsupportedFormatError(
            f"{path.name} is not a sound log; see `grooming-risk records verify`, or start a new file"
        )
    first = min((record["created_at"] for record in same), default=None)
    return LogPlace(
        previous=last[0]["record_digest"] if last else None,
        created_at=None if first is None else datetime.strptime(first, TIME).replace(tzinfo=UTC),
        same=tuple(same),
    )


def _identity(item: StoredRecord) -> object:
    return item.record.get("record_id") if isinstance(item.record, dict) else None
