"""Reader of iMessage's database: `chat.db` of macOS, `sms.db` of an iPhone (in a backup 3d0d7e5f…).

Tables, as readers in public repositories use them: `message` (text, attributedBody, date, is_from_me, handle_id,
item_type, associated_message_type, date_edited, date_retracted), `handle`, `chat`, `chat_message_join`. `date` counts
from 2001, in nanoseconds since macOS 10.13 and in seconds before. Since macOS 13 the text is often only in
`attributedBody`. Reactions (associated_message_type 2000 to 3999) are not messages. Unverified on newer versions than
macOS 15. The database is read without its write-ahead log, so the newest messages may be missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grooming_risk.conversation import Attribution
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.database import Database, database_with
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.rows import Row, gather_by_time
from grooming_risk.readers.phones.typed_stream import text_of

_TABLES = {
    "message": ("ROWID", "text", "date", "is_from_me", "handle_id"),
    "handle": ("ROWID", "id"),
    "chat": ("ROWID", "chat_identifier"),
    "chat_message_join": ("chat_id", "message_id"),
}
_FILES = ("chat.db", "sms.db", "3d0d7e5fb2ce288813306e4d4636395e047a3d28")
_EPOCH = 978_307_200
_NANOSECONDS_FROM = 10**11
_LATEST = 4 * 10**9
_OPTIONAL = ("attributedBody", "item_type", "associated_message_type", "date_edited", "date_retracted")
_ATTACHMENT = "\ufffc"
_LOG = "the database has a write-ahead log that is not read; newest messages may be missing"


def _recognizes(export: Export) -> bool:
    return database_with(export, _TABLES, _FILES) is not None


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    member = database_with(export, _TABLES, _FILES) or export.member()
    database = Database(export, member)
    has = database.columns("message")
    optional = ", ".join(f"m.{name}" if name in has else "NULL" for name in _OPTIONAL)
    query = (
        "SELECT c.chat_identifier, c.ROWID, h.id, m.is_from_me, m.date, m.text, "
        f"{optional} FROM chat_message_join j JOIN message m ON m.ROWID = j.message_id "
        "JOIN chat c ON c.ROWID = j.chat_id LEFT JOIN handle h ON h.ROWID = m.handle_id"
    )
    warnings = (_LOG,) if f"{member}-wal" in export.names or export.has_beside(f"{member}-wal") else ()
    rows = database.rows(query, tuple(_TABLES))
    yield from gather_by_time((row for row in map(_row, rows) if row is not None), options.limits, warnings)


def _row(values: tuple[Any, ...]) -> Row | None:
    chat, number, handle, own, date, text, body, item, reaction, edited, retracted = values
    if isinstance(reaction, int) and 2_000 <= reaction < 4_000:
        return None
    words = (text if isinstance(text, str) and text else text_of(body)).replace(_ATTACHMENT, "")
    kind = None
    if item not in (None, 0):
        kind = "system"
    elif retracted not in (None, 0) or (edited not in (None, 0) and not words):
        kind = "deleted"
    elif edited not in (None, 0):
        kind = "edited"
    return Row(
        place=f"message of chat {number}",
        conversation=str(chat or number),
        speaker="" if own else str(handle or ""),
        text=words,
        sent_at=_moment(date),
        kind=kind,
    )


def _moment(date: object) -> float | None:
    if not isinstance(date, int) or date <= 0:
        return None
    seconds = date / 1e9 if date > _NANOSECONDS_FROM else float(date)
    return seconds + _EPOCH if seconds < _LATEST else None


READER = Reader(
    name="imessage",
    attribution=Attribution.ACCOUNT,
    description="iMessage and SMS of Apple devices: chat.db (Mac), sms.db (iPhone backup)",
    accepts=("file", "folder", "zip"),
    keeps=("times", "edits", "deletions", "media", "system notices"),
    limit="the owner has the empty name; others are phone numbers and addresses; recently deleted messages are lost",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "On the Mac, quit Messages and copy ~/Library/Messages/chat.db (with chat.db-wal, if there is one).",
            "Of an iPhone, make an unencrypted backup and copy 3d/3d0d7e5fb2ce288813306e4d4636395e047a3d28.",
            "Or export with iMazing (CSV) or imessage-exporter (txt).",
        ),
        kept=("times", "edits, with the latest text", "retracted messages, without text", "group chats"),
        lost=("names of contacts", "earlier texts of edited messages", "reactions"),
        source="readers of chat.db in public repositories; Apple publishes no schema",
        seen="columns of macOS 10.13 to 15",
    ),
)
