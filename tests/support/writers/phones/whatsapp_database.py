"""`msgstore.db` of WhatsApp, tables since 2022."""

import sqlite3
from contextlib import closing

from grooming_risk.conversation import MessageKind

SCHEMA = """
CREATE TABLE jid (_id INTEGER PRIMARY KEY, user TEXT, server TEXT, raw_string TEXT);
CREATE TABLE chat (_id INTEGER PRIMARY KEY, jid_row_id INTEGER, subject TEXT);
CREATE TABLE message (_id INTEGER PRIMARY KEY, chat_row_id INTEGER, from_me INTEGER, sender_jid_row_id INTEGER,
  timestamp INTEGER, message_type INTEGER, text_data TEXT);
CREATE TABLE message_edit_info (message_row_id INTEGER PRIMARY KEY, edited_timestamp INTEGER);
"""
TYPES = {MessageKind.SYSTEM: 7, MessageKind.MEDIA: 1, MessageKind.DELETED: 15}


def write(conversation, path, names, identifier):
    """Nobody is the owner; every message needs a time after 1970."""
    people = {speaker: number for number, speaker in enumerate(dict.fromkeys(m.speaker for m in conversation), start=2)}
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(SCHEMA)
        database.execute("INSERT INTO jid VALUES (1, 'x', 'g.us', ?)", (identifier,))
        database.execute("INSERT INTO chat VALUES (1, 1, NULL)")
        for speaker, number in people.items():
            database.execute("INSERT INTO jid VALUES (?, '', '', ?)", (number, names[speaker]))
        for number, message in enumerate(conversation, start=1):
            sent_at = round(message.sent_at.timestamp() * 1000)
            row = (number, people[message.speaker], sent_at, TYPES.get(message.kind, 0), message.text or None)
            database.execute("INSERT INTO message VALUES (?, 1, 0, ?, ?, ?, ?)", row)
            if message.kind is MessageKind.EDITED:
                database.execute("INSERT INTO message_edit_info VALUES (?, 1)", (number,))
