"""Keys come from files: an argument list is seen by every user of the machine, and kept in the shell's history."""

from __future__ import annotations

from pathlib import Path

from grooming_risk.errors import InvalidOptionError, UnsupportedFormatError
from grooming_risk.keys import check_key


def read_key(path: Path | None) -> bytes | None:
    """All bytes of the file; None where no file is asked for.

    Raises:
        UnsupportedFormatError: it cannot be opened.
        InvalidOptionError: it is too short for a key.
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
