"""The queue: which cases are to be read next, filtered and paged in the data base."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from grooming_risk.desk.storage.cases import CaseRow, to_row
from grooming_risk.desk.storage.vault import Vault
from grooming_risk.tactics import Tactic

PAGE = 50  # cases on a page
# Flagged conversations come ranked. Those of a sample come in the order of their numbers: a rank would tell what the
# program thinks, and the sample is there to find what it missed.
_RANKED, _BY_NUMBER, _LATEST = "probability DESC, id", "id", "id DESC"
SHELVES: dict[str, tuple[str, str]] = {
    "flagged": ("state IN ('open', 'pending') AND outcome = 'review'", _RANKED),
    "sample": ("state IN ('open', 'pending') AND sample IS NOT NULL", _BY_NUMBER),
    "unscored": ("state IN ('open', 'pending') AND outcome = 'abstained'", _BY_NUMBER),
    "second": ("state = 'second'", _RANKED),
    "appeal": ("state = 'appeal'", _BY_NUMBER),
    "decided": ("state = 'decided'", _LATEST),
    "unflagged": ("state IN ('open', 'pending') AND outcome = 'no_review' AND sample IS NULL", _LATEST),
    "all": ("1 = 1", _LATEST),
}


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What a person wants to see.

    Attributes:
        shelf: one of `SHELVES`.
        tactic: only conversations that show it; empty for all.
        language: only conversations in it; empty for all.
        source: only conversations that this reader read; empty for all.
        since: only conversations that end on this day or later; empty for all.
        until: only conversations that begin on this day or earlier; empty for all.
    """

    shelf: str = "flagged"
    tactic: str = ""
    language: str = ""
    source: str = ""
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of the queue.

    Attributes:
        cases: the cases.
        tactics: number of a case → tactics in it.
        total: cases on all pages.
        page: number of this page, from 1.
    """

    cases: tuple[CaseRow, ...]
    tactics: dict[int, tuple[str, ...]]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """Number of pages, at least 1."""
        return max(1, -(-self.total // PAGE))


def queue_page(connection: sqlite3.Connection, asked: QueueFilter, page: int, vault: Vault) -> QueuePage:
    """Return one page of the queue; the last one where there are fewer."""
    where, values = _where(asked)
    total = int(connection.execute(f"SELECT count(*) FROM cases WHERE {where}", values).fetchone()[0])
    page = min(max(1, page), max(1, -(-total // PAGE)))
    rows = connection.execute(
        f"SELECT * FROM cases WHERE {where} ORDER BY {SHELVES[asked.shelf][1]} LIMIT ? OFFSET ?",
        (*values, PAGE, (page - 1) * PAGE),
    ).fetchall()
    cases = tuple(to_row(row, vault) for row in rows)
    return QueuePage(cases, _tactics(connection, [case.id for case in cases]), total, page)


def neighbour(connection: sqlite3.Connection, asked: QueueFilter, number: int) -> int | None:
    """Return the case to read after another one: the first of the shelf that is not it; None if there is none."""
    where, values = _where(asked)
    row = connection.execute(
        f"SELECT id FROM cases WHERE {where} AND state <> 'pending' AND id <> ? ORDER BY {SHELVES[asked.shelf][1]} "
        "LIMIT 1",
        (*values, number),
    ).fetchone()
    return None if row is None else int(row["id"])


def shelf_counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Return the number of cases on each shelf."""
    sums = ", ".join(f'coalesce(sum({where}), 0) AS "{name}"' for name, (where, _) in SHELVES.items())
    row = connection.execute(f"SELECT {sums} FROM cases").fetchone()
    return {name: int(row[name]) for name in SHELVES}


def known_values(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """Return what can be filtered by: all tactics, and languages and readers that occur."""
    queries = {
        "language": "SELECT DISTINCT language AS value FROM cases WHERE language IS NOT NULL ORDER BY 1",
        "source": "SELECT DISTINCT format AS value FROM cases ORDER BY 1",
    }
    found = {name: [row["value"] for row in connection.execute(query)] for name, query in queries.items()}
    return {"tactic": [tactic.value for tactic in Tactic], **found}


def _where(asked: QueueFilter) -> tuple[str, tuple[str, ...]]:
    """Return the condition and its values; nothing that a person typed becomes SQL."""
    parts, values = [SHELVES[asked.shelf][0]], []
    for condition, value in (
        ("id IN (SELECT case_id FROM tactics WHERE tactic = ?)", asked.tactic),
        ("language = ?", asked.language),
        ("format = ?", asked.source),
        ("last_at >= ?", asked.since),
        ("first_at <= ?", f"{asked.until}T23:59:59Z" if asked.until else ""),
    ):
        if value:
            parts.append(condition)
            values.append(value)
    return " AND ".join(f"({part})" for part in parts), tuple(values)


def _tactics(connection: sqlite3.Connection, numbers: list[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    marks = ", ".join("?" * len(numbers))
    for row in connection.execute(
        f"SELECT case_id, tactic FROM tactics WHERE case_id IN ({marks}) ORDER BY case_id, messages DESC, tactic",
        numbers,
    ):
        found[row["case_id"]] = (*found.get(row["case_id"], ()), row["tactic"])
    return found
