"""Cases: one conversation each, with its report, and what is known of it without its text."""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass, field

from grooming_risk.desk.storage.content import (
    pack_conversation,
    pack_report,
    pack_text,
    unpack_conversation,
    unpack_report,
    unpack_text,
)
from grooming_risk.desk.storage.imports import BroughtFile
from grooming_risk.desk.storage.moments import day_after, now, written
from grooming_risk.desk.storage.vault import Vault
from grooming_risk.outcome import Outcome
from grooming_risk.readers import ExportedConversation
from grooming_risk.report import RiskReport


@dataclass(frozen=True, slots=True)
class CaseRow:
    """What is known of a case without opening it.

    Attributes:
        id: number.
        file_id: number of its export; None when that was deleted.
        title: what it is called; it may hold a person's name.
        outcome: of the report.
        probability: highest of a window; 0 where none was scored. It is for ranking, and is not shown in lists.
        logit: the same as a logit.
        messages: number of messages.
        first_at: time of the first message with one.
        last_at: time of the last.
        format: name of the reader.
        language: tag that a person gave.
        sample: name of the random sample that it was drawn into.
        state: open, pending, second, appeal or decided.
        choice: the decision that counts.
        created_at: when it was scored.
        delete_on: day on which it is deleted.
    """

    id: int
    file_id: int | None
    title: str = field(repr=False)
    outcome: str
    probability: float
    logit: float | None
    messages: int
    first_at: str | None
    last_at: str | None
    format: str
    language: str | None
    sample: str | None
    state: str
    choice: str | None
    created_at: str
    delete_on: str

    @property
    def flagged(self) -> bool:
        """Whether the report asks for a review."""
        return self.outcome == Outcome.REVIEW.value


@dataclass(frozen=True, slots=True)
class NewCase:
    """A conversation that was scored.

    Attributes:
        digest: keyed digest of the conversation.
        title: what it is called.
        exported: the conversation.
        report: the report.
        format: name of the reader.
        language: tag that a person gave for the import.
        days: days until it is deleted.
    """

    digest: str
    title: str = field(repr=False)
    exported: ExportedConversation
    report: RiskReport
    format: str
    language: str | None
    days: int


def add_case(connection: sqlite3.Connection, file: BroughtFile, new: NewCase, vault: Vault) -> int:
    """Keep a case; the caller has made sure that the desk does not have it yet."""
    moment, report = now(), new.report
    times = [message.sent_at for message in new.exported.conversation if message.sent_at is not None]
    values = {
        "file_id": file.id,
        "import_id": file.import_id,
        "digest": new.digest,
        "title": pack_text(new.title, vault),
        "outcome": report.outcome.value,
        "probability": report.probability or 0.0,
        "logit": max((window.logit for window in report.windows), default=None),
        "messages": len(new.exported.conversation),
        "first_at": written(min(times)) if times else None,
        "last_at": written(max(times)) if times else None,
        "format": new.format,
        "language": new.language,
        "state": "open",
        "created_at": written(moment),
        "delete_on": day_after(moment, new.days),
    }
    marks = ", ".join("?" * len(values))
    cursor = connection.execute(f"INSERT INTO cases ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))
    number = int(cursor.lastrowid or 0)
    connection.execute(
        "INSERT INTO contents (case_id, conversation, report) VALUES (?, ?, ?)",
        (number, pack_conversation(new.exported, vault), pack_report(report, vault)),
    )
    counts = Counter({tactic: len(indices) for tactic, indices in report.timeline.items() if indices})
    connection.executemany(
        "INSERT INTO tactics (case_id, tactic, messages) VALUES (?, ?, ?)",
        [(number, tactic, count) for tactic, count in counts.items()],
    )
    return number


def owner_of(connection: sqlite3.Connection, digest: str) -> int | None:
    """Return the export that a conversation came from, 0 if that was deleted, and None if the desk does not have it."""
    row = connection.execute("SELECT file_id FROM cases WHERE digest = ?", (digest,)).fetchone()
    return None if row is None else int(row["file_id"] or 0)


def case_row(connection: sqlite3.Connection, number: int, vault: Vault) -> CaseRow | None:
    """Return a case; None if there is none of this number."""
    row = connection.execute("SELECT * FROM cases WHERE id = ?", (number,)).fetchone()
    return None if row is None else to_row(row, vault)


def to_row(row: sqlite3.Row, vault: Vault) -> CaseRow:
    """Return a case from a row of its table."""
    values = {name: row[name] for name in CaseRow.__slots__ if name != "title"}
    return CaseRow(title=unpack_text(row["title"], vault), **values)


def conversation_of(connection: sqlite3.Connection, number: int, vault: Vault) -> ExportedConversation:
    """Return the conversation of a case."""
    row = connection.execute("SELECT conversation FROM contents WHERE case_id = ?", (number,)).fetchone()
    return unpack_conversation(row["conversation"], vault)


def report_of(connection: sqlite3.Connection, number: int, vault: Vault) -> RiskReport:
    """Return the report of a case."""
    row = connection.execute("SELECT report FROM contents WHERE case_id = ?", (number,)).fetchone()
    return unpack_report(row["report"], vault)


def set_language(connection: sqlite3.Connection, number: int, language: str | None) -> None:
    """Keep the language that a reader has seen the conversation to be in."""
    connection.execute("UPDATE cases SET language = ? WHERE id = ?", (language, number))
