"""Reader of Android's SMS and MMS database, `mmssms.db` (com.android.providers.telephony).

Tables of the Android Open Source Project (MmsSmsDatabaseHelper.java): `sms` (thread_id, address, date in milliseconds,
type, body), and for MMS `pdu` (thread_id, date in seconds, msg_box), `part` (mid, ct, text), `addr` (msg_id, address,
type 137 for the sender). Types are those of `sms_backup`. The owner of the phone has the empty name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grooming_risk.conversation import Attribution
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.database import Database, database_with
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.rows import Row, gather_by_time

_SMS = ("_id", "thread_id", "address", "date", "type", "body")
_MMS = {
    "pdu": ("_id", "thread_id", "date", "msg_box"),
    "part": ("mid", "ct", "text"),
    "addr": ("msg_id", "address", "type"),
}
_FILES = ("mmssms.db",)
_RECEIVED, _SENDER = 1, 137


def _recognizes(export: Export) -> bool:
    return database_with(export, {"sms": _SMS}, _FILES) is not None


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    member = database_with(export, {"sms": _SMS}, _FILES) or export.member()
    yield from gather_by_time(_rows(Database(export, member)), options.limits)


def _rows(database: Database) -> Iterator[Row]:
    for values in database.rows(f"SELECT {', '.join(_SMS)} FROM sms", ("sms",)):
        number, thread, address, date, kind, body = values
        received = kind == _RECEIVED
        yield _row("SMS", number, thread, address if received else "", body, date)
    if all(database.has(table, *columns) for table, columns in _MMS.items()):
        yield from _mms(database)


def _mms(database: Database) -> Iterator[Row]:
    senders = {
        number: address
        for number, address in database.rows(f"SELECT msg_id, address FROM addr WHERE type = {_SENDER}", ("addr",))
        if isinstance(address, str)
    }
    texts: dict[Any, str] = {}
    further: dict[Any, list[str]] = {}  # few messages have more than one
    for number, text in database.rows("SELECT mid, text FROM part WHERE ct = 'text/plain'", ("part",)):
        if isinstance(text, str) and number in texts:
            further.setdefault(number, []).append(text)
        elif isinstance(text, str):
            texts[number] = text
    for number, thread, date, box in database.rows("SELECT _id, thread_id, date, msg_box FROM pdu", ("pdu",)):
        received = box == _RECEIVED
        sent_at = date if isinstance(date, int) and abs(date) < 10**11 else None
        yield _row(
            "MMS",
            number,
            thread,
            senders.get(number, "") if received else "",
            "\n".join((texts.pop(number, ""), *further.get(number, ()))),
            sent_at,
        )


def _row(sort: str, number: object, thread: object, speaker: object, text: object, date: object) -> Row:
    return Row(
        place=f"{sort} {number if isinstance(number, int) else '?'}",
        conversation=str(thread) if isinstance(thread, (int, str)) else "1",
        speaker=str(speaker) if isinstance(speaker, (int, str)) else "",
        text=text if isinstance(text, str) else "",
        sent_at=date if isinstance(date, int) else None,
    )


READER = Reader(
    name="android_sms",
    attribution=Attribution.ACCOUNT,
    description="Android's database of SMS and MMS: mmssms.db",
    accepts=("file", "folder", "zip"),
    keeps=("times", "media"),
    limit="the owner of the phone has the empty name; others are phone numbers",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Copy data/data/com.android.providers.telephony/databases/mmssms.db out of a backup or extraction.",
            "Without one, use the app SMS Backup & Restore.",
        ),
        kept=("SMS and MMS", "times", "phone numbers"),
        lost=("names of contacts", "deleted messages", "RCS chats"),
        source="MmsSmsDatabaseHelper.java of the Android Open Source Project",
        seen="tables of Android 4 to 14; unverified on makers' own versions",
    ),
)
