"""Hand over: country, channel, questions, preview, package to download. Nothing is ever sent."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from typing import Any

from starlette.responses import FileResponse, HTMLResponse, Response

from grooming_risk.conversation import speaker_name
from grooming_risk.desk.pages.call import Call, NotFound
from grooming_risk.desk.review.answers_form import INCIDENT_TYPES, MOST_SPEAKERS, answers_from, form_of
from grooming_risk.desk.review.handing_over import Wanted, case_of, make_package, missing, preview, record_handover
from grooming_risk.desk.review.message_text import one_line
from grooming_risk.desk.review.sealing import seal_due
from grooming_risk.desk.storage import handovers
from grooming_risk.desk.storage.cases import CaseRow, conversation_of
from grooming_risk.desk.storage.handovers import HandoverRow
from grooming_risk.errors import DeskError, GroomingRiskError, InvalidOptionError
from grooming_risk.handover.addressees.channels import channel_named, channels, countries
from grooming_risk.handover.addressees.completeness import Completeness
from grooming_risk.handover.addressees.requirements import REQUIREMENTS
from grooming_risk.handover.case.case import Case, TextScope
from grooming_risk.handover.language import wording
from grooming_risk.handover.language.languages import ENGLISH, languages
from grooming_risk.records.handover_record import Method

_LONGEST = 300


def ask(call: Call) -> Response:
    """Show the questions, what is missing, and the packages that were made."""
    call.need("hand_over")
    row = call.case()
    seal_due(call.desk, case=row.id)  # whoever hands over has decided
    return _page(call, row)


def keep(call: Call) -> Response:
    """Keep what was answered; go on to what the button says."""
    call.need("hand_over")
    row = call.case()
    speakers = _speakers(call, row)
    answers = {**answers_from(call.form, list(speakers)), "_scope": call.form.get("scope", TextScope.FLAGGED.value)}
    country = call.form.get("country", "")
    language = call.form.get("language", ENGLISH)
    with call.desk.database.writing() as connection:
        handovers.keep_draft(
            connection,
            row.id,
            answers,
            country if country in countries() else None,
            language if language in languages() else ENGLISH,
            call.desk.vault,
        )
    if call.form.get("next") == "package":
        return _package(call, row)
    return call.redirect(f"/cases/{row.id}/hand-over#{'preview' if call.form.get('next') == 'preview' else 'missing'}")


def show_preview(call: Call) -> Response:
    """Show the summary as the next person will see it, in a frame that can do nothing."""
    call.need("hand_over")
    row = call.case()
    draft = _draft(call, row)
    wanted = _wanted(draft)
    text = preview(case_of(call.desk, row, wanted), wanted)
    style = text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode("ascii")).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; frame-ancestors 'self'; sandbox"
    return HTMLResponse(text, headers={"content-security-policy": policy})


def download(call: Call) -> Response:
    """Return the zip of a package."""
    call.need("hand_over")
    row, number = call.case(), call.number("number")
    made = next((item for item in _packages(call, row) if item.id == number), None)
    path = call.desk.folder.packages / str(made.stored) if made else None
    if path is None or not path.is_file():
        raise NotFound(call.language.text("There is no such package. It may have been deleted."))
    return FileResponse(path, media_type="application/zip", filename=f"case-{row.id}-hand-over-{number}.zip")


def record(call: Call) -> Response:
    """Record that the reader handed a package over."""
    call.need("hand_over")
    row, text, number = call.case(), call.language.text, call.number("number")
    made = next((item for item in _packages(call, row) if item.id == number), None)
    if made is None:
        raise NotFound(text("There is no such package. It may have been deleted."))
    try:
        at = datetime.fromisoformat(call.form.get("at", "")).replace(tzinfo=call.zone)
    except ValueError:
        at = None
    if at is None:
        raise DeskError(text("Give the day and time at which you handed it over."))
    record_handover(
        call.desk,
        made,
        call.form.get("channel", "").strip()[:_LONGEST],
        call.form.get("method", ""),
        at,
        call.form.get("reference", "").strip()[:_LONGEST] or None,
        call.form.get("acknowledged") == "1",
    )
    call.session.notice = text("It is recorded that the package was handed over.")
    return call.redirect(f"/cases/{row.id}/hand-over")


def _page(call: Call, row: CaseRow) -> Response:
    draft, packages = handovers_draft(call, row), _packages(call, row)
    last = draft or (packages[-1] if packages else None)  # a second package differs little from the first
    answers: dict[str, Any] = dict(last.answers) if last else {}
    found, problem, case = _checked(call, row, draft)
    country = last.country if last else None
    return call.render(
        "hand_over.html",
        row=row,
        form=form_of(answers),
        scope=answers.get("_scope", TextScope.FLAGGED.value),
        country=country,
        chosen=last.language if last else call.language.code,
        repeated=draft is None and last is not None,
        countries=sorted(countries(), key=call.language.base.country),
        bodies=channels(country) if country else (),
        questions={item.key: item for item in REQUIREMENTS},
        handover=wording,
        incident_types=INCIDENT_TYPES,
        speakers=_speakers(call, row),
        found=found,
        ready=case is not None,
        problem_of_case=problem,
        packages=packages,
        methods=[item.value for item in Method],
        name_of=_name_of,
        local_now=datetime.now(call.zone).strftime("%Y-%m-%dT%H:%M"),
    )


def _checked(call: Call, row: CaseRow, draft: HandoverRow | None) -> tuple[tuple[Completeness, ...], str, Case | None]:
    """Return what is missing in a draft, or why no case can be made of it."""
    if draft is None:
        return (), "", None
    try:
        wanted = _wanted(draft)
        case = case_of(call.desk, row, wanted)
        return missing(case, wanted), "", case
    except GroomingRiskError as error:
        return (), str(error), None


def _package(call: Call, row: CaseRow) -> Response:
    draft = _draft(call, row)
    case = case_of(call.desk, row, _wanted(draft))
    make_package(call.desk, case, draft)
    call.session.notice = call.language.text("The package was made. Download it below; nothing was sent.")
    return call.redirect(f"/cases/{row.id}/hand-over#packages")


def handovers_draft(call: Call, row: CaseRow) -> HandoverRow | None:
    """Return the draft of a case; None where nobody has answered anything yet."""
    with call.desk.database.reading() as connection:
        return handovers.draft_of(connection, row.id, call.desk.vault)


def _draft(call: Call, row: CaseRow) -> HandoverRow:
    draft = handovers_draft(call, row)
    if draft is None:
        raise InvalidOptionError(call.language.text("Answer the questions first."))
    return draft


def _packages(call: Call, row: CaseRow) -> list[HandoverRow]:
    with call.desk.database.reading() as connection:
        return handovers.packages_of(connection, row.id, call.desk.vault)


def _wanted(draft: HandoverRow) -> Wanted:
    answers = {name: value for name, value in draft.answers.items() if not name.startswith("_")}
    scope = str(draft.answers.get("_scope", TextScope.FLAGGED.value))
    known = [item.value for item in TextScope]
    return Wanted(answers, draft.country, draft.language, scope if scope in known else TextScope.FLAGGED.value)


def _speakers(call: Call, row: CaseRow) -> dict[str, str]:
    """Return the neutral names of the first accounts, with the names that the export shows."""
    with call.desk.database.reading() as connection:
        exported = conversation_of(connection, row.id, call.desk.vault)
    found: dict[str, str] = {}
    for message in exported.conversation:
        if message.speaker not in found:
            if len(found) == MOST_SPEAKERS:
                break
            found[message.speaker] = one_line(exported.speakers.get(message.speaker, ""))
    return {speaker_name(place): name for place, name in enumerate(found.values())}


def _name_of(identifier: str) -> str:
    found = channel_named(identifier)
    return found.name if found else identifier
