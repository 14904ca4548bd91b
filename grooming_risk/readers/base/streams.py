"""Streams of members: counted while they are read, with damage turned into our own errors."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from typing import IO

from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.stores import DAMAGE


class Counted(io.RawIOBase):
    """A stream that raises once it exceeds the limits, whatever its header claims."""

    def __init__(self, stream: IO[bytes], count: Callable[[int, int], None]) -> None:
        """Wrap a stream.

        Args:
            stream: The bytes of a member.
            count: Called with the number of bytes read now and so far; raises when there are too many.
        """
        self._stream, self._count, self._bytes = stream, count, 0

    def readable(self) -> bool:
        """Return True: the stream can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read into a buffer and count the bytes."""
        data = self._stream.read(len(buffer))
        self._bytes += len(data)
        self._count(len(data), self._bytes)
        buffer[: len(data)] = data
        return len(data)


def line_of(text: io.TextIOWrapper, most: int) -> tuple[str, str]:
    """Return a line of at most so many characters, or a description of what is wrong with it."""
    try:
        return text.readline(most), ""
    except UnicodeDecodeError:
        return "", "line {} is not UTF-8; save it as UTF-8"
    except DAMAGE:
        return "", "is damaged from line {} on; export it again"


def some_of(stream: IO[bytes], most: int, where: str) -> bytes:
    """Return at most so many bytes; raise `UnsupportedFormatError` when the stream is damaged."""
    with suppress(*DAMAGE):
        return stream.read(most)
    raise UnsupportedFormatError(f"{where} is damaged; export it again")
