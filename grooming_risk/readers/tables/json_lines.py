"""Reader of JSON lines, one conversation or one message per line, and of a plain JSON list of messages.

Accepted lines:
  {"id"?: …, "messages": [row, …]}        a conversation
  {"conversation"|"conversation_id": …, <row>}   a message; the lines of one conversation must be consecutive
  <row>                                     a message of the file's only conversation
A row is anything that `Conversation.from_messages` accepts. A file with one JSON list of rows, or one object with
"messages", is read as one conversation. Rows of the OpenAI chat format ({"role", "content"}) are read too, with roles
as speakers; "system", "developer" and "tool" rows are notices. Other keys are given as columns
(`speaker=author.name`), and the rows of a conversation may then be scattered.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, islice
from typing import Any

from grooming_risk.conversation import read_untimed
from grooming_risk.errors import InvalidConversationError, UnsupportedFormatError
from grooming_risk.readers.base.builder import ConversationBuilder
from grooming_risk.readers.base.contract import (
    Columns,
    Guide,
    ReadConversation,
    Reader,
    ReadingOptions,
    UnreadableConversation,
)
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.json_text import parse_json_lines
from grooming_risk.readers.base.rows import gather
from grooming_risk.readers.tables.json_rows import named_rows, with_role

_IDENTIFIERS = ("conversation", "conversation_id")
# Not "{\\rtf", "[12:30] Name: text" or "[InternetShortcut]".
_BEGINS = re.compile(r'\A\s*(?:\{\s*(?:["}]|\Z)|\[\s*(?:[\[{"\]]|\Z))')


def _recognizes(export: Export) -> bool:
    return _BEGINS.match(export.head()) is not None


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    first = next((line.strip() for line in export.lines() if line.strip()), "")
    by_line = first.startswith("{") and first.endswith("}")
    if options.columns != Columns():
        rows = (row for _, row in parse_json_lines(export.lines(), export.where())) if by_line else None
        yield from gather(named_rows(export.json() if rows is None else rows, options.columns), options.limits)
    elif by_line:
        yield from _many(export, options)
    else:
        yield from _whole(export, options)


def _whole(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    """Read a file that is one list of messages, or one object with "messages"."""
    data = export.json()
    if isinstance(data, list):
        data = {"messages": data}
    if not isinstance(data, dict) or "messages" not in data:
        raise UnsupportedFormatError(
            f'{export.where()} is a JSON object without "messages"; choose a format with --from'
        )
    yield from _conversation(_identifier(data.get("id"), "1"), data["messages"], options)


def _many(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    seen: set[str] = set()
    lines = parse_json_lines(export.lines(), export.where())
    for (kind, identifier), group in groupby(lines, key=lambda row: _group(row[1])):
        if kind == "conversation":
            for number, row in group:
                yield from _conversation(_identifier(row.get("id"), str(number)), row["messages"], options)
            continue
        members = list(islice(group, options.limits.most_messages + 1))  # the builder refuses more
        if identifier in seen:
            raise UnsupportedFormatError(
                f"{export.where()} from line {members[0][0]}: the messages of a conversation are not "
                "consecutive; sort the lines by conversation"
            )
        seen.add(identifier)
        yield from _conversation(identifier, [row for _, row in members], options)


def _group(row: dict[str, Any]) -> tuple[str, str]:
    if "messages" in row:
        return "conversation", ""
    return "message", next((_identifier(row[key], "") for key in _IDENTIFIERS if row.get(key) is not None), "1")


def _identifier(value: Any, otherwise: str) -> str:
    """Return an id as text; lists and objects are not ids and could contain text."""
    return str(value) if isinstance(value, (str, int, float)) else otherwise


def _conversation(identifier: str, rows: Any, options: ReadingOptions) -> Iterator[ReadConversation]:
    if not isinstance(rows, list) or not rows:
        fault = "the conversation is empty" if rows == [] else "its messages are not a list"
        yield UnreadableConversation(identifier, InvalidConversationError(f"{fault}; give a list of messages"))
        return
    builder = ConversationBuilder(identifier, options.limits)
    whole = replace(options.limits, characters=sys.maxsize)  # the builder splits long messages
    for index, row in enumerate(rows):
        try:
            message, sent_at = read_untimed(with_role(row), index, whole)
        except InvalidConversationError as error:
            # Other files of an export, such as lists of members, end here too.
            whole_export = "; if the file is part of an export, give the whole export" if index == 0 else ""
            builder.refuse(InvalidConversationError(f"{error}{whole_export}", index))
            break
        builder.add(message.speaker, message.text, sent_at, message.kind)
    yield from builder.build()


READER = Reader(
    name="jsonl",
    description="JSON lines of conversations or messages, or a JSON list of messages",
    accepts=("file", "zip"),
    keeps=("times", "edits", "deletions", "media", "system notices"),
    limit="",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=("Write one JSON object per message with speaker, text and sent_at, or one per conversation.",),
        kept=("everything that a message has",),
        lost=(),
        source="this library's own rows",
        seen="any",
    ),
)
