"""The log of sealed records, each chained to the one before it; a deleted record leaves its digest in its place."""

from __future__ import annotations

import hmac
import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from grooming_risk.desk.storage.moments import now, today, written
from grooming_risk.records.verification import record_type, verify_record

# Digests of records that were found valid: checking thousands of them again for every page would take seconds.
_VALID: set[bytes] = set()
_MOST_REMEMBERED = 200_000


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """Result of checking the log.

    Attributes:
        records: records that are there.
        deleted: records that were deleted on their date.
        problems: what is wrong, with the number of the record.
    """

    records: int
    deleted: int
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """What a record of a decision comes from.

    Attributes:
        case_id: number of the case.
        decision_id: number of the decision; None for a hand-over.
        waiting_seconds: from the arrival of the case to the decision.
        reading_seconds: from the first opening by the reader to the decision.
    """

    case_id: int
    decision_id: int | None = None
    waiting_seconds: int | None = None
    reading_seconds: int | None = None


def last_digest(connection: sqlite3.Connection) -> str | None:
    """Return the digest that the next record must name."""
    row = connection.execute("SELECT digest FROM records ORDER BY id DESC LIMIT 1").fetchone()
    return None if row is None else str(row["digest"])


def append(connection: sqlite3.Connection, record: Mapping[str, Any], origin: Origin) -> None:
    """Append a record that names `last_digest` as its previous one."""
    connection.execute(
        "INSERT INTO records (digest, kind, case_id, decision_id, waiting_seconds, reading_seconds, retain_until, "
        "record) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(record["record_digest"], record_type(record), origin.case_id, origin.decision_id),
            *(origin.waiting_seconds, origin.reading_seconds, record["retain_until"], json.dumps(record)),
        ),
    )


def records(connection: sqlite3.Connection, case: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield the records that are there, in order; those of one case if it is named."""
    query = "SELECT record FROM records WHERE record IS NOT NULL AND (? IS NULL OR case_id = ?) ORDER BY id"
    for row in connection.execute(query, (case, case)):
        yield dict(json.loads(row["record"]))


def valid_records(connection: sqlite3.Connection, key: bytes) -> tuple[list[dict[str, Any]], int]:
    """Return the records that are valid, in order, and the number of the others."""
    valid, refused = [], 0
    for row in connection.execute("SELECT record FROM records WHERE record IS NOT NULL ORDER BY id"):
        if problems_of(row["record"], key):
            refused += 1
        else:
            valid.append(dict(json.loads(row["record"])))
    return valid, refused


def last_decision_record(connection: sqlite3.Connection, case: int) -> dict[str, Any] | None:
    """Return the record of the last decision about a case."""
    row = connection.execute(
        "SELECT record FROM records WHERE case_id = ? AND kind <> 'handover' AND record IS NOT NULL "
        "ORDER BY id DESC LIMIT 1",
        (case,),
    ).fetchone()
    return None if row is None else dict(json.loads(row["record"]))


def check_chain(connection: sqlite3.Connection, key: bytes) -> ChainCheck:
    """Check every record and its place."""
    found, gone, problems, before = 0, 0, [], None
    for row in connection.execute("SELECT id, digest, record FROM records ORDER BY id"):
        if row["record"] is None:
            gone += 1
        else:
            found += 1
            record = json.loads(row["record"])
            wrong = list(problems_of(row["record"], key))
            if not wrong and (record["record_digest"] != row["digest"] or record["previous"] != before):
                wrong = ["previous does not name the record before it: a record was removed, added, moved or changed"]
            problems += [f"{row['id']}: {problem}" for problem in wrong]
        before = row["digest"]
    return ChainCheck(found, gone, tuple(problems))


def problems_of(text: str, key: bytes) -> tuple[str, ...]:
    """Return what is wrong with a stored record; one that was valid before is recognized by its whole content."""
    seen = hmac.digest(key, text.encode("utf-8"), "sha256")
    if seen in _VALID:
        return ()
    problems = verify_record(json.loads(text), key).problems
    if not problems and len(_VALID) < _MOST_REMEMBERED:
        _VALID.add(seen)
    return problems


def delete_due_records(connection: sqlite3.Connection) -> int:
    """Delete the content of records whose date has passed, and return how many there were."""
    changed = connection.execute(
        "UPDATE records SET record = NULL, case_id = NULL, deleted_at = ? WHERE record IS NOT NULL "
        "AND retain_until < ?",
        (written(now()), today().isoformat()),
    )
    return changed.rowcount


def decision_times(connection: sqlite3.Connection, year: int) -> list[tuple[int, int | None]]:
    """Return the waiting and reading time, in seconds, of each decision of a year."""
    rows = connection.execute(
        "SELECT waiting_seconds, reading_seconds FROM records WHERE waiting_seconds IS NOT NULL AND record IS NOT NULL "
        "AND json_extract(record, '$.decided_at') LIKE ? ORDER BY id",
        (f"{year}-%",),
    )
    return [(row["waiting_seconds"], row["reading_seconds"]) for row in rows]
