"""The SQLite file behind a state file: opened by one process at a time, changed whole, rebuilt when it is damaged."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.live.state_tables import FORMAT, SCHEMA, is_sound, rebuild, text

if sys.platform != "win32":
    import fcntl
if TYPE_CHECKING:
    import sqlite3

# Written into the file's header: "GRmo".
_APPLICATION = 0x47526D6F
# One user at a time; deleted content is overwritten; committed content is on the disk.
PRAGMAS = ("locking_mode = EXCLUSIVE", "secure_delete = ON", "synchronous = FULL")
_IN_USE = "another monitor has it open; one state file serves one monitor at a time"
_Result = TypeVar("_Result")


class StateDatabase:
    """An open SQLite file with the tables of a state file. Errors name the file and hold nothing of its content.

    Attributes:
        name: Name of the file.
        connection: Connection to it.
        kept_as: Name under which a damaged file was kept when it was rebuilt; None if that was not needed.
    """

    name: str
    connection: sqlite3.Connection
    kept_as: str | None = None

    def __init__(self, path: Path) -> None:
        """Open the file, or create one that only its owner can read.

        Args:
            path: The file.

        Raises:
            UnsupportedFormatError: The file is not a state file, has another format, is in use, or cannot be written.
        """
        # Late, because some builds of Python lack it, and scoring does not need it.
        import sqlite3

        self.name, self._path, self._sqlite_error = path.name, path, sqlite3.Error
        self._lock: int | None = None
        try:
            self._connect()
            self._check_format()
            if not is_sound(self.connection, self._sqlite_error):
                self.guarded(self._rebuild)
                self.close()
                self._connect()
        except BaseException:
            self.close()
            raise

    def _connect(self) -> None:
        import sqlite3

        # SQLite's own locks are lost when any descriptor of the file is closed, so this one stays open as long.
        self._lock = self.guarded(lambda: os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        if not _locked(self._lock):
            raise UnsupportedFormatError(f"{self.name} cannot be used (in use); {_IN_USE}")
        self.connection = self.guarded(lambda: sqlite3.connect(self._path, timeout=0, isolation_level=None))
        self.connection.text_factory = text
        self.guarded(self._begin)

    def _begin(self) -> None:
        """Take the file, and make it a state file if it is empty."""
        for pragma in PRAGMAS:
            self.connection.execute(f"PRAGMA {pragma}")
        self.connection.execute("BEGIN EXCLUSIVE")
        new = self.connection.execute("PRAGMA application_id").fetchone()[0] == 0
        if new and not self.connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            _create_tables(self.connection)
        self.connection.execute("COMMIT")

    def _check_format(self) -> None:
        if self.value("PRAGMA application_id") != _APPLICATION:
            raise UnsupportedFormatError(
                f"{self.name} is another program's file; choose another name for the state file"
            )
        known = self.value("PRAGMA user_version")
        if known != FORMAT:
            raise UnsupportedFormatError(
                f"{self.name} is a state file of format {known or 1}, and this version reads format {FORMAT}; go on "
                "with the version that wrote it, or choose another name for the state file"
            )

    def _rebuild(self) -> None:
        """Move what can be read to a new file, and keep the damaged one beside it."""
        import sqlite3

        fresh = self._path.with_name(f"{self.name}.rebuilt")
        kept = self._path.with_name(f"{self.name}.damaged-{time.time_ns()}")
        fresh.unlink(missing_ok=True)
        os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        new = sqlite3.connect(fresh, isolation_level=None)
        for pragma in PRAGMAS:
            new.execute(f"PRAGMA {pragma}")
        _create_tables(new)
        rebuild(self.connection, new, self._sqlite_error)
        new.close()
        os.link(self._path, kept)
        fresh.replace(self._path)
        self.kept_as = kept.name

    def all(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a statement."""
        return self.guarded(lambda: self.connection.execute(statement, values).fetchall())

    def value(self, statement: str) -> Any:
        """Return the only value of a statement."""
        return self.all(statement)[0][0]

    def transact(self, work: Callable[[], _Result]) -> _Result:
        """Do something with the file whole or not at all."""

        def whole() -> _Result:
            self.connection.execute("BEGIN")
            try:
                result = work()
            except BaseException:
                self.connection.rollback()
                raise
            self.connection.execute("COMMIT")
            return result

        return self.guarded(whole)

    def guarded(self, work: Callable[[], _Result]) -> _Result:
        """Do something with the file. Errors of SQLite, which may quote what a row holds, are not kept.

        Args:
            work: What to do.

        Returns:
            Its result.

        Raises:
            UnsupportedFormatError: The file cannot be used.
        """
        try:
            return work()
        except (self._sqlite_error, OSError, UnicodeDecodeError) as error:  # the last where a message quotes damage
            locked = "locked" in str(error)
            reason = getattr(error, "strerror", None) or type(error).__name__
        hint = _IN_USE if locked else "check the path, the free space of the disk and that it is a state file"
        raise UnsupportedFormatError(f"{self.name} cannot be used ({reason}); {hint}")

    def close(self) -> None:
        """Close the file."""
        if hasattr(self, "connection"):
            self.connection.close()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _create_tables(connection: sqlite3.Connection) -> None:
    for statement in SCHEMA.strip().split(";\n"):
        connection.execute(statement.rstrip(";"))
    connection.execute(f"PRAGMA application_id = {_APPLICATION}")
    connection.execute(f"PRAGMA user_version = {FORMAT}")


def _locked(descriptor: int) -> bool:
    """Lock an open file against other monitors, also of this process; True where that is not possible at all."""
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # the file system has no such locks; those of SQLite remain
        return True
    return True
