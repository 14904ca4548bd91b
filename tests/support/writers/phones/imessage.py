"""`chat.db` of macOS, with the text in `attributedBody` only, as since macOS 13."""

import sqlite3
from contextlib import closing

from grooming_risk.conversation import MessageKind

SCHEMA = """
CREATE TABLE handle (ROWID INTEGER PRIMARY KEY, id TEXT, service TEXT);
CREATE TABLE chat (ROWID INTEGER PRIMARY KEY, guid TEXT, chat_identifier TEXT, display_name TEXT);
CREATE TABLE message (ROWID INTEGER PRIMARY KEY, guid TEXT, text TEXT, attributedBody BLOB, handle_id INTEGER,
  date INTEGER, is_from_me INTEGER, item_type INTEGER DEFAULT 0, associated_message_type INTEGER DEFAULT 0,
  date_edited INTEGER DEFAULT 0, date_retracted INTEGER DEFAULT 0);
CREATE TABLE chat_message_join (chat_id INTEGER, message_id INTEGER);
"""
EPOCH = 978_307_200


def archived(text):
    """A text as the archive holds it."""
    data = text.encode()
    size = bytes([len(data)]) if len(data) < 128 else b"\x81" + len(data).to_bytes(2, "little")
    return (
        b"\x04\x0bstreamtyped\x81\xe8\x03\x84\x01@\x84\x84\x84\x08NSString\x01\x94\x84\x01+" + size + data + b"\x86\x84"
    )


def write(conversation, path, names, identifier):
    """Nobody is the owner; every message needs a time; texts have at most 65,535 bytes."""
    people = {speaker: number for number, speaker in enumerate(dict.fromkeys(m.speaker for m in conversation), start=1)}
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(SCHEMA)
        database.execute("INSERT INTO chat VALUES (1, 'g', ?, '')", (identifier,))
        database.executemany(
            "INSERT INTO handle VALUES (?, ?, 'iMessage')", [(number, names[who]) for who, number in people.items()]
        )
        for number, message in enumerate(conversation, start=1):
            database.execute(
                "INSERT INTO message VALUES (?, '', NULL, ?, ?, ?, 0, ?, 0, ?, ?)",
                (
                    number,
                    archived(message.text) if message.text else None,
                    people[message.speaker],
                    round((message.sent_at.timestamp() - EPOCH) * 10**6) * 1_000,
                    int(message.kind is MessageKind.SYSTEM),
                    int(message.kind is MessageKind.EDITED),
                    int(message.kind is MessageKind.DELETED),
                ),
            )
            database.execute("INSERT INTO chat_message_join VALUES (1, ?)", (number,))
