"""What every request passes: a time limit, Host and token, problems as answers, the access log and the metrics.

Nothing of a request gets into the log but its method, the name of its route, and sizes: ids in paths may name
people. Errors of ours are logged by type and place in the code, because their words may hold text.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from grooming_risk.service.problems import Problem, unavailable
from grooming_risk.service.running import Running
from grooming_risk.service.tokens import Tokens

_ACCESS = logging.getLogger("grooming_risk.service.access")
_ERRORS = logging.getLogger("grooming_risk.service")
# Answered without a token: probes have none, and the description of the service holds no secret.
OPEN = frozenset({"/health", "/ready", "/docs", "/docs.css", "/openapi.json"})
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'"),
    (b"referrer-policy", b"no-referrer"),
)


class Gate:
    """ASGI middleware around all routes."""

    def __init__(self, app: ASGIApp, running: Running, tokens: Tokens) -> None:
        """Wrap an application.

        Args:
            app: The application; it finds what runs as `Request.app`.
            running: What runs, with the options that hold here.
            tokens: Tokens that are accepted; with none, no token is asked for.
        """
        self._app, self._running, self._tokens = app, running, tokens
        self._limits, self._metrics = running.options.limits, running.metrics
        self._hosts = frozenset(host.lower() for host in running.options.hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        scope["app"] = self._running
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        answer = _Answer(send)
        started = time.monotonic()
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        caller, reason = None, ""
        try:
            caller = self._admit(scope, headers)
            async with asyncio.timeout(self._limits.body_seconds + self._limits.answer_seconds):
                await self._app(scope, receive, answer.send)
        except Exception as error:
            problem = _problem(error, answer.request_id)
            reason = problem.reason
            self._metrics.refused.labels(reason).inc()
            if not answer.begun:
                await problem.response()(scope, receive, answer.send)
        self._note(scope, answer, caller, reason, time.monotonic() - started)

    def _admit(self, scope: Scope, headers: dict[str, str]) -> str | None:
        """Check framing, Host and token; return the name of the caller, or None where no token is asked for."""
        close = {"Connection": "close"}
        names = [name for name, _ in scope["headers"]]
        if b"transfer-encoding" in names and b"content-length" in names:
            raise Problem(400, "send Content-Length or Transfer-Encoding, not both", reason="malformed", headers=close)
        if any(names.count(name) > 1 for name in (b"host", b"authorization", b"content-type", b"idempotency-key")):
            raise Problem(400, "send each header once", reason="malformed", headers=close)
        if self._hosts and _host(headers.get("host", "")) not in self._hosts:
            raise Problem(421, "this service has another name; see --allowed-host", reason="host", headers=close)
        if not self._tokens or scope["path"] in OPEN:
            return None
        caller = self._tokens.caller(headers.get("authorization", ""))
        if caller is None:
            challenge = {"WWW-Authenticate": "Bearer", **close}
            raise Problem(401, "send a token: Authorization: Bearer …", reason="unauthorized", headers=challenge)
        return caller

    def _note(self, scope: Scope, answer: _Answer, caller: str | None, reason: str, seconds: float) -> None:
        route = getattr(scope.get("endpoint"), "__name__", "none")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._metrics.requests.labels(method, route, str(answer.status)).inc()
        self._metrics.request_seconds.labels(route).observe(seconds)
        _ACCESS.info(
            "%s %s %d %.1f ms %d bytes caller=%s request=%s%s",
            *(method, route, answer.status, seconds * 1_000, answer.size, caller or "-", answer.request_id),
            f" refused={reason}" if reason else "",
        )


class _Answer:
    """Sends an answer with the headers that all answers have, and notes its status and size."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun, self.status, self.size = False, 0, 0
        self.request_id = secrets.token_hex(8)

    async def send(self, message: Message) -> None:
        """Send a part of the answer."""
        if message["type"] == "http.response.start":
            self.begun, self.status = True, message["status"]
            own = [*_HEADERS, (b"x-request-id", self.request_id.encode())]
            message = {**message, "headers": [*message["headers"], *own]}
        elif message["type"] == "http.response.body":
            self.size += len(message.get("body", b""))
        await self._send(message)


def _host(value: str) -> str:
    """Return the name of a Host header, without its port."""
    return value.lower().rpartition(":")[0] if value.rpartition(":")[2].isdecimal() else value.lower()


def _problem(error: Exception, request_id: str) -> Problem:
    """Return the answer to an error."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, TimeoutError):
        return unavailable("the request took too long; send fewer messages, or try again", 5)
    if isinstance(error, HTTPException):  # no such route, or not with this method
        headers = dict(error.headers or {})
        return Problem(error.status_code, "see /docs for what can be asked", reason="route", headers=headers)
    _ERRORS.error("request %s failed: %s at %s", request_id, type(error).__name__, _place(error))
    return Problem(500, f"the service failed; its log has request {request_id}", reason="fault")


def _place(error: BaseException) -> str:
    """Return where an error was raised: file and line."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "unknown" if trace is None else f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
