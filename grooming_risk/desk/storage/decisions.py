"""Decisions: kept at once, undone within ten seconds, and then sealed as records that stay."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass, field

from grooming_risk.desk.storage.content import pack_text, unpack_text
from grooming_risk.desk.storage.moments import now, written
from grooming_risk.desk.storage.vault import Vault
from grooming_risk.errors import DeskError

UNDO_SECONDS = 10.0
STAGES = {"open": "first", "second": "second", "appeal": "appeal"}
_BEFORE = {stage: state for state, stage in STAGES.items()}


@dataclass(frozen=True, slots=True)
class MadeDecision:
    """What a reader decided.

    Attributes:
        id: number.
        case_id: number of the case.
        reader: who.
        stage: first, second or appeal.
        choice: escalate, no_concern or not_sure.
        note: in the reader's own words.
        decided_at: when.
        final_at: seconds since 1970 from which it can no longer be undone.
        state: pending, sealed or undone.
    """

    id: int
    case_id: int
    reader: str
    stage: str
    choice: str
    note: str = field(repr=False)
    decided_at: str
    final_at: float
    state: str


def decide(
    connection: sqlite3.Connection, number: int, reader: str, stage: str, choice: str, note: str, vault: Vault
) -> int:
    """Keep a decision.

    Args:
        connection: inside a transaction.
        number: of the case.
        reader: who decides.
        stage: that the reader saw on the page: first, second or appeal.
        choice: escalate, no_concern or not_sure.
        note: in the reader's own words; may be empty.
        vault: seals the note.

    Returns:
        The number of the decision.

    Raises:
        DeskError: the case has moved on since, or the same person has decided before.
    """
    row = connection.execute("SELECT state FROM cases WHERE id = ?", (number,)).fetchone()
    if row is None or STAGES.get(row["state"]) != stage:
        raise DeskError("this case has been decided or deleted in the meantime; open it again")
    if stage != "first" and any(item.reader == reader for item in decisions_of(connection, number, vault)):
        raise DeskError("a second reading and an appeal need somebody who has not decided about this case before")
    cursor = connection.execute(
        "INSERT INTO decisions (case_id, reader, stage, choice, note, decided_at, final_at, state) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, 'pending')",
        (
            *(number, reader, stage, choice, pack_text(note, vault) if note else None),
            *(written(now()), time.time() + UNDO_SECONDS),
        ),
    )
    connection.execute("UPDATE cases SET state = 'pending' WHERE id = ?", (number,))
    return int(cursor.lastrowid or 0)


def undo(connection: sqlite3.Connection, decision: int, reader: str) -> bool:
    """Take a decision back that is not sealed yet, and return whether that was still possible."""
    row = connection.execute("SELECT * FROM decisions WHERE id = ? AND reader = ?", (decision, reader)).fetchone()
    if row is None or row["state"] != "pending" or row["final_at"] <= time.time():
        return False
    connection.execute("UPDATE decisions SET state = 'undone', note = NULL WHERE id = ?", (decision,))
    connection.execute("UPDATE cases SET state = ? WHERE id = ?", (_BEFORE[row["stage"]], row["case_id"]))
    return True


def pending(connection: sqlite3.Connection, vault: Vault, *, case: int | None = None) -> list[MadeDecision]:
    """Return decisions to seal: those that can no longer be undone, or the pending one of a case."""
    where, values = ("final_at <= ?", time.time()) if case is None else ("case_id = ?", case)
    rows = connection.execute(f"SELECT * FROM decisions WHERE state = 'pending' AND {where} ORDER BY id", (values,))
    return [_decision(row, vault) for row in rows]


def decision_numbered(connection: sqlite3.Connection, decision: int, vault: Vault) -> MadeDecision | None:
    """Return a decision; None if there is none of this number."""
    row = connection.execute("SELECT * FROM decisions WHERE id = ?", (decision,)).fetchone()
    return None if row is None else _decision(row, vault)


def decisions_of(connection: sqlite3.Connection, number: int, vault: Vault) -> list[MadeDecision]:
    """Return the decisions about a case that were not undone, oldest first."""
    rows = connection.execute("SELECT * FROM decisions WHERE case_id = ? AND state <> 'undone' ORDER BY id", (number,))
    return [_decision(row, vault) for row in rows]


def sealed(connection: sqlite3.Connection, decision: MadeDecision, state: str) -> None:
    """Mark a decision as sealed; the case goes on to its next state."""
    connection.execute("UPDATE decisions SET state = 'sealed' WHERE id = ?", (decision.id,))
    connection.execute(
        "UPDATE cases SET state = ?, choice = ? WHERE id = ?", (state, decision.choice, decision.case_id)
    )


def ask_again(connection: sqlite3.Connection, number: int) -> bool:
    """Put a decided case before another reader, and return whether it was decided."""
    changed = connection.execute("UPDATE cases SET state = 'appeal' WHERE id = ? AND state = 'decided'", (number,))
    return changed.rowcount == 1


def _decision(row: sqlite3.Row, vault: Vault) -> MadeDecision:
    values = {name: row[name] for name in MadeDecision.__slots__ if name != "note"}
    return MadeDecision(note=unpack_text(row["note"], vault), **values)
