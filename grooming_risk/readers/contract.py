"""What every reader gives, and the limits that every reader keeps."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grooming_risk.conversation import Conversation
from grooming_risk.errors import InputTooLargeError, UnsupportedFormatError

MAXIMUM_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class ExportedConversation:
    """One conversation of a file.

    Attributes:
        identifier: the conversation's own id, or its position in the file.
        conversation: its messages.
        warnings: what the reader noticed, without text.
    """

    identifier: str
    conversation: Conversation
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """One format.

    Attributes:
        name: how `--from` calls it.
        description: one line for people.
        recognizes: whether the first bytes of a file look like this format.
        read: conversations of a file, in order.
    """

    name: str
    description: str
    recognizes: Callable[[bytes], bool]
    read: Callable[[Path], Iterator[ExportedConversation]]


def read_bytes(path: Path) -> bytes:
    """The whole file.

    Raises:
        InputTooLargeError: it is over 50 MB.
        UnsupportedFormatError: it cannot be opened.
    """
    try:
        size = path.stat().st_size
        if size > MAXIMUM_BYTES:
            raise InputTooLargeError(f"{path.name} has {size:,} bytes, more than {MAXIMUM_BYTES:,}; split it")
        return path.read_bytes()
    except OSError as error:
        raise UnsupportedFormatError(f"{path.name} cannot be opened ({error.strerror}); check the path") from None


def decode(data: bytes, name: str) -> str:
    """Text of a UTF-8 (with or without mark) or UTF-16 (with mark) file.

    Raises:
        UnsupportedFormatError: it is neither.
    """
    try:
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnsupportedFormatError(f"{name} is not UTF-8 (byte {error.start}); save it as UTF-8") from None


def parse_json(text: str, where: str) -> Any:
    """Parse JSON without letting the text into an error.

    Raises:
        UnsupportedFormatError: the text is no JSON, is cut off, or is nested too deeply.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        # The decoder's error holds the whole document: only its place is passed on.
        at, position = f"line {error.lineno}, column {error.colno}", error.pos
    except RecursionError:
        at, position = "nested too deeply", 0
    body = text.rstrip()
    whole = body.endswith(("}", "]")) and position < len(body)
    hint = "export it again or choose a format with --from" if whole else "it ends too early: export it again"
    raise UnsupportedFormatError(f"{where} is not valid JSON ({at}); {hint}")
