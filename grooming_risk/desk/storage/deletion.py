"""Deletion: of cases with everything that holds their text, on demand and on their date. What was done is recorded."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grooming_risk.desk.storage.moments import now, today, written


@dataclass(frozen=True, slots=True)
class Deletion:
    """An entry of the list of deletions.

    Attributes:
        deleted_at: when.
        reader: who asked for it; "" for the desk itself.
        what: cases, records, exports or packages.
        number: how many.
        reason: demand or date.
    """

    deleted_at: str
    reader: str
    what: str
    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Leftovers:
    """Files whose rows are gone, to be removed once the transaction is done.

    Attributes:
        exports: names in the folder of exports.
        packages: names in the folder of packages.
    """

    exports: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()


def delete_cases(connection: sqlite3.Connection, numbers: Sequence[int], reader: str, reason: str) -> Leftovers:
    """Delete cases: texts, names, report, notes, drafts, packages, and each export of which no case is left.

    Args:
        connection: inside a transaction.
        numbers: of the cases.
        reader: who asked for it; "" for the desk itself.
        reason: demand or date.

    Returns:
        The files to remove.
    """
    packages, files, deleted = [], set(), 0
    for number in numbers:
        row = connection.execute("SELECT file_id FROM cases WHERE id = ?", (number,)).fetchone()
        if row is None:
            continue
        rows = connection.execute("SELECT stored FROM handovers WHERE case_id = ? AND stored IS NOT NULL", (number,))
        packages += [item["stored"] for item in rows]
        connection.execute("DELETE FROM cases WHERE id = ?", (number,))
        connection.execute("UPDATE records SET case_id = NULL WHERE case_id = ?", (number,))
        files.add(row["file_id"])
        deleted += 1
    exports = _emptied(connection, files - {None})
    for what, count in (("cases", deleted), ("exports", len(exports)), ("packages", len(packages))):
        if count:
            note(connection, reader, what, count, reason)
    return Leftovers(tuple(exports), tuple(packages))


def due_cases(connection: sqlite3.Connection) -> list[int]:
    """Return the cases whose date has passed."""
    rows = connection.execute("SELECT id FROM cases WHERE delete_on < ? ORDER BY id", (today().isoformat(),))
    return [row["id"] for row in rows]


def soon_due(connection: sqlite3.Connection, day: str) -> int:
    """Return how many undecided cases will be deleted before a day."""
    row = connection.execute(
        "SELECT count(*) AS cases FROM cases WHERE delete_on < ? AND state <> 'decided' AND (outcome = 'review' OR "
        "sample IS NOT NULL)",
        (day,),
    ).fetchone()
    return int(row["cases"])


def delete_old_imports(connection: sqlite3.Connection, before: str) -> Leftovers:
    """Delete imports without a case that were brought in before a time: their rows hold names of files."""
    where = "created_at < ? AND state <> 'open' AND id NOT IN (SELECT import_id FROM cases)"
    rows = connection.execute(
        f"SELECT stored FROM files WHERE stored IS NOT NULL AND import_id IN (SELECT id FROM imports WHERE {where})",
        (before,),
    )
    exports = tuple(row["stored"] for row in rows)
    connection.execute(f"DELETE FROM imports WHERE {where}", (before,))
    return Leftovers(exports)


def note(connection: sqlite3.Connection, reader: str, what: str, number: int, reason: str) -> None:
    """Record that something was deleted."""
    connection.execute(
        "INSERT INTO deletions (deleted_at, reader, what, number, reason) VALUES (?, ?, ?, ?, ?)",
        (written(now()), reader, what, number, reason),
    )


def deletions(connection: sqlite3.Connection, most: int) -> list[Deletion]:
    """Return the latest deletions, newest first."""
    rows = connection.execute("SELECT * FROM deletions ORDER BY id DESC LIMIT ?", (most,))
    return [Deletion(**{name: row[name] for name in Deletion.__slots__}) for row in rows]


def _emptied(connection: sqlite3.Connection, files: Iterable[int]) -> list[str]:
    """Delete exports that were read and of which no case is left, and return their names in the folder."""
    exports = []
    for number in sorted(files):
        row = connection.execute(
            "SELECT stored FROM files WHERE id = ? AND state NOT IN ('waiting', 'reading') "
            "AND NOT EXISTS (SELECT 1 FROM cases WHERE file_id = files.id)",
            (number,),
        ).fetchone()
        if row is None:
            continue
        connection.execute("DELETE FROM files WHERE id = ?", (number,))
        exports += [row["stored"]] if row["stored"] else []
    return exports
