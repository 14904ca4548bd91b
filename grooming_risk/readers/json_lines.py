"""JSON lines: one conversation a line, or one message a line with a conversation id; also a plain JSON list.

Accepted lines:
  {"id"?: …, "messages": [row, …]}        a conversation
  {"conversation"|"conversation_id": …, <row>}   a message; lines of one id must not be scattered over others
  <row>                                     a message of the file's only conversation
A row is what `Conversation.from_messages` takes. A file holding one JSON list of rows, or one object with "messages",
is read as one conversation.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from grooming_risk.conversation import Conversation
from grooming_risk.errors import InvalidConversationError, UnsupportedFormatError
from grooming_risk.readers.contract import ExportedConversation, Reader, decode, parse_json, read_bytes

_IDENTIFIERS = ("conversation", "conversation_id")


def _recognizes(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def _read(path: Path) -> Iterator[ExportedConversation]:
    text = decode(read_bytes(path), path.name)
    if text.lstrip().startswith("["):
        yield ExportedConversation("1", _conversation(parse_json(text, path.name), f"{path.name}"))
        return
    if (whole := _single_object(text, path.name)) is not None:
        yield ExportedConversation(str(whole.get("id", "1")), _conversation(whole["messages"], path.name))
        return
    rows = _lines(text, path.name)
    seen: set[str] = set()
    for (kind, identifier), group in groupby(rows, key=lambda row: _group(row[1])):
        members = list(group)
        if kind == "conversation":
            for number, row in members:
                where = f"{path.name} line {number}"
                yield ExportedConversation(str(row.get("id", number)), _conversation(row["messages"], where))
        else:
            where = f"{path.name} from line {members[0][0]}"
            if identifier in seen:
                raise UnsupportedFormatError(
                    f"{where}: messages of a conversation that ended before; sort the lines by it"
                )
            seen.add(identifier)
            yield ExportedConversation(identifier, _conversation([row for _, row in members], where))


def _single_object(text: str, name: str) -> dict[str, Any] | None:
    """The object of a file that is one pretty-printed object with messages; None for JSON lines."""
    first_line = text.lstrip().split("\n", 1)[0].rstrip()
    if not first_line.startswith("{") or first_line.endswith("}"):
        return None
    whole = parse_json(text, name)
    if not isinstance(whole, dict) or "messages" not in whole:
        raise UnsupportedFormatError(f'{name} is a JSON object without "messages"; choose a format with --from')
    return whole


def _lines(text: str, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        row = parse_json(line, f"{name} line {number}")
        if not isinstance(row, dict):
            raise UnsupportedFormatError(f"{name} line {number} is no JSON object; write one object a line")
        yield number, row


def _group(row: dict[str, Any]) -> tuple[str, str]:
    if "messages" in row:
        return "conversation", ""
    return "message", next((str(row[key]) for key in _IDENTIFIERS if key in row), "1")


def _conversation(rows: Any, where: str) -> Conversation:
    if not isinstance(rows, list):
        raise UnsupportedFormatError(f"{where}: messages are no list; write a list of messages")
    try:
        return Conversation.from_messages(rows)
    except InvalidConversationError as error:
        raise InvalidConversationError(f"{where}: {error}", error.index) from None


READER = Reader("jsonl", "JSON lines: conversations or messages, or a JSON list of messages", _recognizes, _read)
