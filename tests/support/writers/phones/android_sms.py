"""`mmssms.db` of Android, each message an MMS, since only those name their senders in a chat of several."""

import sqlite3
from contextlib import closing

SCHEMA = """
CREATE TABLE sms (_id INTEGER PRIMARY KEY, thread_id INTEGER, address TEXT, date INTEGER, type INTEGER, body TEXT);
CREATE TABLE pdu (_id INTEGER PRIMARY KEY, thread_id INTEGER, date INTEGER, msg_box INTEGER);
CREATE TABLE part (_id INTEGER PRIMARY KEY, mid INTEGER, ct TEXT, text TEXT);
CREATE TABLE addr (_id INTEGER PRIMARY KEY, msg_id INTEGER, address TEXT, type INTEGER);
"""


def write(conversation, path, names, identifier):
    """Times have whole seconds; messages without text are pictures."""
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(SCHEMA)
        for number, message in enumerate(conversation, start=1):
            date = int(message.sent_at.timestamp())
            database.execute("INSERT INTO pdu VALUES (?, ?, ?, 1)", (number, identifier, date))
            database.execute("INSERT INTO addr VALUES (?, ?, ?, 137)", (number, number, names[message.speaker]))
            part = ("text/plain", message.text) if message.text else ("image/jpeg", None)
            database.execute("INSERT INTO part VALUES (?, ?, ?, ?)", (number, number, *part))
