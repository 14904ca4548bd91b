"""Statistics: what decisions add up to, thresholds by capacity, exports for training and for the yearly report."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import Response, StreamingResponse

from grooming_risk.desk.pages.call import Call
from grooming_risk.desk.pages.team import attachment
from grooming_risk.desk.review.capacity import FEWEST, propose
from grooming_risk.desk.review.labelled import labelled_lines
from grooming_risk.desk.review.sealing import seal_due
from grooming_risk.desk.review.statistics import figures_of, yearly_report
from grooming_risk.desk.storage.moments import today
from grooming_risk.desk.storage.policy import read_policy, write_policy
from grooming_risk.errors import DeskError

_FIRST_YEAR = 2024


def show_figures(call: Call) -> Response:
    """Show the figures of a year."""
    seal_due(call.desk)
    year = _year(call)
    asked = _capacity(call.request.query_params.get("capacity", ""))
    proposal = None
    if asked:
        with call.desk.database.reading() as connection:
            proposal = propose(connection, asked)
    return call.render(
        "statistics.html",
        year=year,
        years=range(today().year, _FIRST_YEAR - 1, -1),
        figures=figures_of(call.desk, year),
        asked=asked,
        proposal=proposal,
        fewest=FEWEST,
        policy=call.desk.policy(),
    )


def keep_threshold(call: Call) -> Response:
    """Judge new conversations at a threshold that the team's own cases gave."""
    call.need("policy")
    asked = _capacity(call.form.get("capacity", ""))
    with call.desk.database.writing() as connection:
        proposal = propose(connection, asked) if asked else None
        if proposal is None:
            raise DeskError(call.language.text("A setting is out of its range. Nothing was changed."))
        write_policy(connection, replace(read_policy(connection), threshold=proposal.threshold))
    call.session.notice = call.language.text("The settings were kept.")
    return call.redirect("/statistics")


def report(call: Call) -> Response:
    """Return the yearly report as Markdown."""
    seal_due(call.desk)
    year = _year(call)
    return Response(
        yearly_report(call.desk, year),
        media_type="text/markdown; charset=utf-8",
        headers=attachment(f"flags-and-errors-{year}.md"),
    )


def labelled(call: Call) -> Response:
    """Return decided conversations with labels; the file holds their text."""
    call.need("export")
    seal_due(call.desk)
    return StreamingResponse(
        labelled_lines(call.desk), media_type="application/jsonl", headers=attachment("labelled.jsonl")
    )


def _year(call: Call) -> int:
    value = call.request.query_params.get("year", "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) == 4 else today().year


def _capacity(value: str) -> float | None:
    try:
        found = float(value.replace(",", "."))
    except ValueError:
        return None
    return found if 0 < found <= 1_000_000 else None
