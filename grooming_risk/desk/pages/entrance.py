"""How a reader comes in: the link, the name or password, the language; and the styles and scripts of all pages."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from grooming_risk.desk.language.interface import interface, preferred
from grooming_risk.desk.pages.call import COLOR, LANGUAGE, Call, NotFound
from grooming_risk.desk.pages.state import STATIC, DeskState
from grooming_risk.desk.security.users import RIGHTS
from grooming_risk.desk.storage.policy import keep_value, last_reader
from grooming_risk.handover.language.languages import languages
from grooming_risk.rendering.html import markup

_YEAR = 365 * 86_400
_MOST_NAME = 80
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


async def start(request: Request) -> Response:
    """Exchange the token of a link for a session; the link is worth nothing afterwards."""
    state: DeskState = request.app.state.desk
    if not state.links.redeem(request.query_params.get("token", "")):
        return refused(state, request, 401)
    session = state.sessions.create()
    answer = RedirectResponse("/", 303)
    answer.set_cookie(state.cookie, session.token, httponly=True, samesite="strict", path="/")
    return answer


def refused(state: DeskState, request: Request | None, status: int) -> Response:
    """Return the page for a request without a session, or one that another site made."""
    shown = interface(preferred(request.headers.get("accept-language", "") if request else ""))
    lines = {
        401: (
            shown.text("This desk is locked."),
            shown.text(
                "Start it again with grooming-risk desk: a link that signs you in is opened or printed. Each "
                "link works once."
            ),
        ),
        403: (shown.text("This was refused"), shown.text("The request did not come from a page of this desk.")),
    }.get(status, (shown.text("This did not work"), shown.text("Nothing was changed. Go back and try again.")))
    template = state.templates.get_template("bare.html")
    return HTMLResponse(template.render(words=lines[0], lines=lines[1:], t=shown), status)


async def static(request: Request) -> Response:
    """Return a style sheet or script."""
    name = request.path_params["name"]
    content = _file(name)
    if content is None:
        return HTMLResponse("Not found", 404)
    return Response(content, media_type=_TYPES[Path(name).suffix], headers={"cache-control": "no-cache"})


@lru_cache(maxsize=32)
def _file(name: str) -> bytes | None:
    """Return a file of this package by its name, which is compared and never used as a path."""
    if name == "review_page.css":
        return markup.part(name).encode("ascii")
    found = {path.name: path for path in STATIC.iterdir() if path.suffix in _TYPES}
    return found[name].read_bytes() if name in found else None


def home(call: Call) -> Response:
    """Go to the queue, or to bringing in where nothing is there yet."""
    with call.desk.database.reading() as connection:
        empty = connection.execute("SELECT 1 FROM cases LIMIT 1").fetchone() is None
    return call.redirect("/bring-in" if empty else "/queue")


def me(call: Call) -> Response:
    """Ask for the reader's name or initials."""
    with call.desk.database.reading() as connection:
        name = call.session.reader or last_reader(connection)
    if call.state.users is not None:
        return call.render("me.html", name=call.session.reader, fixed=True)
    return call.render("me.html", name=name, fixed=False)


def keep_me(call: Call) -> Response:
    """Keep the reader's name, and whether pages are grey."""
    if call.state.users is None:
        name = " ".join(call.form.get("name", "").split())[:_MOST_NAME]
        if not name:
            return call.redirect("/me")
        call.session.reader = name
        with call.desk.database.writing() as connection:
            keep_value(connection, "last_reader", {"name": name})
    answer = call.redirect("/")
    answer.set_cookie(
        COLOR, "1" if call.form.get("color") == "1" else "0", max_age=_YEAR, samesite="strict", httponly=True
    )
    return answer


def sign_in(call: Call) -> Response:
    """Show the form for name and password."""
    if call.state.users is None:
        raise NotFound(call.language.text("This desk has no passwords."))
    return call.render("sign_in.html", wrong=False)


def check_sign_in(call: Call) -> Response:
    """Check name and password; the session gets a new cookie."""
    if call.state.users is None:
        raise NotFound(call.language.text("This desk has no passwords."))
    name = call.form.get("name", "").strip()
    role = call.state.users.role_of(name, call.form.get("password", ""))
    if role is None or role not in RIGHTS:
        return call.render("sign_in.html", 403, wrong=True)
    call.session.reader, call.session.role = name, role
    call.state.sessions.renew(call.session)
    answer = call.redirect("/")
    answer.set_cookie(call.state.cookie, call.session.token, httponly=True, samesite="strict", path="/")
    return answer


def sign_out(call: Call) -> Response:
    """End the session; on a shared machine the next person signs in."""
    if call.state.users is None:
        call.state.sessions.end(call.session)
        return refused(call.state, call.request, 401)
    call.session.reader, call.session.shown = "", {}
    call.state.sessions.renew(call.session)
    answer = call.redirect("/sign-in")
    answer.set_cookie(call.state.cookie, call.session.token, httponly=True, samesite="strict", path="/")
    return answer


def set_language(call: Call) -> Response:
    """Keep the language of the interface; the reader stays on the page."""
    code, back = call.form.get("language", ""), call.form.get("back", "/")
    answer = call.redirect(back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/")
    if code in languages():
        answer.set_cookie(LANGUAGE, code, max_age=_YEAR, samesite="strict", httponly=True)
    return answer


def take_a_break(call: Call) -> Response:
    """Show nothing of any case, for as long as the reader wants."""
    call.session.shown = {}
    return call.render("break.html")


def help_page(call: Call) -> Response:
    """Explain the desk in short."""
    return call.render("help.html")
