"""Reader of DiscordChatExporter's JSON: one file per channel or several parts, or a folder or zip of such files.

Schema: JsonMessageWriter.cs of Tyrrrz/DiscordChatExporter at 08524e94 (2026, with `components` and `forwardedMessage`)
and older ones back to 2021; MessageExporter.cs for the names of parts ("x.json", "x [part 2].json", each a whole file
with its own `messageCount`); types of messages: its MessageKind.cs, and numbers of discord-api-types for those that it
has no name for ("20"). The form of polls is unknown; they are read as media.

- System notices have a fallback English text in `content`, so they are recognized by `type`. Answers of bots to
  commands ("20", "23") are messages, like everything that bots and webhooks write: a person may be behind them.
- Forwarded text is stored beside `content` and counts as the forwarder's. Text quoted by a reply is not in the file.
- Embeds, stickers and attachments have no text; a message with nothing else is media.
- Files may be newest first (an option of the exporter); they are reversed.
- A thread is a separate channel in a separate file. Times have the exporter's offset. All deleted accounts share one
  id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from grooming_risk.conversation import Attribution, MessageKind
from grooming_risk.errors import GroomingRiskError, InputTooLargeError, UnsupportedFormatError
from grooming_risk.readers.base.builder import ConversationBuilder
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions, UnreadableConversation
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.json_stream import json_items
from grooming_risk.readers.base.times import known_time

_WRITTEN = frozenset(("Default", "Reply", "20", "23"))
_NOTICES = frozenset(
    (
        *("RecipientAdd", "RecipientRemove", "Call", "ChannelNameChange", "ChannelIconChange", "ChannelPinnedMessage"),
        *("GuildMemberJoin", "ThreadCreated"),
        *map(str, (*range(1, 19), 21, 22, *range(24, 33), *range(36, 40), 44, 46)),
    )
)
_BEGINS = re.compile(r'\A\s*\{\s*"guild"\s*:\s*\{')
_STREAMED = frozenset((("messages",),))
_USED = ("author", "content", "type", "timestamp", "timestampEdited", "forwardedMessage")
_MOST_ROWS = 1_000_000
_PART = " [part "
_ASSETS = "_Files"  # folder of downloaded pictures beside a file


def _recognizes(export: Export) -> bool:
    chats = [name for name in export.names if not _is_asset(name)]
    return bool(chats) and all(_is_chat(export.head(name)) for name in chats)


def _is_asset(name: str) -> bool:
    return any(folder.endswith(_ASSETS) for folder in name.split("/")[:-1])


def _is_chat(head: str) -> bool:
    return _BEGINS.match(head) is not None and '"channel"' in head


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    chats = _chats(export)
    for name, parts in chats.items():
        try:
            yield from _chat(export, parts, options)
        except GroomingRiskError as error:
            if len(chats) == 1:
                raise
            yield UnreadableConversation(name, error)


def _chats(export: Export) -> dict[str, dict[int, str]]:
    """Map the name of a chat's first file to its parts by number."""
    found: dict[str, dict[int, str]] = {}
    for member in export.names:
        if _is_asset(member):
            continue
        name, _, ending = member.rpartition(_PART)
        number, _, suffix = ending.partition("]")
        if name and number.isdecimal() and len(number) < 7:
            found.setdefault(name + suffix, {})[int(number)] = member
        else:
            found.setdefault(member, {})[1] = member
    return {name: dict(sorted(parts.items())) for name, parts in sorted(found.items())}


def _chat(export: Export, parts: dict[int, str], options: ReadingOptions) -> Iterator[ReadConversation]:
    members = list(parts.values())
    first = _parsed(export, members[0])
    last = first if len(members) == 1 else _parsed(export, members[-1])
    backwards = _newest_first(first["messages"], last["messages"])
    builder = ConversationBuilder(str(first["channel"]["id"]), options.limits)
    if list(parts) != list(range(1, len(parts) + 1)):
        builder.warn("some parts of the export are missing; give all of them in one folder")
    rows = 0
    for member in reversed(members) if backwards else members:
        data = first if len(members) == 1 else _parsed(export, member)
        if data["channel"]["id"] != first["channel"]["id"]:
            raise UnsupportedFormatError(
                f"{export.where(member)} belongs to another channel than its first part; rename it"
            )
        messages, counted = data["messages"], data.get("messageCount")
        if isinstance(counted, int) and counted != len(messages):
            builder.warn(f"the export announces {counted} messages but contains {len(messages)}; it may be truncated")
        for row in reversed(messages) if backwards else messages:
            _add(builder, row, rows)
            rows += 1
    yield from builder.build()


