"""Reader of WhatsApp's decrypted database on Android, `msgstore.db`.

Tables, as readers in public repositories use them. Since 2022: `message` (chat_row_id, from_me, sender_jid_row_id,
timestamp in milliseconds, message_type, text_data), `chat` (jid_row_id, subject), `jid` (raw_string),
`message_edit_info`. Before: `messages` (key_remote_jid, key_from_me, data, timestamp, media_wa_type, remote_resource,
status). `message_type` is 0 for text, 7 for notices, 10 for calls, 15 for deleted messages; others are media, with a
caption in `text_data`. The owner of the phone has the empty name. Unverified on a database of the newest versions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grooming_risk.conversation import Attribution
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.database import Database, database_with
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.rows import Row, gather_by_time

_NEW = {
    "message": ("_id", "chat_row_id", "from_me", "sender_jid_row_id", "timestamp", "message_type", "text_data"),
    "chat": ("_id", "jid_row_id"),
    "jid": ("_id", "raw_string"),
}
_OLD = {
    "messages": (
        "_id",
        "key_remote_jid",
        "key_from_me",
        "data",
        "timestamp",
        "media_wa_type",
        "remote_resource",
        "status",
    )
}
_FILES = ("msgstore.db",)
_KINDS = {0: None, 7: "system", 10: "system", 15: "deleted"}
_NOTICE = 6  # `status` of notices in the old tables


def _recognizes(export: Export) -> bool:
    return _member(export) is not None


def _member(export: Export) -> str | None:
    return database_with(export, _NEW, _FILES) or database_with(export, _OLD, _FILES)


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    database = Database(export, _member(export) or export.member())
    new = all(database.has(table, *columns) for table, columns in _NEW.items())
    yield from gather_by_time(_new(database) if new else _old(database), options.limits)


def _new(database: Database) -> Iterator[Row]:
    people = dict(database.rows("SELECT _id, raw_string FROM jid", ("jid",)))
    chats = dict(database.rows("SELECT _id, jid_row_id FROM chat", ("chat",)))
    edited: set[Any] = set()
    if database.has("message_edit_info", "message_row_id"):
        edited = {
            number
            for (number,) in database.rows("SELECT message_row_id FROM message_edit_info", ("message_edit_info",))
        }
    for values in database.rows(f"SELECT {', '.join(_NEW['message'])} FROM message", ("message",)):
        number, chat, own, sender, date, type_, text = values
        if chat not in chats:  # a row that WhatsApp itself needs
            continue
        other = people.get(chats[chat])
        speaker = "" if own else people.get(sender) or other
        yield _row(number, other, speaker, text, date, type_, edited=number in edited)


def _old(database: Database) -> Iterator[Row]:
    for values in database.rows(f"SELECT {', '.join(_OLD['messages'])} FROM messages", ("messages",)):
        number, chat, own, text, date, type_, sender, status = values
        if not isinstance(chat, str) or chat == "-1":
            continue
        kind = int(type_) if isinstance(type_, str) and type_.isdecimal() and len(type_) < 5 else type_
        speaker = "" if own else sender or chat
        yield _row(number, chat, speaker, text, date, 7 if status == _NOTICE else kind or 0, edited=False)


def _row(
    number: object, chat: object, speaker: object, text: object, date: object, type_: object, *, edited: bool
) -> Row:
    words = text if isinstance(text, str) else ""
    kind = _KINDS.get(type_) if isinstance(type_, int) else None
    return Row(
        place=f"message {number if isinstance(number, int) else '?'}",
        conversation=chat if isinstance(chat, str) else "1",
        speaker=speaker if isinstance(speaker, str) else "",
        text=words,
        sent_at=date if isinstance(date, int) and date > 0 else None,
        kind="edited" if edited and kind is None and words else kind,
    )


READER = Reader(
    name="whatsapp_database",
    attribution=Attribution.ACCOUNT,
    description="WhatsApp's decrypted database on Android: msgstore.db",
    accepts=("file", "folder", "zip"),
    keeps=("times", "edits", "deletions", "media", "system notices"),
    limit="the owner has the empty name; others are phone numbers; encrypted backups (.crypt15) are not read",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Prefer the app's own export of one chat: open it, then ⋮ > More > Export chat.",
            "Decrypt a backup with its 64-digit key (for example with wa-crypt-tools) and give msgstore.db.",
        ),
        kept=("ids of senders", "times", "edits, with the latest text", "deletions, without text"),
        lost=("names of contacts, which are in wa.db", "reactions and votes"),
        source="readers of msgstore.db in public repositories; WhatsApp publishes no schema",
        seen="tables before and since 2022",
    ),
)
