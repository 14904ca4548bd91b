"""Team and policy: settings that a team agrees on, deletions, and the log of records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from starlette.responses import Response, StreamingResponse

from grooming_risk.desk.pages.call import Call
from grooming_risk.desk.review.sealing import seal_due
from grooming_risk.desk.storage import chain, deletion
from grooming_risk.desk.storage.desk import delete_due
from grooming_risk.desk.storage.moments import today
from grooming_risk.desk.storage.policy import read_policy, write_policy
from grooming_risk.errors import DeskError

_SHOWN = 20  # deletions in the list
_SOON = 7  # days before a deletion in which it is announced
_NUMBERS = ("case_days", "record_days", "break_minutes")


def show_team(call: Call) -> Response:
    """Show the settings, the latest deletions, and whether the log of records is whole."""
    with call.desk.database.reading() as connection:
        deletions = deletion.deletions(connection, _SHOWN)
        soon = deletion.soon_due(connection, (today() + timedelta(days=_SOON)).isoformat())
        check = chain.check_chain(connection, call.desk.record_key)
        policy = read_policy(connection)
    return call.render(
        "team.html",
        policy=policy,
        points=call.state.points,
        deletions=deletions,
        soon=soon,
        check=check,
        folder=str(call.desk.folder.path),
        encrypted=call.desk.vault.encrypts,
    )


def keep_team(call: Call) -> Response:
    """Keep the settings. They hold for what is brought in and decided from now on."""
    call.need("policy")
    text = call.language.text
    before = call.desk.policy()
    values = {name: _number(call, name, int(getattr(before, name))) for name in _NUMBERS}
    point = call.form.get("operating_point", before.operating_point)
    try:
        share = float(call.form.get("sample_percent", "").replace(",", "."))
    except ValueError:
        share = -1.0
    if point not in call.state.points or not 0 <= share <= 100:
        raise DeskError(text("A setting is out of its range. Nothing was changed."))
    policy = replace(
        before,
        sample_percent=share,
        second_reading=call.form.get("second_reading", before.second_reading),
        operating_point=point,
        threshold=None if call.form.get("own_threshold") == "0" else before.threshold,
        **values,
    )
    with call.desk.database.writing() as connection:
        write_policy(connection, policy)
        if before.case_days != policy.case_days:  # records keep the date that is sealed in them
            days = f"+{policy.case_days} days"
            connection.execute("UPDATE cases SET delete_on = date(created_at, ?)", (days,))
    call.session.notice = text("The settings were kept.")
    return call.redirect("/team")


def delete_old(call: Call) -> Response:
    """Delete now what has reached its date."""
    call.need("delete")
    seal_due(call.desk)
    number = delete_due(call.desk)
    call.session.notice = call.language.text("Cases deleted on their date: {number}.", number=number)
    return call.redirect("/team")


def records(call: Call) -> Response:
    """Return the log of records as JSON lines, for `grooming-risk records verify`."""
    call.need("export")

    def lines() -> Iterator[bytes]:
        with call.desk.database.reading() as connection:
            found = list(chain.records(connection))
        yield from (json.dumps(record).encode("ascii") + b"\n" for record in found)

    return StreamingResponse(lines(), media_type="application/jsonl", headers=attachment("records.jsonl"))


def attachment(name: str) -> dict[str, str]:
    """Return the header that makes a browser keep a file."""
    return {"content-disposition": f'attachment; filename="{name}"'}


def _number(call: Call, name: str, before: int) -> int:
    value = call.form.get(name, "").strip()
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 7 else before
