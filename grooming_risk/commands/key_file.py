"""Keys come from files: an argument list is visible to every user of a machine and stays in the shell's history."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from grooming_risk.errors import InvalidOptionError, UnsupportedFormatError
from grooming_risk.keys import check_key

LARGEST_KEY = 4_096  # bytes; a larger file is not a key
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def read_key(path: Path | None) -> bytes | None:
    """Read a key: all bytes of a regular file that only its owner can read.

    Args:
        path: the file, or None for no key.

    Returns:
        The key, or None where no file is given.

    Raises:
        UnsupportedFormatError: the file cannot be opened, or is not a regular file.
        InvalidOptionError: the file is open to other users (not checked on Windows), or is not a good key.
    """
    if path is None:
        return None
    key = _content(path)
    if len(key) > LARGEST_KEY:
        raise InvalidOptionError(f"{path.name} has over {LARGEST_KEY:,} bytes; a key is a file of random bytes")
    refusal = ""
    try:
        check_key(key)
    except InvalidOptionError as error:
        refusal = str(error)
    if refusal:
        raise InvalidOptionError(f"{path.name}: {refusal}")
    return key


def _content(path: Path) -> bytes:
    """Return at most a byte more than the largest key."""
    number, reason = -1, None
    try:
        # Without O_NONBLOCK a named pipe that nobody writes to would never open.
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        reason = error.strerror
    if number < 0:
        raise UnsupportedFormatError(f"{path.name} cannot be opened ({reason}); check the path")
    try:
        mode = os.fstat(number).st_mode
        if not stat.S_ISREG(mode):
            raise UnsupportedFormatError(f"{path.name} is not a regular file; save the key in a file")
        if os.name == "posix" and mode & _OTHERS:
            raise InvalidOptionError(
                f"{path.name} is open to other users (mode {stat.S_IMODE(mode):o}); run chmod 600 on it, or make a new "
                "key if somebody may have read it"
            )
        return os.read(number, LARGEST_KEY + 1)
    finally:
        os.close(number)
