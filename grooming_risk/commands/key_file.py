"""Keys come from files: an argument list is visible to every user of a machine and stays in the shell's history."""

from __future__ import annotations

from pathlib import Path

from grooming_risk.errors import InvalidOptionError, UnsupportedFormatError
from grooming_risk.keys import check_key


def read_key(path: Path | None) -> bytes | None:
    """Read a key: all bytes of a file.

    Args:
        path: the file, or None for no key.

    Returns:
        The key, or None where no file is given.

    Raises:
        UnsupportedFormatError: the file cannot be opened.
        InvalidOptionError: the file is too short for a key.
    """
    if path is None:
        return None
    try:
        key = path.read_bytes()
    except OSError as error:
        raise UnsupportedFormatError(f"{path.name} cannot be opened ({error.strerror}); check the path") from None
    try:
        check_key(key)
    except InvalidOptionError as error:
        raise InvalidOptionError(f"{path.name}: {error}") from None
    return key
