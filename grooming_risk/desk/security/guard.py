"""The outermost layer: whatever is wrong with a request is found here, before a page sees it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http.cookies import SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from grooming_risk.desk.security.sessions import Sessions

_SAFE = ("GET", "HEAD")
_OPEN = ("/start", "/static/", "/favicon.ico")  # what a browser may ask for before it is signed in
POLICY = "; ".join(
    (
        *("default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'"),
        *("frame-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'self'"),
        "require-trusted-types-for 'script'",
    )
)
_HEADERS = {
    "content-security-policy": POLICY,
    "cache-control": "no-store",
    # Not no-referrer: with it, browsers hide the origin of forms, which is checked below.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), clipboard-read=()",
}
_LOG = logging.getLogger("grooming_risk.desk")
Refused = Callable[[int], Response]


class Guard:
    """Checks host, origin and session of every request, and sets the headers of every answer."""

    def __init__(
        self, app: ASGIApp, *, hosts: frozenset[str], sessions: Sessions, cookie: str, refused: Refused
    ) -> None:
        """Prepare.

        Args:
            app: what is guarded.
            hosts: values of the Host header that are this desk.
            sessions: known sessions.
            cookie: name of the session's cookie.
            refused: makes the page for a refusal, from its status.
        """
        self._app, self._hosts, self._sessions, self._cookie, self._refused = app, hosts, sessions, cookie, refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(raw=message["headers"])
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                message["headers"] = headers.raw
            await send(message)

        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, guarded)
            return
        fault = ""
        try:
            await self._app(scope, receive, guarded)
        except Exception as error:  # only its type is told: its words may quote a message
            fault = type(error).__name__
        if fault:
            _LOG.error("a page failed (%s)", fault)
            if not started:
                await self._refused(500)(scope, receive, guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        headers, path = Headers(scope=scope), str(scope["path"])
        host = headers.get("host", "")
        if host not in self._hosts:
            return PlainTextResponse("This address is not the one of the desk.", 421)
        if scope["method"] not in _SAFE and not self._same_origin(headers):
            return self._refused(403)
        session = self._sessions.find(_cookie(headers, self._cookie))
        scope.setdefault("state", {})["session"] = session
        if session is None and not path.startswith(_OPEN):
            return self._refused(401)
        return None

    def _same_origin(self, headers: Headers) -> bool:
        """Return whether a change comes from a page of this desk; every browser in use says where it comes from."""
        origin = headers.get("origin")
        if origin is None:
            return False
        return origin.startswith("http://") and origin.removeprefix("http://") in self._hosts


def _cookie(headers: Headers, name: str) -> str:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(headers.get("cookie", ""))
    except Exception:
        return ""
    return jar[name].value if name in jar else ""
