"""Hand-overs of cases: the answers, as a draft that can be continued, and the package that was made."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from grooming_risk.desk.storage.content import pack_text, unpack_text
from grooming_risk.desk.storage.moments import now, written
from grooming_risk.desk.storage.vault import Vault


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """One hand-over.

    Attributes:
        id: number.
        case_id: number of the case.
        answers: what a person answered so far, as plain JSON types.
        country: code of the country that the person chose.
        language: of the package.
        stored: name of the zip in the folder of packages; None while there is none.
        digest: of the package.
        decision: digest of the record that it rests on.
        created_at: when the package was made, or else the draft.
    """

    id: int
    case_id: int
    answers: Mapping[str, Any] = field(repr=False)
    country: str | None
    language: str
    stored: str | None
    digest: str | None
    decision: str | None
    created_at: str


def draft_of(connection: sqlite3.Connection, number: int, vault: Vault) -> HandoverRow | None:
    """Return the draft of a case; None if there is none."""
    row = connection.execute(
        "SELECT * FROM handovers WHERE case_id = ? AND stored IS NULL ORDER BY id DESC LIMIT 1", (number,)
    ).fetchone()
    return None if row is None else _row(row, vault)


def keep_draft(
    connection: sqlite3.Connection,
    number: int,
    answers: Mapping[str, Any],
    country: str | None,
    language: str,
    vault: Vault,
) -> None:
    """Keep what a person has answered so far; there is one draft a case."""
    connection.execute("DELETE FROM handovers WHERE case_id = ? AND stored IS NULL", (number,))
    connection.execute(
        "INSERT INTO handovers (case_id, answers, country, language, created_at) VALUES (?, ?, ?, ?, ?)",
        (number, pack_text(json.dumps(answers), vault), country, language, written(now())),
    )


def keep_package(connection: sqlite3.Connection, draft: int, stored: str, digest: str, decision: str) -> None:
    """Turn a draft into the package that was made from it."""
    connection.execute(
        "UPDATE handovers SET stored = ?, digest = ?, decision = ?, created_at = ? WHERE id = ?",
        (stored, digest, decision, written(now()), draft),
    )


def packages_of(connection: sqlite3.Connection, number: int, vault: Vault) -> list[HandoverRow]:
    """Return the packages of a case, oldest first."""
    rows = connection.execute("SELECT * FROM handovers WHERE case_id = ? AND stored IS NOT NULL ORDER BY id", (number,))
    return [_row(row, vault) for row in rows]


def stored_packages(connection: sqlite3.Connection) -> frozenset[str]:
    """Return the names in the folder of packages that the data base knows."""
    rows = connection.execute("SELECT stored FROM handovers WHERE stored IS NOT NULL")
    return frozenset(row["stored"] for row in rows)


def _row(row: sqlite3.Row, vault: Vault) -> HandoverRow:
    values = {name: row[name] for name in HandoverRow.__slots__ if name != "answers"}
    return HandoverRow(answers=json.loads(unpack_text(row["answers"], vault)), **values)