def _parsed(export: Export, member: str) -> dict[str, Any]:
    data = _slim(export, member) if export.is_large(member) else export.json(member)
    try:
        if isinstance(data["messages"], list) and isinstance(data["channel"]["id"], (str, int)):
            return dict(data)
    except (KeyError, TypeError):
        pass
    raise UnsupportedFormatError(
        f"{export.where(member)} is not a DiscordChatExporter JSON (guild, channel, messages); "
        "choose a format with --from"
    )


def _slim(export: Export, member: str) -> dict[str, Any]:
    """Return a large file with what is used of each message."""
    data: dict[str, Any] = {"messages": []}
    items = json_items(export.chunks(member), export.where(member), _STREAMED.__contains__, export.work.add_values)
    for keys, value in items:
        if keys != ("messages",):
            data.update({keys[-1]: value} if keys else {})
            continue
        row = {key: value[key] for key in _USED if key in value} if isinstance(value, dict) else value
        data["messages"].append(row)
        if isinstance(row, dict) and isinstance(row.get("author"), dict):
            row["author"] = {key: row["author"].get(key) for key in ("id", "name", "nickname")}
        if len(data["messages"]) > _MOST_ROWS:
            raise InputTooLargeError(f"{export.where(member)} has over {_MOST_ROWS:,} messages; split it")
    return data


def _newest_first(first: list[Any], last: list[Any]) -> bool:
    ends = [known_time(row.get("timestamp")) for row in (*first[:1], *last[-1:]) if isinstance(row, dict)]
    times = [time for time in ends if time is not None]
    return len(times) == 2 and times[1] < times[0]


def _add(builder: ConversationBuilder, row: Any, index: int) -> None:
    try:
        author, content, type_ = row["author"], row["content"], row["type"]
        forwarded = (row.get("forwardedMessage") or {}).get("content") or ""
        speaker, names = author["id"], (author.get("nickname"), author.get("name"))
        texts = (content, forwarded, type_)
        if not isinstance(speaker, (str, int)) or not all(isinstance(text, str) for text in texts):
            raise TypeError
    except (KeyError, TypeError, AttributeError):
        builder.refuse_row(index, "author, type or content")
        return
    kind = MessageKind.EDITED if row.get("timestampEdited") else MessageKind.TEXT
    if type_ not in _WRITTEN:
        kind = MessageKind.SYSTEM
        if type_ not in _NOTICES:
            builder.notice("messages of an unknown type, read as system notices")
    builder.add(
        str(speaker),
        "\n".join(part for part in (content, forwarded) if part),
        row.get("timestamp"),
        kind,
        name=next((name for name in names if isinstance(name, str) and name), None),
    )


READER = Reader(
    name="discord",
    attribution=Attribution.ACCOUNT,
    description="DiscordChatExporter JSON: a channel's file, or a folder or zip of such files and their parts",
    accepts=("file", "folder", "zip"),
    keeps=("times", "edits", "media", "system notices"),
    limit="deleted messages are not in the export; polls are read as media",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Install DiscordChatExporter (github.com/Tyrrrz/DiscordChatExporter) on a computer.",
            "Choose the channel or direct message and the format JSON.",
            "Give the file, or the folder of all files.",
        ),
        kept=(
            "ids of senders",
            "times with the exporter's offset",
            "edits",
            "system notices",
            "forwarded text",
        ),
        lost=("deleted messages", "polls", "text of quoted messages"),
        source="JsonMessageWriter.cs of Tyrrrz/DiscordChatExporter, 2021 to 2026",
        seen="its writers of 2021 to 2026",
    ),
)
