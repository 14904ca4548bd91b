"""Where flags go, and how often each is written.

A function: at least once. Lines that were passed to it but not yet taken out of the state file when the process was
killed are passed again by the next one; their "flag" is the same, so that a reader can tell.
A file: exactly once. The state file remembers how long the file was when the last lines were taken out. Anything after
that can only be the beginning of the lines that still wait, and is completed, not repeated.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.live.state_file import StateFile

# Receives the lines of flags in order, each with its line end.
Write = Callable[[Sequence[str]], None]


class FlagOutput(Protocol):
    """Takes the lines of flags that wait in a state file."""

    def hand_over(self, state: StateFile) -> None:
        """Write the lines that wait in the state file, and take them out of it."""

    def close(self) -> None:
        """Close the output."""


class FlagFunction:
    """Passes lines to a function, each at least once."""

    def __init__(self, write: Write) -> None:
        """Store the function.

        Args:
            write: Receives the lines; they count as written when it returns.
        """
        self._write = write

    def hand_over(self, state: StateFile) -> None:
        """Pass the lines that wait in the state file on, and take them out of it."""
        if lines := state.waiting():
            self._write(lines)
            state.handed_over(state.written)

    def close(self) -> None:
        """Do nothing: the function belongs to the caller."""


class FlagFile:
    """Appends lines to a file of their own, each exactly once."""

    def __init__(self, path: Path) -> None:
        """Open the file, or create one that only its owner can read.

        Args:
            path: The file.

        Raises:
            UnsupportedFormatError: The file cannot be opened for writing.
        """
        self._name = path.name
        try:
            self._descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
        except OSError as error:
            raise UnsupportedFormatError(
                f"{self._name} cannot be written ({error.strerror}); check the path of the output file"
            ) from None

    def hand_over(self, state: StateFile) -> None:
        """Append the lines that wait in the state file, and take them out of it.

        Args:
            state: The state file; it knows how long the output file was when lines were last taken out.

        Raises:
            UnsupportedFormatError: The file cannot be written, or holds lines that did not come from this state file.
        """
        waiting = "".join(state.waiting()).encode("ascii")
        size, written = os.fstat(self._descriptor).st_size, state.written
        if written < 0 or size < written:  # a first output file, or one that was moved away or emptied
            written = size
            state.begin_output(written)
        begun = b""
        if size > written:
            os.lseek(self._descriptor, written, os.SEEK_SET)
            begun = os.read(self._descriptor, len(waiting) + 1)
        if not waiting.startswith(begun):
            raise UnsupportedFormatError(
                f"{self._name} holds lines that the state file does not know; pass the old file, or a new one"
            )
        if waiting:
            self._append(waiting[len(begun) :])
            state.handed_over(written + len(waiting))

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)

    def _append(self, rest: bytes) -> None:
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
            os.fsync(self._descriptor)
        except OSError as error:
            raise UnsupportedFormatError(
                f"{self._name} cannot be written ({error.strerror}); the flags wait in the state file"
            ) from None
