"""Bytes to text, text to JSON, without letting either into an error."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from grooming_risk.errors import UnsupportedFormatError


def encoding_of(head: bytes) -> str:
    """Name of the encoding: UTF-16 with its mark, otherwise UTF-8 with or without one."""
    return "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


def decode(data: bytes, where: str) -> str:
    """Text of a UTF-8 (with or without mark) or UTF-16 (with mark) file.

    Raises:
        UnsupportedFormatError: it is neither.
    """
    try:
        return data.decode(encoding_of(data))
    except UnicodeDecodeError as error:
        start = error.start  # the error itself holds the bytes: only its place is passed on
    raise UnsupportedFormatError(f"{where} is not UTF-8 (byte {start}); save it as UTF-8")


def decode_head(head: bytes) -> str:
    """Text of the first bytes of a file, of which the last character may be cut; U+FFFD for what is no text."""
    return head.decode(encoding_of(head), errors="replace")


def parse_json(text: str, where: str) -> Any:
    """Parse JSON without letting the text into an error.

    Raises:
        UnsupportedFormatError: the text is no JSON, is cut off, is nested too deeply or holds a number of over 4,300
            digits.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        # The decoder's error holds the whole document: only its place is passed on.
        at, position = f"line {error.lineno}, column {error.colno}", error.pos
    except RecursionError:
        at, position = "nested too deeply", 0
    except ValueError:
        at, position = "a number is too long", 0
    body = text.strip("\ufeff \t\r\n")
    whole = body.endswith(("}", "]")) and position < len(text.rstrip())
    hint = "export it again or choose a format with --from" if whole else "it ends too early: export it again"
    if not body.startswith(("{", "[")):
        hint = "choose a format with --from"
    raise UnsupportedFormatError(f"{where} is not valid JSON ({at}); {hint}")


def parse_json_lines(lines: Iterable[str], where: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Number, from 1, and object of each line that is not blank.

    Raises:
        UnsupportedFormatError: a line is no JSON object.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        row = parse_json(line, f"{where} line {number}")
        if not isinstance(row, dict):
            raise UnsupportedFormatError(f"{where} line {number} is no JSON object; export it again")
        yield number, row
