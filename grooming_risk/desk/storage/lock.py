"""One desk a folder: a running desk holds a file locked, in which a second start finds where the first one runs."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

# Windows locks bytes, and refuses to read them meanwhile: a byte far behind the text is locked.
_LOCKED_AT = 1 << 20


@dataclass(frozen=True, slots=True)
class Running:
    """A desk that runs.

    Attributes:
        address: where, such as http://127.0.0.1:8713.
        process: its number.
        secret: with which it signs links; whoever can read the folder can sign in anyway.
    """

    address: str
    process: int
    secret: str


class FolderLock:
    """The lock of a folder, while it is held."""

    def __init__(self, number: int) -> None:
        self._number = number

    def tell(self, running: Running) -> None:
        """Write down where this desk runs."""
        data = json.dumps({"address": running.address, "process": running.process, "secret": running.secret}).encode()
        os.ftruncate(self._number, 0)
        os.lseek(self._number, 0, os.SEEK_SET)
        os.write(self._number, data)
        os.fsync(self._number)


@contextmanager
def locked(path: Path) -> Iterator[FolderLock | None]:
    """Hold the lock of a folder.

    Args:
        path: the file.

    Yields:
        The lock; None if another process holds it.
    """
    number = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _lock(number):
            yield None
            return
        os.ftruncate(number, 0)  # what a killed desk left
        try:
            yield FolderLock(number)
        finally:
            with suppress(OSError):
                os.ftruncate(number, 0)
    finally:
        os.close(number)


def where(path: Path) -> Running | None:
    """Return where the other desk runs; None if it has not said so yet."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Running(str(found["address"]), int(found["process"]), str(found["secret"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _lock(number: int) -> bool:
    try:
        if sys.platform == "win32":
            os.lseek(number, _LOCKED_AT, os.SEEK_SET)
            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
