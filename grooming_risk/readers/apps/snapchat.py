"""Reader of Snapchat's "My Data": `chat_history.json`.

Two schemas, read in public repositories:
  since 2023: {"friend or group": [{"From", "Media Type", "Created": "2023-03-01 19:02:00 UTC", "Content",
               "Conversation Title", "IsSender", "Created(microseconds)", "IsSaved"}]}, newest first
  before:     {"Received Saved Chat History": [{"From", "Media Type", "Created", "Text"}], "Sent Saved Chat History":
               [{"To", …}]}, where texts are HTML-escaped
Only saved chats are in the export. "STATUS…" rows are notices; rows of another type than TEXT are media.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

from grooming_risk.conversation import Attribution
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.json_members import items, mapping, members_of, name, rows_of, text
from grooming_risk.readers.base.large_json import document_of, is_list
from grooming_risk.readers.base.rows import Row, gather_by_time

_FILES = ("chat_history.json",)
_OLD = ("Received Saved Chat History", "Sent Saved Chat History")


def _is_chat(head: str) -> bool:
    old = any(f'"{key}"' in head for key in _OLD)
    return head.lstrip().startswith("{") and (old or ('"Media Type"' in head and '"IsSender"' in head))


def _recognizes(export: Export) -> bool:
    return bool(members_of(export, _FILES, _is_chat))


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    members = members_of(export, _FILES, _is_chat) or [export.member()]
    for member in members:
        yield from gather_by_time(_rows(document_of(export, member), export.where(member)), options.limits)


def _rows(data: Any, where: str) -> Iterator[Row]:
    if not isinstance(data, dict) or not any(is_list(rows) for rows in data.values()):
        raise UnsupportedFormatError(f"{where} is not a chat history of Snapchat; choose a format with --from")
    number = 0
    for key, rows in items(data):
        for row in map(mapping, rows_of(rows)):
            number += 1
            yield _row(number, key, row)


def _row(number: int, key: str, row: Any) -> Row:
    old = key in _OLD
    other = name(row.get("From")) or name(row.get("To"))
    own = bool(row.get("IsSender")) or (old and "To" in row)
    words = text(row.get("Text") if old else row.get("Content"))
    sort = row.get("Media Type")
    created = row.get("Created")
    return Row(
        place=f"message {number}",
        conversation=(other or "1") if old else key,
        speaker="" if own else other,
        text=html.unescape(words) if words and old else words or "",
        sent_at=created.removesuffix(" UTC") if isinstance(created, str) else None,
        kind="system" if isinstance(sort, str) and sort.startswith("STATUS") else None,
        fault="" if words is not None else "the text is not a string; export it again",
    )


READER = Reader(
    name="snapchat",
    attribution=Attribution.ACCOUNT,
    description="Snapchat My Data: chat_history.json, its folder or the zip",
    accepts=("file", "folder", "zip"),
    keeps=("times", "media", "system notices"),
    limit="only saved chats are in the export; the owner has the empty name",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Open Snapchat, then Settings > My Data (or accounts.snapchat.com > My Data).",
            "Choose Include your chat history and JSON files, and request the data.",
            "Give the downloaded zip.",
        ),
        kept=("saved messages", "times in UTC", "user names"),
        lost=("messages that were not saved", "snaps", "edits and deletions"),
        source="parsers and type definitions in public repositories; Snap publishes no schema",
        seen="schemas before and since 2023",
    ),
)
