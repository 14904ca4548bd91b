"""One request as pages see it: the session, the checked form, the reader's language and zone, and ways to answer."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo, available_timezones

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from grooming_risk.desk.intake.upload import UploadRefused
from grooming_risk.desk.language.interface import Interface, interface, preferred
from grooming_risk.desk.pages.state import DeskState
from grooming_risk.desk.security.sessions import Session
from grooming_risk.desk.security.users import RIGHTS
from grooming_risk.desk.storage.cases import CaseRow, case_row
from grooming_risk.desk.storage.decisions import decision_numbered
from grooming_risk.desk.storage.desk import Desk
from grooming_risk.desk.storage.moments import now, written
from grooming_risk.desk.storage.policy import read_policy
from grooming_risk.desk.storage.reading import cases_read, minutes_at_it
from grooming_risk.desk.storage.tags import PATTERN, language_tag
from grooming_risk.errors import DeskError, GroomingRiskError
from grooming_risk.handover.language.languages import languages

MOST_FORM = 1_000_000  # bytes of a form without files
_MOST_FIELDS = 2_000
ZONE, LANGUAGE, COLOR = "desk_zone", "desk_language", "desk_color"
_WITHOUT_NAME = ("/me", "/sign-in", "/language")


class NotFound(DeskError):
    """There is no such page, case or file."""


class NotAllowed(DeskError):
    """The reader's role does not allow this."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request. The `repr` shows nothing that was typed.

    Attributes:
        request: as Starlette gives it.
        state: the running desk.
        session: of the browser.
        form: names of fields → what was typed.
    """

    request: Request = field(repr=False)
    state: DeskState = field(repr=False)
    session: Session
    form: dict[str, str] = field(repr=False)

    @property
    def desk(self) -> Desk:
        """What the desk keeps."""
        return self.state.desk

    @property
    def language(self) -> Interface:
        """The interface in the reader's language."""
        chosen = self.request.cookies.get(LANGUAGE, "")
        return interface(
            chosen if chosen in languages() else preferred(self.request.headers.get("accept-language", ""))
        )

    @property
    def zone(self) -> tzinfo:
        """The reader's time zone; that of this machine where the browser has not told it."""
        name = self.request.cookies.get(ZONE, "").replace("%2F", "/")
        if name in _zones():
            return ZoneInfo(name)
        local = datetime.now().astimezone().tzinfo
        assert local is not None  # a time with a zone has one
        return local

    @property
    def wants_json(self) -> bool:
        """Whether a script of the page asks."""
        return self.request.headers.get("accept") == "application/json"

    def may(self, right: str) -> bool:
        """Return whether the reader's role allows something."""
        return right in RIGHTS[self.session.role]

    def need(self, right: str) -> None:
        """Refuse a reader whose role does not allow something."""
        if not self.may(right):
            raise NotAllowed(self.language.text("Your role does not allow this. Ask a supervisor."))

    def number(self, name: str) -> int:
        """Return a number of the path."""
        return int(self.request.path_params[name])

    def case(self) -> CaseRow:
        """Return the case that the path names."""
        with self.desk.database.reading() as connection:
            found = case_row(connection, self.number("case"), self.desk.vault)
        if found is None:
            raise NotFound(self.language.text("There is no such case. It may have been deleted."))
        return found

    def tag(self, text: str) -> str | None:
        """Return the tag of a language that somebody typed; None for an empty field."""
        found = language_tag(text)
        if found is None and text.strip():
            raise DeskError(self.language.text("Write a language as a tag, such as en, pt-BR or ur-Latn."))
        return found

    def render(self, template: str, status: int = 200, **values: Any) -> Response:
        """Return a page."""
        return HTMLResponse(self.state.templates.get_template(template).render(**self._common(), **values), status)

    def redirect(self, path: str) -> Response:
        """Return a redirection to a page of this desk."""
        return RedirectResponse(path, 303)

    def json(self, value: Any) -> Response:
        """Return data for a script of the page."""
        return JSONResponse(value)

    def _common(self) -> dict[str, Any]:
        with self.desk.database.reading() as connection:
            policy = read_policy(connection)
            local = datetime.now(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)
            read_today = cases_read(connection, self.session.reader, written(local))
            minutes = minutes_at_it(connection, self.session.reader)
            decision = decision_numbered(connection, self.session.decision, self.desk.vault)
        left = 0.0 if decision is None or decision.state != "pending" else decision.final_at - time.time()
        notice, self.session.notice = self.session.notice, ""
        shown = self.language
        return {
            "t": shown,
            "_": shown.text,
            "call": self,
            "csrf": self.session.csrf,
            "reader": self.session.reader,
            "zone": self.zone,
            "read_today": read_today,
            "minutes": minutes,
            "tired": minutes >= policy.break_minutes,
            "undo": decision if left > 0.5 else None,
            "undo_seconds": max(1, int(left)),
            "notice": notice,
            "grey": self.request.cookies.get(COLOR) != "1",
            "codes": languages(),
            "interface_of": interface,
            "now": now(),
            "tag_pattern": PATTERN,
            "problem": self.state.worker.problem or self.state.keeper.problem,
            "shared": self.state.users is not None,
        }


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


View = Callable[[Call], Response]


def page(view: View) -> Callable[[Request], Awaitable[Response]]:
    """Make an endpoint of a view: the form is read and checked, and errors become pages.

    Args:
        view: runs in a thread.

    Returns:
        What Starlette calls.
    """

    async def endpoint(request: Request) -> Response:
        state: DeskState = request.app.state.desk
        session: Session = request.state.session
        call = Call(request, state, session, {})
        if request.method == "POST":
            form = await read_form(request)
            if form is None or not session.allows(form.get("csrf", request.headers.get("x-csrf", ""))):
                return await run_in_threadpool(failure, call, 403, "")
            call = Call(request, state, session, form)
        return await run_in_threadpool(answer, call, view)

    return endpoint


def answer(call: Call, view: View) -> Response:
    """Run a view; errors of the library become pages that say what they say."""
    if not call.session.reader and not call.request.url.path.startswith(_WITHOUT_NAME):
        return call.redirect("/sign-in" if call.state.users else "/me")
    status, words = 400, ""
    try:
        return view(call)
    except NotFound as error:
        status, words = 404, str(error)
    except NotAllowed as error:
        status, words = 403, str(error)
    except UploadRefused as error:
        status, words = error.status, str(error)
    except GroomingRiskError as error:
        words = str(error)
    return failure(call, status, words)


def failure(call: Call, status: int, words: str) -> Response:
    """Return a page that says what went wrong."""
    if call.wants_json:
        return JSONResponse({"problem": words or str(status)}, status)
    text = call.language.text
    title = {
        403: text("This was refused"),
        404: text("Not found"),
        413: text("Too large"),
        507: text("The disk is full"),
    }.get(status, text("This did not work"))
    words = words or text("The page is out of date. Open it again and repeat what you did.")
    try:
        return call.render("problem.html", status, title=title, told=words)
    except GroomingRiskError as error:  # the data base itself
        return HTMLResponse(call.state.templates.get_template("bare.html").render(words=str(error), lines=()), 500)


async def read_form(request: Request) -> dict[str, str] | None:
    """Return the fields of a form, the last of each name; None where it is too large or of another type."""
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/x-www-form-urlencoded":
        return None
    body = bytearray()
    async for chunk in request.stream():
        body.extend(chunk)
        if len(body) > MOST_FORM:
            return None
    try:
        pairs = parse_qsl(
            body.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="replace"
        )
    except ValueError:
        return None
    return {name: value.replace("\r\n", "\n") for name, value in pairs}
