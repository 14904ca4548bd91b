"""Reader of Discord's data package ("Request all of my data"): the zip or its folder, or one messages file.

Schema, read in public readers of packages from 2020 to 2026 (seanbreckenridge/discord_data and others): a folder
`messages/c<channel>` holds `channel.json` ({"id", "type", "name"?, "guild"?, "recipients"?}) and `messages.json`
([{"ID", "Timestamp", "Contents", "Attachments"}]), until 2023 `messages.csv` with the same columns; `account/user.json`
names the owner. A package contains only the messages that its owner wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from grooming_risk.conversation import Attribution, MessageKind
from grooming_risk.errors import GroomingRiskError, UnsupportedFormatError
from grooming_risk.readers.base.builder import ConversationBuilder
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions, UnreadableConversation
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.json_members import lists_objects, mapping, name, rows_of, text
from grooming_risk.readers.base.large_json import document_of
from grooming_risk.readers.base.times import by_time, known_time
from grooming_risk.readers.tables.csv_members import csv_rows, header

_FILES = ("messages.json", "messages.csv")
_FOLDER = re.compile(r"(?:.{0,200}/)?c?(\d{5,25})/messages\.(?:json|csv)\Z")
_COLUMNS = frozenset(("ID", "Timestamp", "Contents", "Attachments"))
_BEGINS = re.compile(r'\A\s*\[\s*\{\s*"ID"\s*:\s*"?\d{5,25}"?\s*,\s*"Timestamp"\s*:')
_ONE_SIDED = "the package contains only the messages of its owner; what others wrote is missing"


def _is_messages(head: str) -> bool:
    return _BEGINS.match(head) is not None or header(head) >= _COLUMNS


def _members(export: Export) -> list[str]:
    if len(export.names) == 1:
        return [member for member in export.names if _is_messages(export.head(member))]
    named = [member for file in _FILES for member in export.named(file) if _FOLDER.match(member)]
    return sorted(named) if any(_is_messages(export.head(member)) for member in named[:50]) else []


def _recognizes(export: Export) -> bool:
    return bool(_members(export))


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    members = _members(export) or [export.member()]
    owner = _owner(export)
    for member in members:
        found = _FOLDER.match(member)
        identifier = found[1] if found else "1"
        try:
            yield from _channel(export, member, identifier, owner, options)
        except GroomingRiskError as error:
            if len(members) == 1:
                raise
            yield UnreadableConversation(identifier, error)


def _owner(export: Export) -> tuple[str, str]:
    """Return the id and name of the owner, or empty ones."""
    for member in export.named("user.json")[:1]:
        user = mapping(export.json(member))
        return name(user.get("id")) or "", text(user.get("global_name")) or text(user.get("username")) or ""
    return "", ""


def _channel(
    export: Export, member: str, identifier: str, owner: tuple[str, str], options: ReadingOptions
) -> Iterator[ReadConversation]:
    rows = [(text(row.get("Contents")), _moment(row.get("Timestamp"))) for row in _rows(export, member)]
    times = [at if isinstance(at, datetime) else None for _, at in rows]
    builder = ConversationBuilder(identifier, options.limits)
    builder.warn(_ONE_SIDED)
    if times and times[0] and times[-1] and times[0] > times[-1]:  # newest first
        rows, times = rows[::-1], times[::-1]
    for index, (words, at) in enumerate(by_time(rows, times)):
        if words is None:
            builder.refuse_row(index, "its text")
            break
        builder.add(owner[0], words, at, MessageKind.TEXT, name=owner[1] or None)
    yield from builder.build()


def _moment(written: Any) -> Any:
    """Return a time, or what is written in its place, which the builder counts."""
    moment = known_time(written)
    return written if moment is None else moment


def _rows(export: Export, member: str) -> Iterator[Any]:
    if _BEGINS.match(export.head(member)) is None and not export.head(member).lstrip().startswith(("[", "{")):
        if not header(export.head(member)) >= _COLUMNS:
            raise UnsupportedFormatError(
                f"{export.where(member)} is not a messages file of a Discord package; choose a format with --from"
            )
        return (row for _, row in csv_rows(export, member))
    rows = document_of(export, member)
    if not lists_objects(rows):
        raise UnsupportedFormatError(
            f"{export.where(member)} is not a messages file of a Discord package; choose a format with --from"
        )
    return map(mapping, rows_of(rows))


READER = Reader(
    name="discord_package",
    attribution=Attribution.ACCOUNT,
    description="Discord data package: package.zip, its folder, or one messages.json or messages.csv",
    accepts=("zip", "folder", "file"),
    keeps=("times", "media"),
    limit="only the owner's own messages are in the package; what others wrote is missing",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Open Discord, then User Settings > Data & Privacy > Request Data; it takes up to 30 days.",
            "Give package.zip.",
            "To see what others wrote too, use DiscordChatExporter (see the format discord).",
        ),
        kept=("the owner's messages of all channels", "times in UTC", "ids of channels"),
        lost=("all messages of others", "edits and deletions", "replies and reactions"),
        source="seanbreckenridge/discord_data and other public readers; Discord publishes no schema",
        seen="packages of 2020 to 2026",
    ),
)
