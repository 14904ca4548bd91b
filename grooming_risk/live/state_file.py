"""State file of a watch: one SQLite file, changed whole or not at all.

It holds the state of every conversation (`ConversationMonitor.to_state`), the number of input lines that these states
have seen, and the flags that were not handed over yet. A flag is committed together with the states that it came from
and before it is written, so that none is lost; it is taken out once it is written. Conversations are found by a digest
of their id under a salt of this file; only the lines of flags that still wait hold an id as it was given.

Every row has a checksum. A conversation whose rows are damaged is set aside, and the others go on; where SQLite cannot
walk through the file any more, it is rebuilt from what can be read, and the damaged file is kept under another name.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.live.state_database import StateDatabase
from grooming_risk.live.state_tables import ABOUT, checksum, is_whole, put_aside, repair


class DamagedStateError(UnsupportedFormatError):
    """What the file has of one conversation is damaged; the others can be used."""


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """What is stored of a conversation.

    Attributes:
        conversation: Its id.
        state: State of its monitor.
        stored: How many of its messages with text the file has.
        run: Index and line of the input of each message of the run of short ones that it ends with.
    """

    conversation: str
    state: dict[str, Any] = field(repr=False)
    stored: int = 0
    run: Sequence[tuple[int, int]] = ()


class StateFile:
    """An open state file. Nobody else can open it meanwhile.

    Attributes:
        damaged: Number of conversations that were found damaged when the file was opened.
        lost_flags: Number of waiting flags that were found damaged then, and cannot be written.
        kept_as: Name under which a file that had to be rebuilt was kept; None if it had not.
    """

    damaged: int
    lost_flags: int
    kept_as: str | None

    def __init__(self, path: Path, settings: dict[str, Any]) -> None:
        """Open the file, or create one that only its owner can read.

        Args:
            path: The file.
            settings: Everything that the states depend on besides the input, as JSON types: `WatchOptions.settings`.

        Raises:
            UnsupportedFormatError: The file is not a state file, has another format or other settings, is in use,
                cannot be written, or is damaged so much that no conversation can be found in it.
        """
        self._database = StateDatabase(path)
        try:
            self._open(settings)
        except BaseException:
            self.close()
            raise

    def _open(self, settings: dict[str, Any]) -> None:
        self.kept_as = self._database.kept_as
        if not any(self._database.value(f"SELECT count(*) FROM {table}") for table in ABOUT):
            if self.kept_as is not None or self._database.value("SELECT count(*) FROM conversations"):
                raise self._hopeless()
            new = {"settings": json.dumps(settings), "salt": secrets.token_hex(16), "lines": "0", "written": "-1"}
            self._database.transact(lambda: self._set_all(new))
        if json.loads(self._about("settings")) != settings:
            raise UnsupportedFormatError(
                f"{self._database.name} was written with another artefact, operating point, prior or skepticism; "
                "use the same ones, or another state file"
            )
        self._salt = bytes.fromhex(self._about("salt"))
        connection, rebuilt = self._database.connection, self.kept_as is not None
        self.damaged, self.lost_flags = self._database.transact(lambda: repair(connection, rebuilt=rebuilt))

    @property
    def lines(self) -> int:
        """Number of input lines that the states have seen."""
        return int(self._about("lines"))

    @property
    def written(self) -> int:
        """Bytes of the output file when lines were last taken out; -1 before there was one."""
        return int(self._about("written"))

    def load(self, conversation: str) -> dict[str, Any] | None:
        """Load the state of a conversation.

        Args:
            conversation: Its id.

        Returns:
            The state; None when the file has none.

        Raises:
            DamagedStateError: What the file has of this conversation is damaged; `set_aside` takes it out.
        """
        key = self.key(conversation)
        heads = self._database.all("SELECT * FROM conversations WHERE key = ?", key)
        if not heads:
            return None
        rows = self._database.all("SELECT * FROM message_rows WHERE key = ? ORDER BY number", key)
        if not all(map(is_whole, (*heads, *rows))):
            raise DamagedStateError(f"{self._database.name} is damaged where it holds this conversation")
        _, _, _, numbers, head, _ = heads[0]
        if [row[1] for row in rows] != json.loads(numbers):
            raise DamagedStateError(f"{self._database.name} lacks messages of this conversation")
        return {**json.loads(head), "rows": [json.loads(row[2]) for row in rows]}

    def set_aside(self, conversation: str) -> None:
        """Take out what the file has of a conversation, because it is damaged; its next message begins it anew."""
        self._database.transact(lambda: put_aside(self._database.connection, self.key(conversation)))

    def was_set_aside(self, conversation: str) -> bool:
        """Return whether this conversation was found damaged since it was last stored."""
        return bool(self._database.all("SELECT key FROM set_aside WHERE key = ?", self.key(conversation)))

    def run_lines(self) -> dict[int, tuple[bytes, int]]:
        """Return the lines of the input whose messages may be read together with later ones.

        Returns:
            Number of the line, from 0 → `key` of its conversation, and the index of its message there.
        """
        found = self._database.all("SELECT key, run FROM conversations WHERE run <> '[]'")
        return {line: (bytes(key), index) for key, run in found for index, line in json.loads(run)}

    def commit(self, lines: int, conversations: Iterable[StoredConversation], flags: Iterable[str]) -> None:
        """Store everything that the input up to here changed.

        Args:
            lines: Number of input lines seen.
            conversations: The conversations that changed.
            flags: Lines of new flags, each with its line end.
        """

        def store() -> None:
            self._set("lines", lines)
            for changed in conversations:
                self._store(changed)
            last = self._database.connection.execute("SELECT max(seq) FROM sqlite_sequence").fetchone()[0] or 0
            self._database.connection.executemany(
                "INSERT INTO waiting VALUES (?, ?, ?)",
                ((flag, line, checksum(flag, line)) for flag, line in enumerate(flags, start=last + 1)),
            )

        self._database.transact(store)

    def _store(self, changed: StoredConversation) -> None:
        key, head, rows = self.key(changed.conversation), dict(changed.state), changed.state["rows"]
        del head["rows"]
        numbers = json.dumps([row["number"] for row in rows])
        connection = self._database.connection
        values = (key, time.time(), json.dumps(changed.run), numbers, json.dumps(head))
        connection.execute("REPLACE INTO conversations VALUES (?, ?, ?, ?, ?, ?)", (*values, checksum(*values)))
        connection.execute("DELETE FROM set_aside WHERE key = ?", (key,))
        # The last row that was stored is stored again: a message that continues a run of short ones replaces it.
        new = [(key, row["number"], json.dumps(row)) for row in rows[-(head["text_messages"] - changed.stored + 1) :]]
        connection.executemany("REPLACE INTO message_rows VALUES (?, ?, ?, ?)", ((*row, checksum(*row)) for row in new))
        connection.execute(
            "DELETE FROM message_rows WHERE key = ? AND number NOT IN (SELECT value FROM json_each(?))", (key, numbers)
        )

    def forget(self, before: float) -> None:
        """Delete the conversations whose last message was stored before this time, in seconds since 1970."""

        def delete() -> None:
            old = "SELECT key FROM conversations WHERE seen < ?"
            self._database.connection.execute(f"DELETE FROM message_rows WHERE key IN ({old})", (before,))
            self._database.connection.execute("DELETE FROM conversations WHERE seen < ?", (before,))

        self._database.transact(delete)

    def waiting(self) -> list[str]:
        """Return the lines of flags that were not handed over, in order."""
        return [line for (line,) in self._database.all("SELECT line FROM waiting ORDER BY flag")]

    def handed_over(self, written: int) -> None:
        """Take out the lines that waited: they are written.

        Args:
            written: Bytes of the output file with them; -1 when there is no file.
        """

        def take_out() -> None:
            self._database.connection.execute("DELETE FROM waiting")
            self._set("written", written)

        self._database.transact(take_out)

    def begin_output(self, written: int) -> None:
        """Remember that lines go to an output file of this many bytes from now on."""
        self._database.transact(lambda: self._set("written", written))

    def close(self) -> None:
        """Close the file; what was not committed is as if it had not been read."""
        self._database.close()

    def key(self, conversation: str) -> bytes:
        """Return the digest by which the file knows a conversation."""
        return hashlib.blake2b(conversation.encode("utf-8", "surrogatepass"), digest_size=16, key=self._salt).digest()

    def _about(self, name: str) -> str:
        for table in ABOUT:
            for row in self._database.all(f"SELECT * FROM {table} WHERE name = ?", name):
                if is_whole(row):
                    return str(row[1])
        raise self._hopeless()

    def _hopeless(self) -> UnsupportedFormatError:
        return UnsupportedFormatError(
            f"{self._database.name} is damaged, and its conversations cannot be found any more; move it away, and "
            "begin a new one"
        )

    def _set_all(self, values: dict[str, str]) -> None:
        for name, value in values.items():
            self._set(name, value)

    def _set(self, name: str, value: object) -> None:
        row = (name, str(value))
        for table in ABOUT:
            self._database.connection.execute(f"REPLACE INTO {table} VALUES (?, ?, ?)", (*row, checksum(*row)))
