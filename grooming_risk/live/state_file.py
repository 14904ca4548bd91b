"""State file of a watch: one SQLite file, changed whole or not at all.

It holds the state of every conversation (`ConversationMonitor.to_state`), the number of input lines that these states
have seen, and the flags that were not handed over yet. A flag is committed together with the states that it came from
and before it is written, so that none is lost; it is taken out once it is written. Conversations are found by a digest
of their id under a salt of this file; only the lines of flags that still wait hold an id as it was given.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from grooming_risk.errors import UnsupportedFormatError

# Written into the file's header: "GRmo".
_APPLICATION = 0x47526D6F
# One user at a time; deleted content is overwritten; committed content is on the disk.
PRAGMAS = ("locking_mode = EXCLUSIVE", "secure_delete = ON", "synchronous = FULL")
_SCHEMA = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE conversations (key BLOB PRIMARY KEY, seen REAL NOT NULL, head TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE message_rows (
    key BLOB NOT NULL, start INTEGER NOT NULL, content TEXT NOT NULL, PRIMARY KEY (key, start)
) WITHOUT ROWID;
CREATE TABLE waiting (flag INTEGER PRIMARY KEY AUTOINCREMENT, line TEXT NOT NULL);
"""


class StateFile:
    """An open state file. Nobody else can open it meanwhile."""

    def __init__(self, path: Path, settings: dict[str, Any]) -> None:
        """Open the file, or create one that only its owner can read.

        Args:
            path: The file.
            settings: Everything that the states depend on besides the input, as JSON types: `WatchOptions.settings`.

        Raises:
            UnsupportedFormatError: The file is not a state file, has other settings, is in use, or cannot be written.
        """
        # Late, because some builds of Python lack it, and scoring does not need it.
        import sqlite3

        self._name, self._sqlite_error = path.name, sqlite3.Error
        with self._named_errors():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            self._connection = sqlite3.connect(path, timeout=0, isolation_level=None)
        try:
            self._open(settings)
        except BaseException:
            self._connection.close()
            raise

    def _open(self, settings: dict[str, Any]) -> None:
        with self._named_errors():
            for pragma in PRAGMAS:
                self._connection.execute(f"PRAGMA {pragma}")
            self._connection.execute("BEGIN EXCLUSIVE")
            application = self._value("PRAGMA application_id")
            if application == 0 and not self._value("SELECT count(*) FROM sqlite_master"):
                self._create(settings)
            self._connection.execute("COMMIT")
            if self._value("PRAGMA application_id") != _APPLICATION:
                raise UnsupportedFormatError(
                    f"{self._name} is another program's file; choose another name for the state file"
                )
        if json.loads(self._about("settings")) != settings:
            raise UnsupportedFormatError(
                f"{self._name} was written with another artefact, operating point, prior or skepticism; "
                "use the same ones, or another state file"
            )
        self._salt = bytes.fromhex(self._about("salt"))

    def _create(self, settings: dict[str, Any]) -> None:
        for statement in _SCHEMA.strip().split(";\n"):
            self._connection.execute(statement.rstrip(";"))
        self._connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        values = {"settings": json.dumps(settings), "salt": secrets.token_hex(16), "lines": "0", "written": "-1"}
        self._connection.executemany("INSERT INTO about VALUES (?, ?)", values.items())

    @property
    def lines(self) -> int:
        """Number of input lines that the states have seen."""
        return int(self._about("lines"))

    @property
    def written(self) -> int:
        """Bytes of the output file when lines were last taken out; -1 before there was one."""
        return int(self._about("written"))

    def load(self, conversation: str) -> dict[str, Any] | None:
        """Load the state of a conversation; None when the file has none."""
        key = self._key(conversation)
        with self._named_errors():
            head = self._connection.execute("SELECT head FROM conversations WHERE key = ?", (key,)).fetchone()
            if head is None:
                return None
            rows = self._connection.execute("SELECT content FROM message_rows WHERE key = ? ORDER BY start", (key,))
            return {**json.loads(head[0]), "rows": [json.loads(content) for (content,) in rows]}

    def commit(self, lines: int, states: Iterable[tuple[str, dict[str, Any], int]], flags: Iterable[str]) -> None:
        """Store everything that the input up to here changed.

        Args:
            lines: Number of input lines seen.
            states: Id and state of each changed conversation, and how many of its messages with text the file has.
            flags: Lines of new flags, each with its line end.
        """
        with self._transaction():
            self._set("lines", lines)
            for conversation, state, stored in states:
                self._store(self._key(conversation), state, stored)
            self._connection.executemany("INSERT INTO waiting (line) VALUES (?)", ((line,) for line in flags))

    def _store(self, key: bytes, state: dict[str, Any], stored: int) -> None:
        head, rows = dict(state), state["rows"]
        del head["rows"]
        self._connection.execute("REPLACE INTO conversations VALUES (?, ?, ?)", (key, time.time(), json.dumps(head)))
        # The last stored row may have changed: a run of short messages goes on in its place.
        changed = rows[-max(1, state["text_messages"] - stored + 1) :]
        self._connection.executemany(
            "REPLACE INTO message_rows VALUES (?, ?, ?)", ((key, row["start"], json.dumps(row)) for row in changed)
        )
        self._connection.execute(
            "DELETE FROM message_rows WHERE key = ? AND start NOT IN (SELECT value FROM json_each(?))",
            (key, json.dumps([row["start"] for row in rows])),
        )

    def forget(self, before: float) -> None:
        """Delete the conversations whose last message was stored before this time, in seconds since 1970."""
        with self._transaction():
            old = "SELECT key FROM conversations WHERE seen < ?"
            self._connection.execute(f"DELETE FROM message_rows WHERE key IN ({old})", (before,))
            self._connection.execute("DELETE FROM conversations WHERE seen < ?", (before,))

    def waiting(self) -> list[str]:
        """Return the lines of flags that were not handed over, in order."""
        with self._named_errors():
            return [line for (line,) in self._connection.execute("SELECT line FROM waiting ORDER BY flag")]

    def handed_over(self, written: int) -> None:
        """Take out the lines that waited: they are written.

        Args:
            written: Bytes of the output file with them; -1 when there is no file.
        """
        with self._transaction():
            self._connection.execute("DELETE FROM waiting")
            self._set("written", written)

    def begin_output(self, written: int) -> None:
        """Remember that lines go to an output file of this many bytes from now on."""
        with self._transaction():
            self._set("written", written)

    def close(self) -> None:
        """Close the file; what was not committed is as if it had not been read."""
        self._connection.close()

    def _key(self, conversation: str) -> bytes:
        return hashlib.blake2b(conversation.encode("utf-8", "surrogatepass"), digest_size=16, key=self._salt).digest()

    def _about(self, name: str) -> str:
        with self._named_errors():
            row = self._connection.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise UnsupportedFormatError(f"{self._name} is damaged; choose another name for the state file")
        return str(row[0])

    def _set(self, name: str, value: int) -> None:
        self._connection.execute("UPDATE about SET value = ? WHERE name = ?", (str(value), name))

    def _value(self, statement: str) -> Any:
        return self._connection.execute(statement).fetchone()[0]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._named_errors():
            self._connection.execute("BEGIN")
            try:
                yield
            except BaseException:
                self._connection.rollback()
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except (self._sqlite_error, OSError) as error:
            if "locked" in str(error):
                hint = "another monitor has it open; one state file serves one monitor at a time"
            else:
                hint = "check the path, the free space of the disk and that it is a state file"
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise UnsupportedFormatError(f"{self._name} cannot be used ({reason}); {hint}") from None
