"""The SQLite file: opened with care, migrated, checked, and changed in whole transactions only."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grooming_risk.errors import DeskError

MIGRATIONS = Path(__file__).parent / "migrations"
_WAIT = 30.0  # seconds for another writer of this process
# Deleted rows are overwritten with zeros; a transaction that was reported as done survives a loss of power.
_PRAGMAS = (
    "foreign_keys = ON",
    "secure_delete = ON",
    "synchronous = FULL",
    "temp_store = MEMORY",
    "trusted_schema = OFF",
)
_FULL, _DAMAGED = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}, {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class Database:
    """The data base of one desk. Threads may share it; each has a connection of its own."""

    def __init__(self, path: Path) -> None:
        """Open the file, bring its tables up to date and check it.

        Args:
            path: the file; it is made, for its owner only, if it does not exist.

        Raises:
            DeskError: it is damaged, of a newer version, or the disk does not take it. It is left as it is.
        """
        self._path = path
        self._local = threading.local()
        with _plain_errors(path.name):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            connection = self._connection()
            found = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
            if found != ["ok"] or connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
                raise _damaged(path.name)
            connection.execute("PRAGMA journal_mode = WAL")
            self._migrate(connection)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection for queries that see one state of the data base."""
        with _plain_errors(self._path.name):
            connection = self._connection()
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection whose changes are kept together when the block ends, or not at all."""
        with _plain_errors(self._path.name):
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def forget(self) -> None:
        """Empty the write-ahead log, which still holds what was deleted."""
        with _plain_errors(self._path.name):
            self._connection().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close the connection of this thread."""
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._path, timeout=_WAIT, isolation_level=None)
            connection.row_factory = sqlite3.Row
            for pragma in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
            self._local.connection = connection
        return connection

    def _migrate(self, connection: sqlite3.Connection) -> None:
        steps = migrations()
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version > len(steps):
            raise DeskError(
                f"{self._path.name} was written by a newer version of grooming-risk; update it, or use another folder"
            )
        for number, statements in enumerate(steps[version:], start=version + 1):
            connection.execute("BEGIN IMMEDIATE")
            try:
                for statement in statements:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number}")
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")


def migrations() -> list[list[str]]:
    """Return the statements of each migration, in order."""
    found = []
    for number, path in enumerate(sorted(MIGRATIONS.glob("*.sql")), start=1):
        if path.stem != f"{number:04}":
            raise DeskError(f"migration {number:04}.sql is missing; install grooming-risk again")
        found.append([part for part in path.read_text(encoding="utf-8").split(";\n") if part.strip()])
    return found


@contextmanager
def _plain_errors(name: str) -> Iterator[None]:
    """Say in plain words what went wrong; SQLite's own errors are not chained."""
    refusal: DeskError | None = None
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except sqlite3.Error as error:
        code = (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
        if code in _DAMAGED:
            refusal = _damaged(name)
        elif code in _FULL:
            refusal = DeskError("the disk is full or does not answer; nothing was changed. Free space and try again")
        else:
            refusal = DeskError(
                f"{name} cannot be used ({getattr(error, 'sqlite_errorname', 'error')}); nothing was changed"
            )
    except OSError as error:
        refusal = DeskError(f"{name} cannot be used ({error.strerror}); nothing was changed. Free space and try again")
    if refusal is not None:
        raise refusal


def _damaged(name: str) -> DeskError:
    return DeskError(
        f"{name} is damaged and was left as it is. Copy the whole folder to a safe place, then restore a backup or "
        "start a desk in another folder"
    )
