"""Decide, undo, appeal, delete."""

from __future__ import annotations

from starlette.responses import Response

from grooming_risk.desk.language import wording
from grooming_risk.desk.pages.call import Call
from grooming_risk.desk.review.sealing import seal_due
from grooming_risk.desk.storage import decisions
from grooming_risk.desk.storage.deletion import delete_cases
from grooming_risk.errors import DeskError

_MOST_NOTE = 20_000  # characters


def decide(call: Call) -> Response:
    """Keep a decision, which can be undone for ten seconds."""
    row, text = call.case(), call.language.text
    choice, stage = call.form.get("choice", ""), call.form.get("stage", "")
    note = call.form.get("note", "").strip()
    if choice not in wording.CHOICES:
        raise DeskError(text("Choose one of the three decisions."))
    if len(note) > _MOST_NOTE:
        raise DeskError(text("The note is too long."))
    if stage != "first":
        call.need("second")
    with call.desk.database.writing() as connection:
        call.session.decision = decisions.decide(
            connection, row.id, call.session.reader, stage, choice, note, call.desk.vault
        )
    call.session.shown.pop(row.id, None)
    return call.redirect(f"/queue?{call.session.queue}")


def undo(call: Call) -> Response:
    """Take a decision back."""
    number, text = call.number("decision"), call.language.text
    with call.desk.database.writing() as connection:
        done = decisions.undo(connection, number, call.session.reader)
        found = decisions.decision_numbered(connection, number, call.desk.vault)
    call.session.decision = 0
    if not done or found is None:
        raise DeskError(
            text("The ten seconds are over and the decision is sealed. Ask for another reading of the case.")
        )
    call.session.notice = text("The decision was taken back.")
    return call.redirect(f"/cases/{found.case_id}")


def appeal(call: Call) -> Response:
    """Put a decided case before another reader."""
    row = call.case()
    with call.desk.database.writing() as connection:
        asked = decisions.ask_again(connection, row.id)
    if not asked:
        raise DeskError(call.language.text("Only a case that is decided can be appealed."))
    call.session.notice = call.language.text("The case waits for another reader under Appeals.")
    return call.redirect(f"/cases/{row.id}")


def ask_delete(call: Call) -> Response:
    """Ask whether a case is to be deleted."""
    call.need("delete")
    return call.render("delete.html", row=call.case())


def delete(call: Call) -> Response:
    """Delete a case with everything that holds its text."""
    call.need("delete")
    row, text = call.case(), call.language.text
    if call.form.get("sure") != "1":
        return call.redirect(f"/cases/{row.id}/delete")
    seal_due(call.desk, case=row.id)  # the decision stays as a record without text
    with call.desk.database.writing() as connection:
        left = delete_cases(connection, [row.id], call.session.reader, "demand")
    call.desk.remove(left)
    call.session.shown.pop(row.id, None)
    call.session.notice = text("The case was deleted. The record of its decision stays until its own date.")
    return call.redirect(f"/queue?{call.session.queue}")
