"""A new file for its owner only, written whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from grooming_risk.errors import PackageError


def write_new(path: Path, content: bytes) -> None:
    """Write a file that does not exist yet.

    Args:
        path: of the file.
        content: its bytes.

    Raises:
        PackageError: it exists already, or the disk does not take it.
    """
    made = False
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        made = True
        with os.fdopen(number, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        return
    except OSError as error:
        fault = error.strerror or type(error).__name__
    if made:
        with suppress(OSError):
            path.unlink()
    raise PackageError(f"{path.name} cannot be written ({fault}); choose another name")
