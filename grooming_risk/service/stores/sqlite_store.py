"""Live conversations in one SQLite file, for one process."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from grooming_risk.service.stores.store import FORMAT, SALT_BYTES, Kept, StoreError, check_settings, key_of

_APPLICATION = 0x47527376  # in the file's header: "GRsv"
# One process at a time; deleted content is overwritten; committed content is on the disk.
_PRAGMAS = ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "secure_delete = ON", "synchronous = FULL")
_SCHEMA = (
    "CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE conversations (key BLOB PRIMARY KEY, seen REAL NOT NULL, version INTEGER NOT NULL, record BLOB)",
    "CREATE INDEX conversations_seen ON conversations (seen)",
    "CREATE TABLE flags (number INTEGER PRIMARY KEY AUTOINCREMENT, key BLOB NOT NULL UNIQUE, flag TEXT NOT NULL)",
)
_SAVE = """
INSERT INTO conversations VALUES (?, ?, ?, ?)
ON CONFLICT (key) DO UPDATE SET seen = excluded.seen, version = excluded.version, record = excluded.record
"""


class SqliteStore:
    """An open file; nobody else can open it meanwhile. It is readable by its owner only."""

    def __init__(self, path: Path, settings: Mapping[str, Any]) -> None:
        """Open the file, or create one.

        Args:
            path: The file.
            settings: Everything that records depend on besides the messages, as JSON types.

        Raises:
            StoreError: The file is not a store, has other settings, is in use, or cannot be written.
        """
        self._name, self._deleted = path.name, False
        with self._named():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            self._connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            with self._named():
                self._open(settings)
        except BaseException:
            self._connection.close()
            raise

    def _open(self, settings: Mapping[str, Any]) -> None:
        for pragma in _PRAGMAS:
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("BEGIN IMMEDIATE")
        if not self._value("SELECT count(*) FROM sqlite_master"):
            for statement in _SCHEMA:
                self._connection.execute(statement)
            self._connection.execute(f"PRAGMA application_id = {_APPLICATION}")
            about = {
                "format": str(FORMAT),
                "settings": json.dumps(settings),
                "salt": secrets.token_hex(SALT_BYTES),
            }
            self._connection.executemany("INSERT INTO about VALUES (?, ?)", about.items())
        self._connection.execute("COMMIT")
        if self._value("PRAGMA application_id") != _APPLICATION:
            raise StoreError(f"{self._name} is another program's file; choose another name for the state")
        about = dict(self._connection.execute("SELECT name, value FROM about"))
        check_settings(json.loads(about["settings"]), settings, about["format"])
        self._salt = bytes.fromhex(about["salt"])

    @contextmanager
    def transaction(self) -> Iterator[SqliteStore]:
        """Begin a transaction; see `Store.transaction`."""
        with self._named():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.rollback()
                raise
        if self._deleted:
            self._scrub()

    def lock(self, known: Mapping[str, int]) -> dict[str, Kept]:
        """Return the records; the whole file is locked. See `Transaction.lock`."""
        return {name: self._kept(name, version) for name, version in known.items()}

    def _kept(self, conversation: str, known: int) -> Kept:
        key = (key_of(conversation, self._salt),)
        found = self._connection.execute("SELECT version FROM conversations WHERE key = ?", key).fetchone()
        if found is None:
            return Kept(0, None)
        if found[0] == known:
            return Kept(known, None)
        return Kept(found[0], self._value("SELECT record FROM conversations WHERE key = ?", key))

    def save(self, conversation: str, record: bytes) -> int:
        """Store a record; see `Transaction.save`."""
        version = secrets.randbits(62) + 1
        row = (key_of(conversation, self._salt), time.time(), version, record)
        self._connection.execute(_SAVE, row)
        return version

    def add_flag(self, conversation: str, flag: str) -> None:
        """Store a flag; see `Transaction.add_flag`."""
        row = (key_of(conversation, self._salt), flag)
        self._connection.execute("INSERT INTO flags (key, flag) VALUES (?, ?)", row)

    def delete(self, conversation: str) -> bool:
        """Delete a conversation; see `Transaction.delete`."""
        self._deleted = True
        key = (key_of(conversation, self._salt),)
        self._connection.execute("DELETE FROM flags WHERE key = ?", key)
        return self._connection.execute("DELETE FROM conversations WHERE key = ?", key).rowcount > 0

    def read(self, conversation: str) -> bytes | None:
        """Return a record; see `Store.read`."""
        with self._named():
            return self._kept(conversation, 0).record

    def flags(self, after: int, limit: int) -> Sequence[tuple[int, str]]:
        """Return flags; see `Store.flags`."""
        with self._named():
            return self._connection.execute(
                "SELECT number, flag FROM flags WHERE number > ? ORDER BY number LIMIT ?", (after, limit)
            ).fetchall()

    def forget(self, before: float) -> int:
        """Delete quiet conversations; see `Store.forget`."""
        with self.transaction():
            self._deleted = True
            old = "SELECT key FROM conversations WHERE seen < ?"
            self._connection.execute(f"DELETE FROM flags WHERE key IN ({old})", (before,))
            return self._connection.execute("DELETE FROM conversations WHERE seen < ?", (before,)).rowcount

    def _scrub(self) -> None:
        """Empty the write-ahead log, which still has what was deleted."""
        self._deleted = False
        with self._named():
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def check(self) -> None:
        """Check that the file can be read; see `Store.check`."""
        with self._named():
            self._value("SELECT count(*) FROM about")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _value(self, statement: str, parameters: tuple[Any, ...] = ()) -> Any:
        return self._connection.execute(statement, parameters).fetchone()[0]

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Name the file in errors, and nothing that SQLite says, which may hold a value."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            locked = "locked" in str(error)
            reason = getattr(error, "strerror", None) or getattr(error, "sqlite_errorname", type(error).__name__)
        else:
            return
        if locked:
            raise StoreError(f"{self._name} is open in another process; several processes share PostgreSQL instead")
        raise StoreError(f"{self._name} cannot be used ({reason}); check the path and the free space of the disk")
