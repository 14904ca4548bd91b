"""Streams of members: read and decoded in parts, with damage turned into our own errors."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import IO

from grooming_risk.errors import InputTooLargeError, UnsupportedFormatError
from grooming_risk.readers.base.stores import DAMAGE

# A line of an export holds one message or, in JSON lines, one conversation.
_LONGEST_LINE = 20_000_000
# Bytes that are decoded at once: the lines of a part are given before the next one is found to be damaged.
_PART = 1 << 14


def some_of(stream: IO[bytes], most: int, where: str) -> bytes:
    """Return at most so many bytes; raise `UnsupportedFormatError` when the stream is damaged."""
    with suppress(*DAMAGE):
        return stream.read(most)
    raise UnsupportedFormatError(f"{where} is damaged; export it again")


def decoded_lines(
    chunks: Iterable[bytes], encoding: str, where: str, check: Callable[[int, str], None]
) -> Iterator[str]:
    r"""Yield the lines of a text without their ends; only `\n` ends a line.

    Args:
        chunks: Bytes of the text, in parts.
        encoding: Encoding of the text.
        where: Name of the text for error messages.
        check: Called with the number of lines so far and the name; raises when there are too many.

    Yields:
        The lines.

    Raises:
        InputTooLargeError: If a line is too long.
        UnsupportedFormatError: If the text does not have this encoding.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    begun, length, number = [""], 0, 0  # parts of the line that has begun, and lines before it
    for part in _parts(chunks):
        text, before = _decoded(decoder, part)
        if text is None:  # raised here, because a decoding error contains the bytes that it could not read
            raise UnsupportedFormatError(f"{where} line {number + before + 1} is not UTF-8; save it as UTF-8")
        end, *lines = text.split("\n")
        begun.append(end)
        length += len(end)
        if length >= _LONGEST_LINE:
            raise InputTooLargeError(f"{where} line {number + 1} has over {_LONGEST_LINE:,} characters")
        if lines:
            number += len(lines)
            check(number, where)
            yield "".join(begun)
            begun = [lines.pop()]
            length = len(begun[0])
            yield from lines
    if length:
        yield "".join(begun)


def _parts(chunks: Iterable[bytes]) -> Iterator[bytes | None]:
    """Yield small parts of the bytes, and None at the end."""
    for chunk in chunks:
        for at in range(0, len(chunk), _PART):
            yield chunk[at : at + _PART]
    yield None


def _decoded(decoder: codecs.IncrementalDecoder, part: bytes | None) -> tuple[str | None, int]:
    """Return the text of a part; or None and the number of line breaks before the first bytes that are not text."""
    try:
        return decoder.decode(part or b"", final=part is None), 0
    except UnicodeDecodeError as error:
        return None, error.object.count(b"\n", 0, error.start)
