"""Decode bytes and parse JSON without copying either into an error."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Iterator
from typing import Any

from grooming_risk.errors import InputTooLargeError, UnsupportedFormatError

_PROBED = 64
# Values of a document, where a list or an object counts as four: about 300 MB of Python objects. Exports have a value
# for every twelve bytes or more; a document of empty objects would need 25 times its own size.
MOST_VALUES = 5_000_000
_CONTAINER = 4
_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
# Control characters that no text has.
_NO_CP1252 = bytes([*range(9), *range(14, 27), *range(28, 32)])


def encoding_of(head: bytes) -> str:
    """Return the name of the encoding: UTF-16 with or without a byte order mark, otherwise UTF-8."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    start = head[:_PROBED]
    even, odd = start[::2].count(0), start[1::2].count(0)
    if len(start) > 3 and max(even, odd) > len(start) // 4 and min(even, odd) == 0:
        return "utf-16-be" if even else "utf-16-le"
    return "utf-8-sig"


def plain_encoding_of(head: bytes) -> tuple[str, int]:
    """Return the encoding without a byte order mark, and the bytes of the mark that the file begins with."""
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return encoding, len(mark)
    return encoding_of(head).removesuffix("-sig"), 0


def legacy_encoding_of(chunks: Iterable[bytes]) -> str:
    """Return the encoding of a text file that may be older than UTF-8.

    Args:
        chunks: All bytes of the file, in parts.

    Returns:
        "utf-8-sig", a form of UTF-16, or "cp1252" for bytes that are not UTF-8 but letters of Windows-1252; "utf-8-sig"
        also where no encoding fits, so that decoding fails with the place of the first bad byte.
    """
    decoder, whole, first = codecs.getincrementaldecoder("utf-8")(), True, True
    for chunk in chunks:
        if first and (found := encoding_of(chunk)) != "utf-8-sig":
            return found
        first = False
        if chunk.translate(None, _NO_CP1252) != chunk:
            return "utf-8-sig"
        whole = whole and _decodes(decoder, chunk)
    return "utf-8-sig" if whole and _decodes(decoder, b"", final=True) else "cp1252"


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def decode(data: bytes, where: str) -> str:
    """Decode a UTF-8 file (with or without a byte order mark) or a UTF-16 file (with one).

    Args:
        data: Content of the file.
        where: Name of the file for error messages.

    Returns:
        The text without its byte order mark.

    Raises:
        UnsupportedFormatError: If the file has neither encoding.
    """
    try:
        return data.decode(encoding_of(data))
    except UnicodeDecodeError as error:
        start = error.start  # the error itself contains the bytes, so only its position is passed on
    raise UnsupportedFormatError(f"{where} is not UTF-8 (byte {start}); save it as UTF-8")


def decode_head(head: bytes) -> str:
    """Decode the first bytes of a file, whose last character may be cut, with U+FFFD for invalid bytes."""
    return head.decode(encoding_of(head), errors="replace")


def values_of(text: str) -> int:
    """Return an upper bound of the number of values in a JSON document, where lists and objects count as four."""
    return text.count(",") + _CONTAINER * (text.count("{") + text.count("["))


def parse_json(text: str, where: str) -> Any:
    """Parse JSON without copying the text into an error.

    Args:
        text: The document.
        where: Name of the file for error messages.

    Returns:
        The parsed document.

    Raises:
        InputTooLargeError: If the document has too many values.
        UnsupportedFormatError: If the text is not valid JSON, is truncated, is nested too deeply or contains a number
            of more than 4,300 digits.
    """
    if values_of(text) > MOST_VALUES:
        raise InputTooLargeError(f"{where} has over {MOST_VALUES:,} values (lists and objects count as 4); split it")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        # The decoder's error contains the whole document, so only its position is passed on.
        at, position = f"line {error.lineno}, column {error.colno}", error.pos
    except RecursionError:
        at, position = "nested too deeply", 0
    except ValueError:
        at, position = "a number is too long", 0
    body = text.strip("\ufeff \t\r\n")
    whole = body.endswith(("}", "]")) and position < len(text.rstrip())
    hint = "export it again or choose a format with --from" if whole else "the file ends too early; export it again"
    if not body.startswith(("{", "[")):
        hint = "choose a format with --from"
    raise UnsupportedFormatError(f"{where} is not valid JSON ({at}); {hint}")


def parse_json_lines(lines: Iterable[str], where: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Parse each line that is not blank.

    Args:
        lines: Lines of the file.
        where: Name of the file for error messages.

    Yields:
        Line number, from 1, and the object on that line.

    Raises:
        UnsupportedFormatError: If a line is not a JSON object.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        row = parse_json(line, f"{where} line {number}")
        if not isinstance(row, dict):
            raise UnsupportedFormatError(f"{where} line {number} is not a JSON object; export it again")
        yield number, row
