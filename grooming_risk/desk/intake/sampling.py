"""The random sample of conversations without a flag, drawn once an import is read, so that misses can be counted."""

from __future__ import annotations

import math
import random
import sqlite3

from grooming_risk.desk.storage.imports import import_is_read, set_import_state
from grooming_risk.desk.storage.moments import now, written
from grooming_risk.outcome import Outcome

_CHANCE = random.SystemRandom()


def finish_import(connection: sqlite3.Connection, number: int, percent: float) -> bool:
    """Close an import whose exports are all read, and draw its sample in the same transaction.

    Args:
        connection: inside a transaction.
        number: of the import.
        percent: share of its conversations without a flag that is drawn, rounded up; 0 for no sample.

    Returns:
        Whether it was closed.
    """
    if not import_is_read(connection, number):
        return False
    rows = connection.execute(
        "SELECT id FROM cases WHERE import_id = ? AND outcome = ? AND sample IS NULL AND state = 'open' ORDER BY id",
        (number, Outcome.NO_REVIEW.value),
    )
    population = [row["id"] for row in rows]
    drawn = math.ceil(len(population) * percent / 100)
    if drawn:
        name = f"import-{number}"
        connection.execute(
            "INSERT INTO samples (name, import_id, drawn, population, created_at) VALUES (?, ?, ?, ?, ?)",
            (name, number, drawn, len(population), written(now())),
        )
        connection.executemany(
            "UPDATE cases SET sample = ? WHERE id = ?", [(name, case) for case in _CHANCE.sample(population, drawn)]
        )
    return set_import_state(connection, number, "open", "done")
