"""What was brought in: each upload is an import, and each export of it a file."""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from grooming_risk.desk.storage.content import pack_text, unpack_text
from grooming_risk.desk.storage.moments import now, written
from grooming_risk.desk.storage.vault import Vault


@dataclass(frozen=True, slots=True)
class NewFile:
    """An export that was uploaded completely.

    Attributes:
        stored: its name in the folder of exports.
        name: what it was called; it may hold a person's name.
        size: bytes.
        sha256: digest of its bytes.
        depth: how often something was split until this export came out.
    """

    stored: str
    name: str = field(repr=False)
    size: int
    sha256: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class BroughtFile:
    """An export and what became of it.

    Attributes:
        id: number.
        import_id: number of its import.
        stored: its name in the folder of exports; None when it was deleted.
        name: what it was called.
        size: bytes.
        sha256: digest of its bytes.
        state: waiting, reading, read, split (into its parts), skipped (not an export), duplicate or unreadable.
        depth: how often something was split until this export came out.
        format: name of its reader; None before it was read.
        problem: why it could not be read.
        conversations: cases made from it.
        repeated: conversations that the desk already had.
        unusable: conversations that could not be used.
    """

    id: int
    import_id: int
    stored: str | None
    name: str = field(repr=False)
    size: int
    sha256: str
    state: str
    depth: int
    format: str | None
    problem: str | None
    conversations: int
    repeated: int
    unusable: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is.

    Attributes:
        id: number.
        state: open, stopped or done.
        created_at: when.
        reader: who brought it in.
        language: tag that the person gave.
        files: exports in it.
        finished: exports that are done with.
        conversations: cases made.
        flagged: cases with a flag.
    """

    id: int
    state: str
    created_at: str
    reader: str
    language: str | None
    files: int
    finished: int
    conversations: int
    flagged: int


def add_import(
    connection: sqlite3.Connection,
    files: Iterable[NewFile],
    reader: str,
    language: str | None,
    vault: Vault,
    key: bytes,
) -> tuple[int, list[str]]:
    """Register exports that were uploaded completely.

    Args:
        connection: inside a transaction.
        files: the exports.
        reader: who brought them in.
        language: tag that the person gave.
        vault: seals names and digests.
        key: of the digests by which repeated exports are recognized: whoever has the plain digest of a short file can
            guess what is in it.

    Returns:
        The number of the import, and the names of exports that the desk already has, to be removed.
    """
    cursor = connection.execute(
        "INSERT INTO imports (created_at, reader, language, state) VALUES (?, ?, ?, 'open')",
        (written(now()), reader, language),
    )
    number = int(cursor.lastrowid or 0)
    return number, add_files(connection, number, files, vault, key)


def add_files(
    connection: sqlite3.Connection, number: int, files: Iterable[NewFile], vault: Vault, key: bytes
) -> list[str]:
    """Register exports as part of an import; return the names of those that the desk already has, to be removed."""
    repeated = []
    for file in files:
        digest = hmac.new(key, file.sha256.encode("ascii"), hashlib.sha256).hexdigest()
        known = _known(connection, digest)
        repeated += [file.stored] if known else []
        values = {
            "import_id": number,
            "stored": None if known else file.stored,
            "name": pack_text(file.name, vault),
            "size": file.size,
            "sha256": pack_text(file.sha256, vault),
            "digest": digest,
            "state": "duplicate" if known else "waiting",
            "depth": file.depth,
        }
        marks = ", ".join("?" * len(values))
        connection.execute(f"INSERT INTO files ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))
    return repeated


def _known(connection: sqlite3.Connection, digest: str) -> bool:
    row = connection.execute(
        "SELECT 1 FROM files WHERE digest = ? AND (state IN ('waiting', 'reading') OR (state = 'read' AND "
        "(conversations = 0 OR EXISTS (SELECT 1 FROM cases WHERE file_id = files.id)))) LIMIT 1",
        (digest,),
    ).fetchone()
    return row is not None


def next_file(connection: sqlite3.Connection, vault: Vault) -> BroughtFile | None:
    """Return the export to read next: one whose reading was interrupted, or else the oldest that waits."""
    row = connection.execute(
        "SELECT files.* FROM files JOIN imports ON imports.id = import_id WHERE imports.state = 'open' "
        "AND files.state IN ('reading', 'waiting') ORDER BY files.state = 'waiting', files.id LIMIT 1"
    ).fetchone()
    return None if row is None else _file(row, vault)


def set_file(connection: sqlite3.Connection, number: int, **values: Any) -> None:
    """Change columns of an export; their names come from code."""
    columns = ", ".join(f"{name} = ?" for name in values)
    connection.execute(f"UPDATE files SET {columns} WHERE id = ?", (*values.values(), number))


def count_up(connection: sqlite3.Connection, number: int, column: str) -> None:
    """Count one more conversation of an export; the name of the column comes from code."""
    connection.execute(f"UPDATE files SET {column} = {column} + 1 WHERE id = ?", (number,))


def import_is_read(connection: sqlite3.Connection, number: int) -> bool:
    """Return whether nothing of an open import is left to read."""
    row = connection.execute(
        "SELECT 1 FROM imports WHERE id = ? AND state = 'open' AND NOT EXISTS (SELECT 1 FROM files "
        "WHERE import_id = imports.id AND files.state IN ('waiting', 'reading'))",
        (number,),
    ).fetchone()
    return row is not None


def set_import_state(connection: sqlite3.Connection, number: int, before: str, after: str) -> bool:
    """Change the state of an import if it is what the caller expects, and return whether it was."""
    changed = connection.execute("UPDATE imports SET state = ? WHERE id = ? AND state = ?", (after, number, before))
    return changed.rowcount == 1


def open_imports(connection: sqlite3.Connection) -> list[int]:
    """Return the imports that are being read."""
    return [row["id"] for row in connection.execute("SELECT id FROM imports WHERE state = 'open' ORDER BY id")]


def progress(connection: sqlite3.Connection, number: int) -> Progress | None:
    """Return how far an import is; None if there is none of this number."""
    found = _progress(connection, "WHERE imports.id = ?", (number, 1))
    return found[0] if found else None


def latest_imports(connection: sqlite3.Connection, most: int) -> list[Progress]:
    """Return the latest imports, newest first."""
    return _progress(connection, "", (most,))


def _progress(connection: sqlite3.Connection, where: str, values: tuple[int, ...]) -> list[Progress]:
    rows = connection.execute(
        "SELECT imports.*, (SELECT count(*) FROM files WHERE import_id = imports.id AND state <> 'split') AS files, "
        "(SELECT count(*) FROM files WHERE import_id = imports.id AND state NOT IN ('waiting', 'reading', 'split')) "
        "AS finished, (SELECT count(*) "
        "FROM cases WHERE import_id = imports.id) AS conversations, (SELECT count(*) FROM cases WHERE import_id = "
        f"imports.id AND outcome = 'review') AS flagged FROM imports {where} ORDER BY imports.id DESC LIMIT ?",
        values,
    )
    return [Progress(**{name: row[name] for name in Progress.__slots__}) for row in rows]


def files_of(connection: sqlite3.Connection, number: int, vault: Vault, first: int, most: int) -> list[BroughtFile]:
    """Return exports of an import: those with a problem first."""
    rows = connection.execute(
        "SELECT * FROM files WHERE import_id = ? AND state NOT IN ('split', 'skipped') "
        "ORDER BY state <> 'unreadable', state <> 'reading', id LIMIT ? OFFSET ?",
        (number, most, first),
    )
    return [_file(row, vault) for row in rows]


def file_of(connection: sqlite3.Connection, number: int, vault: Vault) -> BroughtFile | None:
    """Return one export; None if there is none of this number."""
    row = connection.execute("SELECT * FROM files WHERE id = ?", (number,)).fetchone()
    return None if row is None else _file(row, vault)


def stored_names(connection: sqlite3.Connection) -> frozenset[str]:
    """Return the names in the folder of exports that the data base knows."""
    return frozenset(row["stored"] for row in connection.execute("SELECT stored FROM files WHERE stored IS NOT NULL"))


def _file(row: sqlite3.Row, vault: Vault) -> BroughtFile:
    sealed: dict[str, Any] = {name: unpack_text(row[name], vault) for name in ("name", "sha256")}
    return BroughtFile(**sealed, **{name: row[name] for name in BroughtFile.__slots__ if name not in sealed})
