"""Errors that stop a run with one line instead of a traceback."""

from __future__ import annotations

import errno

from grooming_risk.errors import GroomingRiskError

FULL = (errno.ENOSPC, errno.EDQUOT)
# torch and safetensors report a full disk as errors of their own.
_FULL_TEXTS = ("No space left on device", "PytorchStreamWriter failed writing file", "os error 28")
_FREE_SPACE = (
    "the disk is full; free some space, or give --work, --artifact or --results a place on another disk. "
    "Stages that were finished are kept: start the run again"
)


class TrainingError(ValueError):
    """A run cannot go on; the message says what is wrong, where, and what to do, and holds no message text."""


def explained(error: Exception) -> str | None:
    """Return one line for an error that a user can mend: what is wrong, where, and what to do.

    Args:
        error: Error that stopped a verb.

    Returns:
        The line; None for an error of the program, whose traceback is wanted.
    """
    if isinstance(error, TrainingError | GroomingRiskError):
        return str(error)
    full = isinstance(error, OSError) and error.errno in FULL
    if full or any(text in str(error) for text in _FULL_TEXTS):
        return _FREE_SPACE
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        return f"{error.filename}: {error.strerror}; check the path and who may read or write it"
    return None
