"""DiscordChatExporter JSON (schema of JsonMessageWriter.cs, Tyrrrz/DiscordChatExporter at 4f29fa63, 2026-03).

System notices carry fallback English text in `content`, so they are told by `type`; ids are strings; times are
ISO 8601 with the exporter's own offset; forwarded text stands beside `content`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grooming_risk.conversation import MessageKind
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.builder import ConversationBuilder
from grooming_risk.readers.contract import ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.export import Export
from grooming_risk.readers.json_text import decode, parse_json

_WRITTEN = ("Default", "Reply")


def _recognizes(export: Export) -> bool:
    head = export.head()
    return b'"guild"' in head and b'"channel"' in head


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    data = parse_json(decode(export.read(), export.where()), export.where())
    try:
        rows, channel = data["messages"], str(data["channel"]["id"])
        if not isinstance(rows, list):
            raise TypeError
    except (KeyError, TypeError):
        raise UnsupportedFormatError(
            f"{export.where()} is no DiscordChatExporter JSON (guild, channel, messages); choose a format with --from"
        ) from None
    builder = ConversationBuilder(channel, options.limits)
    counted = data.get("messageCount")
    if isinstance(counted, int) and counted != len(rows):
        builder.warn(f"the export says {counted} messages and holds {len(rows)}; it may be cut off")
    for index, row in enumerate(rows):
        _add(builder, row, index)
    yield from builder.build()


def _add(builder: ConversationBuilder, row: Any, index: int) -> None:
    try:
        author, content, type_ = row["author"], row["content"], row["type"]
        forwarded = (row.get("forwardedMessage") or {}).get("content") or ""
        speaker, name = str(author["id"]), author.get("name")
        if not isinstance(content, str) or not isinstance(forwarded, str):
            raise TypeError
    except (KeyError, TypeError, AttributeError):
        builder.refuse_row(index, "author, type or content")
        return
    kind = MessageKind.EDITED if row.get("timestampEdited") else MessageKind.TEXT
    text = "\n".join(part for part in (content, forwarded) if part)
    builder.add(
        speaker,
        text,
        row.get("timestamp"),
        kind if type_ in _WRITTEN else MessageKind.SYSTEM,
        name=name if isinstance(name, str) else None,
    )


READER = Reader(
    name="discord",
    description="DiscordChatExporter, JSON",
    accepts=("file", "zip"),
    keeps=("times", "edits", "media", "system notices"),
    limit="deleted messages are not in the export",
    recognizes=_recognizes,
    read=_read,
)
