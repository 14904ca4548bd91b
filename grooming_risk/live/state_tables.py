"""Tables of a state file: every row has a checksum, and what can be read of a damaged file is moved to a new one.

A checksum finds damage, such as a bit that flipped on the disk. It does not protect against somebody who changes the
file on purpose: whoever can write it can compute the checksums.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3

FORMAT = 3  # stored as the user version; files of format 1 have none
SCHEMA = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL, checksum BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE about_again (name TEXT PRIMARY KEY, value TEXT NOT NULL, checksum BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE conversations (
    key BLOB PRIMARY KEY, seen REAL NOT NULL, run TEXT NOT NULL, numbers TEXT NOT NULL, head TEXT NOT NULL,
    checksum BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE message_rows (
    key BLOB NOT NULL, number INTEGER NOT NULL, content TEXT NOT NULL, checksum BLOB NOT NULL, PRIMARY KEY (key, number)
) WITHOUT ROWID;
CREATE TABLE waiting (flag INTEGER PRIMARY KEY AUTOINCREMENT, line TEXT NOT NULL, checksum BLOB NOT NULL);
CREATE TABLE set_aside (key BLOB PRIMARY KEY) WITHOUT ROWID;
"""
# `about` is kept twice, because without its salt no conversation could be found again.
ABOUT = ("about", "about_again")
_CHECKED = (*ABOUT, "conversations", "message_rows", "waiting")
_KEYS = {"about": "name", "about_again": "name", "message_rows": "key, number", "waiting": "flag"}
_ORPHANS = "SELECT DISTINCT key FROM message_rows EXCEPT SELECT key FROM conversations"


def checksum(*parts: object) -> bytes:
    """Return a checksum of the columns of a row."""
    state = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode("utf-8", "surrogateescape")
        state.update(len(data).to_bytes(8, "big") + data)
    return state.digest()


def text(data: bytes) -> str:
    """Decode a text column; damaged bytes make another text, whose checksum does not match."""
    return data.decode("utf-8", "surrogateescape")


def is_whole(row: tuple[Any, ...]) -> bool:
    """Check whether the last column of a row is the checksum of the others."""
    return bool(row[-1] == checksum(*row[:-1]))


def is_sound(connection: sqlite3.Connection, sqlite_error: type[Exception]) -> bool:
    """Check whether SQLite can walk through the whole file."""
    with suppress(sqlite_error, UnicodeDecodeError):
        return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    return False


def rebuild(old: sqlite3.Connection, new: sqlite3.Connection, sqlite_error: type[Exception]) -> None:
    """Copy every row that can be read, and whose checksum matches, into a new file with the same tables."""
    new.execute("BEGIN")
    for table in (*_CHECKED, "set_aside"):
        for row in _readable(old, table, sqlite_error):
            if table == "set_aside" or is_whole(row):
                marks = ", ".join("?" * len(row))
                new.execute(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", row)
    new.execute("COMMIT")


def _readable(connection: sqlite3.Connection, table: str, sqlite_error: type[Exception]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a table up to a damaged place, from both of its ends."""
    for direction in ("ASC", "DESC"):
        order = ", ".join(f"{column} {direction}" for column in _KEYS.get(table, "key").split(", "))
        rows: Iterator[tuple[Any, ...]] = iter(())
        with suppress(sqlite_error, UnicodeDecodeError):
            rows = iter(connection.execute(f"SELECT * FROM {table} ORDER BY {order}"))
        whole = False
        while not whole:
            row = None
            try:
                row = next(rows, None)
                whole = row is None
            except (sqlite_error, UnicodeDecodeError):
                break
            if row is not None:
                yield row
        if whole and direction == "ASC" and rows:
            return


def repair(connection: sqlite3.Connection, *, rebuilt: bool) -> tuple[int, int]:
    """Take out what is damaged: conversations are listed as set aside, lines of flags are deleted.

    Args:
        connection: The file, in a transaction.
        rebuilt: Whether rows may be missing.

    Returns:
        How many conversations and how many waiting flags were damaged.
    """
    damaged = [row[0] for row in connection.execute("SELECT * FROM conversations") if not is_whole(row)]
    for key in damaged:
        connection.execute("DELETE FROM conversations WHERE key IS ?", (key,))
    # A key that was damaged itself belongs to nobody; the rows of its conversation still have the right one.
    orphans = [key for (key,) in connection.execute(_ORPHANS)] if damaged or rebuilt else []
    for key in {*damaged, *orphans}:
        put_aside(connection, key)
    lines = [row[0] for row in connection.execute("SELECT * FROM waiting") if not is_whole(row)]
    connection.executemany("DELETE FROM waiting WHERE flag = ?", ((flag,) for flag in lines))
    return max(len(damaged), len(orphans)), len(lines)


def put_aside(connection: sqlite3.Connection, key: object) -> None:
    """Delete what the file has of a conversation, and list it as set aside."""
    connection.execute("DELETE FROM message_rows WHERE key IS ?", (key,))
    connection.execute("DELETE FROM conversations WHERE key IS ?", (key,))
    connection.execute("INSERT OR IGNORE INTO set_aside VALUES (?)", (key,))
