"""Reader of Reddit's data download: `chat_history.csv`, `messages.csv` and `messages_archive.csv`.

Schema, read in public readers of downloads (2021 to 2026): chats have message_id, created_at, updated_at, username,
message, thread_parent_message_id, channel_url, subreddit, channel_name, conversation_type; private messages have id,
permalink, thread_id, date, ip, from, to, subject, body. Times are "2026-03-01 19:02:11 UTC".
"""

from __future__ import annotations

from collections.abc import Iterator

from grooming_risk.conversation import Attribution
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.rows import Row, gather_by_time
from grooming_risk.readers.tables.csv_members import csv_members, csv_rows

_CHAT = frozenset(("message_id", "created_at", "username", "message", "channel_url"))
_MAIL = frozenset(("id", "thread_id", "date", "from", "to", "body"))
_FILES = {"chat_history.csv": _CHAT, "messages.csv": _MAIL, "messages_archive.csv": _MAIL}
_DELETED = ("[deleted]", "[removed]")


def _recognizes(export: Export) -> bool:
    return bool(csv_members(export, _FILES))


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    members = csv_members(export, _FILES)
    if not members:
        raise UnsupportedFormatError(f"{export.name} has no messages file of Reddit; choose a format with --from")
    yield from gather_by_time((row for member in members for row in _rows(export, member)), options.limits)


def _rows(export: Export, member: str) -> Iterator[Row]:
    for number, row in csv_rows(export, member):
        chat = "channel_url" in row
        text = row.get("message" if chat else "body", "")
        people = " & ".join(sorted((row.get("from", ""), row.get("to", ""))))
        yield Row(
            place=f"{export.where(member)} line {number}",
            conversation=row.get("channel_url" if chat else "thread_id", "") or people or "1",
            speaker=row.get("username" if chat else "from", "") or None,
            text="" if text in _DELETED else text,
            sent_at=row.get("created_at" if chat else "date", "").removesuffix(" UTC") or None,
            kind="deleted" if text in _DELETED else None,
        )


READER = Reader(
    name="reddit",
    attribution=Attribution.ACCOUNT,
    description="Reddit data download: the zip or folder, or its chat_history.csv or messages.csv",
    accepts=("zip", "folder", "file"),
    keeps=("times", "deletions", "media"),
    limit="edits are not marked; subjects of private messages are left out",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=("Open reddit.com/settings/data-request, sign in and request the data.", "Give the downloaded zip."),
        kept=("user names", "times in UTC", "chats and private messages"),
        lost=("pictures", "edits", "subjects of private messages"),
        source="public readers of downloads; Reddit publishes no schema",
        seen="downloads of 2021 to 2026",
    ),
)
