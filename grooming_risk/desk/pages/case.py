"""The case page: evidence first, masked until shown; what is shown is written down before it is sent."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from grooming_risk.desk.pages.call import Call
from grooming_risk.desk.review.case_view import MOST_FOUND, PAGE, UNFOLDED, CaseView, search, view_of
from grooming_risk.desk.review.message_text import one_line, text_parts
from grooming_risk.desk.review.sealing import needs_second
from grooming_risk.desk.storage import reading
from grooming_risk.desk.storage.cases import CaseRow, conversation_of, report_of, set_language
from grooming_risk.desk.storage.decisions import STAGES, decisions_of
from grooming_risk.desk.storage.handovers import packages_of

_CONTEXT = 2  # messages shown on each side with one key
_MOST_SEARCHED = 200


def show_case(call: Call) -> Response:
    """Show a case. Texts are masked, but those that this reader has shown just now without scripts."""
    row = call.case()
    if call.request.query_params.get("shown") != "1":
        call.session.shown.pop(row.id, None)
        with call.desk.database.writing() as connection:
            reading.opened(connection, row.id, call.session.reader)
    return _page(call, row)


def _page(call: Call, row: CaseRow, *, wanted: str = "") -> Response:
    shown = call.session.shown.get(row.id, set())
    with call.desk.database.reading() as connection:
        exported = conversation_of(connection, row.id, call.desk.vault)
        report = report_of(connection, row.id, call.desk.vault)
        made = decisions_of(connection, row.id, call.desk.vault)
        others = reading.others_reading(connection, row.id, call.session.reader)
        packages = packages_of(connection, row.id, call.desk.vault)
    view = view_of(report, exported, shown)
    page, at = _place(call, view)
    found = search(exported.conversation, wanted)
    stage = STAGES.get(row.state, "")
    decided_before = any(item.reader == call.session.reader for item in made)
    policy = call.desk.policy()
    return call.render(
        "case.html",
        row=row,
        view=view,
        rows=view.page(page, shown),
        page=page,
        at=at,
        shown=shown,
        unfolded=UNFOLDED,
        made=made,
        others=others,
        packages=packages,
        stage=stage,
        wanted=wanted,
        found=len(found),
        most_found=MOST_FOUND,
        results=view.rows(found[:MOST_FOUND], shown, set(found)),
        may_decide=bool(stage) and (stage == "first" or (call.may("second") and not decided_before)),
        decided_before=decided_before,
        second_after=needs_second(stage, "escalate", policy),
        policy=policy,
    )


def show_texts(call: Call) -> Response:
    """Show texts of messages, after writing down that this reader views them."""
    row = call.case()
    indices = _asked(call, row.messages)
    with call.desk.database.writing() as connection:
        reading.viewed(connection, row.id, call.session.reader, indices)
    if call.wants_json:
        return call.json(_texts(call, row, indices))
    call.session.shown.setdefault(row.id, set()).update(indices)
    place = call.form.get("place", "")
    target = f"#{place}{indices[0]}" if indices and place in ("m", "t", "s") else ""
    return call.redirect(f"/cases/{row.id}?shown=1&page={_digits(call.form.get('page', '1'), 1)}{target}")


def _texts(call: Call, row: CaseRow, indices: list[int]) -> dict[str, Any]:
    with call.desk.database.reading() as connection:
        exported = conversation_of(connection, row.id, call.desk.vault)
    messages = exported.conversation.messages
    return {
        "texts": {
            index: {
                "parts": text_parts(messages[index].text),
                "name": one_line(exported.speakers.get(messages[index].speaker) or messages[index].speaker),
            }
            for index in indices
            if messages[index].text
        }
    }


def hide_texts(call: Call) -> Response:
    """Mask every text again."""
    row = call.case()
    call.session.shown = {}
    if call.wants_json:
        return call.json({})
    return call.redirect(f"/cases/{row.id}?shown=1")


def search_case(call: Call) -> Response:
    """Show messages that contain words; the words are in no address and are not kept."""
    return _page(call, call.case(), wanted=call.form.get("words", "").strip()[:_MOST_SEARCHED])


def keep_language(call: Call) -> Response:
    """Keep the language that the reader has seen the conversation to be in."""
    row, tag = call.case(), call.tag(call.form.get("language", ""))
    with call.desk.database.writing() as connection:
        set_language(connection, row.id, tag)
    return call.redirect(f"/cases/{row.id}?shown=1")


def _asked(call: Call, total: int) -> list[int]:
    """Return the indices that a form asks for: one message, those around it, or a page of the conversation."""
    if "around" in call.form:
        middle = _digits(call.form["around"], 0)
        found = range(middle - _CONTEXT, middle + _CONTEXT + 1)
    elif "all" in call.form:
        first = (_digits(call.form["all"], 1) - 1) * PAGE
        found = range(first, first + PAGE)
    elif "list" in call.form:
        return sorted({index for item in call.form["list"].split(",") if 0 <= (index := _digits(item, -1)) < total})
    else:
        found = range(_digits(call.form.get("message", ""), -1), _digits(call.form.get("message", ""), -2) + 1)
    return [index for index in found if 0 <= index < total]


def _place(call: Call, view: CaseView) -> tuple[int, int | None]:
    """Return the page of the whole conversation, and the message that was asked for; people count from 1."""
    at = _digits(call.request.query_params.get("message", ""), 0)
    if 0 < at <= len(view.case.conversation):
        return (at - 1) // PAGE + 1, at - 1
    page = _digits(call.form.get("page") or call.request.query_params.get("page", "1"), 1)
    return min(max(1, page), view.pages), None


def _digits(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else otherwise
