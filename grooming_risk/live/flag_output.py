"""Where the flags of `grooming-risk monitor` go, and how often each is written.

Standard output: at least once. A line that was written but not yet taken out of the state file when the process was
killed is written again by the next one; its "flag" is the same, so that a reader can tell.
A file (`--output`): exactly once. The state file remembers how long the file was when the last lines were taken out.
What stands after that can only be the beginning of the lines that still wait, and is completed, not repeated.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Protocol

from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.live.state_file import StateFile


class Output(Protocol):
    """Takes lines."""

    def hand_over(self, state: StateFile) -> None:
        """Write the lines that wait in the state file and take them out."""

    def close(self) -> None:
        """Close it."""


class StandardOutput:
    """Lines on standard output, flushed."""

    def write(self, lines: list[str]) -> None:
        """Write lines, each with its line end."""
        sys.stdout.write("".join(lines))
        sys.stdout.flush()

    def hand_over(self, state: StateFile) -> None:
        """See `Output`."""
        if lines := state.waiting():
            self.write(lines)
            state.handed_over(state.written)

    def close(self) -> None:
        """Leave standard output open."""


class FlagFile:
    """Lines appended to a file of their own."""

    def __init__(self, path: Path) -> None:
        """Open it, or make one that only its owner can read.

        Raises:
            UnsupportedFormatError: it cannot be opened for writing.
        """
        self._name = path.name
        try:
            self._descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
        except OSError as error:
            raise UnsupportedFormatError(
                f"{self._name} cannot be written ({error.strerror}); check the path of --output"
            ) from None

    def hand_over(self, state: StateFile) -> None:
        """See `Output`.

        Raises:
            UnsupportedFormatError: the file holds something that did not come from this state file, or cannot be
                written.
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
