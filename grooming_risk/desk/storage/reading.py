"""What was opened and viewed, by whom and when: written down when it happens, before a text is shown."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta

from grooming_risk.desk.storage.moments import now, read, written

_PAUSE = timedelta(minutes=10)  # a longer gap between two texts is a break
_AT_ONCE = timedelta(minutes=30)  # somebody who opened a case within this time may still be reading it


def opened(connection: sqlite3.Connection, number: int, reader: str) -> None:
    """Write down that a case was opened."""
    connection.execute(
        "INSERT INTO openings (case_id, reader, opened_at) VALUES (?, ?, ?)", (number, reader, written(now()))
    )


def viewed(connection: sqlite3.Connection, number: int, reader: str, messages: Iterable[int]) -> None:
    """Write down that texts of messages are about to be shown; the first time counts."""
    moment = written(now())
    connection.executemany(
        "INSERT INTO views (case_id, reader, message, viewed_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [(number, reader, message, moment) for message in messages],
    )


def viewed_by(connection: sqlite3.Connection, number: int, reader: str, until: str) -> list[int]:
    """Return the messages whose texts a reader has seen, in order."""
    rows = connection.execute(
        "SELECT message FROM views WHERE case_id = ? AND reader = ? AND viewed_at <= ? ORDER BY message",
        (number, reader, until),
    )
    return [row["message"] for row in rows]


def first_opened(connection: sqlite3.Connection, number: int, reader: str) -> str | None:
    """Return when a reader first opened a case."""
    row = connection.execute(
        "SELECT min(opened_at) AS first FROM openings WHERE case_id = ? AND reader = ?", (number, reader)
    ).fetchone()
    return None if row["first"] is None else str(row["first"])


def others_reading(connection: sqlite3.Connection, number: int, reader: str) -> list[str]:
    """Return who else opened a case in the last half hour."""
    since = written(now() - _AT_ONCE)
    rows = connection.execute(
        "SELECT DISTINCT reader FROM openings WHERE case_id = ? AND reader <> ? AND opened_at >= ? ORDER BY reader",
        (number, reader, since),
    )
    return [row["reader"] for row in rows]


def cases_read(connection: sqlite3.Connection, reader: str, since: str) -> int:
    """Return how many cases a reader has seen texts of since a time."""
    row = connection.execute(
        "SELECT count(DISTINCT case_id) AS cases FROM views WHERE reader = ? AND viewed_at >= ?", (reader, since)
    ).fetchone()
    return int(row["cases"])


def minutes_at_it(connection: sqlite3.Connection, reader: str) -> int:
    """Return how long a reader has been reading without a pause of ten minutes, in minutes."""
    moment: datetime = now()
    latest = start = moment
    rows = connection.execute(
        "SELECT DISTINCT viewed_at FROM views WHERE reader = ? AND viewed_at >= ? ORDER BY viewed_at DESC",
        (reader, written(moment - timedelta(hours=12))),
    )
    for row in rows:
        at = read(row["viewed_at"])
        if latest - at > _PAUSE:
            break
        latest = start = at
    return int((moment - start) / timedelta(minutes=1))
