"""Read SQLite databases of apps without trusting them.

A file is opened read-only and immutable, so nothing is written beside it; a member of a zip is opened in memory, and so
are temporary tables. The schema is not trusted: only ordinary tables without computed columns can be read, an
authorizer refuses everything but plain SELECT statements, and values are bounded in length. Databases in WAL mode are
read without their write-ahead log.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from grooming_risk.errors import InputTooLargeError, UnsupportedFormatError
from grooming_risk.readers.base.export import Export

MAGIC = b"SQLite format 3\0"
_LONGEST_VALUE = 20_000_000
_LONGEST_SQL = 20_000
_STEPS, _MOST_CALLS = 1_000_000, 20_000  # of SQLite's virtual machine, before a query is given up
_PLAIN_TABLE = re.compile(r"\A\s{0,20}CREATE\s{1,20}TABLE\s", re.IGNORECASE)
_ALLOWED = frozenset((sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_PRAGMA))
_FUNCTIONS = frozenset(("coalesce", "group_concat", "count"))
# The driver raises an error of decoding, with bytes of the file, for a name in a message of SQLite's.
_FAILS = (sqlite3.Error, OverflowError, UnicodeDecodeError)
_PRAGMAS = frozenset(("table_xinfo", "trusted_schema", "cell_size_check", "query_only"))


class Database:
    """A database of an app, opened for reading."""

    def __init__(self, export: Export, member: str) -> None:
        """Open a database.

        Args:
            export: Export that contains the database.
            member: Name of the database in it.

        Raises:
            UnsupportedFormatError: If the member is not a database that can be read.
            InputTooLargeError: If it exceeds the limits.
        """
        self._where = export.where(member)
        if not is_database(export, member):
            raise UnsupportedFormatError(
                f"{self._where} is not an SQLite database or is encrypted; choose a format with --from, or decrypt it"
            )
        path = export.local_path(member)
        if path is not None and path.stat().st_size > export.largest:
            raise InputTooLargeError(f"{self._where} has over {export.largest:,} bytes; export single chats instead")
        connection = _opened(path, None if path is not None else export.read(member))
        if connection is None:
            raise UnsupportedFormatError(f"{self._where} is not a database that can be read; copy it again")
        self._connection = connection
        self._tables = self._plain_tables()

    def __del__(self) -> None:
        if hasattr(self, "_connection"):
            self._connection.close()

    def columns(self, table: str) -> frozenset[str]:
        """Return the columns of an ordinary table; none when there is no such table, or when it computes columns."""
        if table not in self._tables:
            return frozenset()
        found = self._all(f'PRAGMA table_xinfo("{table}")')
        return frozenset() if any(row[-1] for row in found) else frozenset(str(row[1]) for row in found)

    def has(self, table: str, *columns: str) -> bool:
        """Return whether an ordinary table has these columns."""
        return self.columns(table).issuperset(columns) and table in self._tables

    def rows(self, query: str, tables: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query.

        Args:
            query: A SELECT statement of this library.
            tables: Tables that it reads.

        Yields:
            Rows.

        Raises:
            UnsupportedFormatError: If a table is missing, is a view, virtual or computed, or the database is damaged.
        """
        missing = [table for table in tables if not self.columns(table)]
        if missing:
            raise UnsupportedFormatError(f"{self._where} has no table {missing[0]}; copy the database again")
        self._calls = 0
        cursor, fault = None, ""
        try:
            cursor = self._connection.execute(query)
        except _FAILS:
            fault = "is damaged or of an unknown version; copy the database again"
        while cursor is not None:
            row, failed = _next(cursor)
            if failed:
                fault = "is damaged; copy the database again"
            if row is None:
                break
            yield row
        if fault:
            raise UnsupportedFormatError(f"{self._where} {fault}")

    def _plain_tables(self) -> frozenset[str]:
        found = self._all("SELECT name, type, sql FROM sqlite_master")
        names = [str(name) for name, kind, _ in found if kind in ("table", "view")]
        plain = {str(name) for name, kind, sql in found if kind == "table" and _PLAIN_TABLE.match(str(sql or ""))}
        self._connection.set_authorizer(_authorize)
        self._connection.set_progress_handler(self._progress, _STEPS)
        return frozenset(name for name in plain if names.count(name) == 1 and '"' not in name)

    def _all(self, query: str) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] | None = None
        try:
            with closing(self._connection.execute(query)) as cursor:
                found = cursor.fetchmany(10_000)
        except _FAILS:
            found = None
        if found is None:
            raise UnsupportedFormatError(f"{self._where} is damaged; copy the database again")
        return found

    def _progress(self) -> int:
        self._calls += 1
        return self._calls > _MOST_CALLS

    _calls = 0


def _opened(path: Path | None, data: bytes | None) -> sqlite3.Connection | None:
    connection = None
    try:
        if path is not None:
            name = quote(str(path.resolve()))
            connection = sqlite3.connect(f"file:{name}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        else:
            connection = sqlite3.connect(":memory:", check_same_thread=False)
            # A header in WAL mode cannot be opened in memory: bytes 18 and 19 say so.
            body = data or b""
            connection.deserialize(body[:18] + b"\1\1" + body[20:])
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
        connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, _LONGEST_SQL)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.text_factory = _text
        for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "temp_store=MEMORY", "query_only=ON"):
            connection.execute(f"PRAGMA {pragma}")
    except (sqlite3.Error, OSError, ValueError, OverflowError):
        if connection is not None:
            connection.close()
        return None
    return connection


def _next(cursor: sqlite3.Cursor) -> tuple[tuple[Any, ...] | None, bool]:
    try:
        return cursor.fetchone(), False
    except _FAILS:
        return None, True


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _authorize(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    allowed = action in _ALLOWED
    if action == sqlite3.SQLITE_FUNCTION:
        allowed = second in _FUNCTIONS
    elif action == sqlite3.SQLITE_PRAGMA:
        allowed = first in _PRAGMAS
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def is_database(export: Export, name: str) -> bool:
    """Return whether a member begins as an SQLite database."""
    return export.first_bytes(name).startswith(MAGIC)


def database_with(export: Export, tables: Mapping[str, Sequence[str]], names: Sequence[str]) -> str | None:
    """Find the database of an app.

    Args:
        export: A file, or a folder or zip that contains databases.
        tables: Tables that the database must have, with their columns.
        names: File names of the app's database, for folders and zips.

    Returns:
        The member, or None when there is none.
    """
    members = export.names if export.shape == "file" else [name for pattern in names for name in export.named(pattern)]
    for member in members[:3]:
        if is_database(export, member) and _has_tables(export, member, tables):
            return member
    return None


def _has_tables(export: Export, member: str, tables: Mapping[str, Sequence[str]]) -> bool:
    try:
        database = Database(export, member)
        return all(database.has(table, *columns) for table, columns in tables.items())
    except (UnsupportedFormatError, InputTooLargeError):
        return False
