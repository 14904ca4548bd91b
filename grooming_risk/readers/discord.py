"""DiscordChatExporter JSON (schema of JsonMessageWriter.cs, Tyrrrz/DiscordChatExporter at 4f29fa63, 2026-03).

System notices carry fallback English text in `content`, so they are told by `type`; ids are strings; times are
ISO 8601 with the exporter's own offset; forwarded text stands beside `content`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grooming_risk.conversation import Conversation, Message, MessageKind, read_time
from grooming_risk.errors import InvalidConversationError, UnsupportedFormatError
from grooming_risk.readers.contract import ExportedConversation, Reader, decode, parse_json, read_bytes

_WRITTEN = ("Default", "Reply")


def _recognizes(head: bytes) -> bool:
    return b'"guild"' in head and b'"channel"' in head


def _read(path: Path) -> Iterator[ExportedConversation]:
    export = parse_json(decode(read_bytes(path), path.name), path.name)
    try:
        rows, channel = export["messages"], str(export["channel"]["id"])
        if not isinstance(rows, list):
            raise TypeError
    except (KeyError, TypeError):
        raise UnsupportedFormatError(
            f"{path.name} is no DiscordChatExporter JSON (guild, channel, messages); choose a format with --from"
        ) from None
    counted = export.get("messageCount")
    warnings: tuple[str, ...] = ()
    if isinstance(counted, int) and counted != len(rows):
        warnings = (f"the export says {counted} messages and holds {len(rows)}; it may be cut off",)
    messages = [_message(row, index, path.name) for index, row in enumerate(rows)]
    yield ExportedConversation(channel, Conversation.from_messages(messages), warnings)


def _message(row: Any, index: int, name: str) -> Message:
    try:
        author, content = str(row["author"]["id"]), row["content"]
        written = row["type"] in _WRITTEN
        forwarded = (row.get("forwardedMessage") or {}).get("content") or ""
        if not isinstance(content, str) or not isinstance(forwarded, str):
            raise TypeError
    except (KeyError, TypeError, AttributeError):
        raise InvalidConversationError(
            f"{name}: message {index} lacks author, type or content; export it again", index
        ) from None
    text = "\n".join(part for part in (content, forwarded) if part) if written else ""
    kind = MessageKind.SYSTEM if not written else MessageKind.TEXT if text.strip() else MessageKind.MEDIA
    return Message(author, text, read_time(row.get("timestamp"), index), kind)


READER = Reader("discord", "DiscordChatExporter JSON", _recognizes, _read)
