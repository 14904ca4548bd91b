"""Errors as answers: problem details (RFC 9457), with places and without text of messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse

from grooming_risk.errors import GroomingRiskError, InputTooLargeError, InvalidConversationError


class Problem(Exception):
    """A request that cannot be answered as asked.

    Attributes:
        status: HTTP status.
        detail: What is wrong and what to do; never text of a message, nor any other value of the request.
        errors: Where it is wrong, when the request has several parts.
        headers: Headers of the answer.
        reason: Short name of the problem, for metrics.
    """

    status: int
    detail: str
    errors: Sequence[Mapping[str, Any]]
    headers: Mapping[str, str]
    reason: str

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        reason: str,
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Store the parts of the answer; see the attributes."""
        super().__init__(detail)
        self.status, self.detail, self.errors = status, detail, errors
        self.headers, self.reason = headers or {}, reason

    def response(self) -> JSONResponse:
        """Return the answer."""
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            body["errors"] = list(self.errors)
        return JSONResponse(body, self.status, dict(self.headers), media_type="application/problem+json")


def refusal(error: GroomingRiskError, place: Mapping[str, int] | None = None) -> dict[str, Any]:
    """Return one entry of `Problem.errors`.

    Args:
        error: An error of the library, which cites indices and never text.
        place: Where in the request, as name of a list → index.

    Returns:
        The place, with the index of the message where the error has one, and the detail.
    """
    index = error.index if isinstance(error, InvalidConversationError) else None
    return {**(place or {}), **({} if index is None else {"message": index}), "detail": str(error)}


def unusable(error: GroomingRiskError) -> Problem:
    """Return the problem of a request whose content the library refuses."""
    return unusable_parts([(error, {})])


def unusable_parts(found: Sequence[tuple[GroomingRiskError, Mapping[str, int]]]) -> Problem:
    """Return the problem of a request with parts that the library refuses.

    Args:
        found: Each error with its place.

    Returns:
        413 where every error is a limit that is exceeded, else 422.
    """
    large = all(isinstance(error, InputTooLargeError) for error, _ in found)
    status, reason = (413, "too_large") if large else (422, "unusable")
    errors = [refusal(error, place) for error, place in found]
    parts = "one part" if len(errors) == 1 else f"{len(errors)} parts"
    return Problem(
        status, f"{parts} of the request cannot be used; nothing was read. See errors", reason=reason, errors=errors
    )


def busy(seconds: int) -> Problem:
    """Return the problem of a request that comes while too much is waiting, to be sent again after some seconds."""
    return Problem(
        429,
        f"too many messages are waiting to be scored; try again in {seconds} s",
        reason="busy",
        headers={"Retry-After": str(seconds)},
    )


def unavailable(detail: str, seconds: int = 1) -> Problem:
    """Return the problem of a request that cannot be answered now, but may be after some seconds."""
    return Problem(503, detail, reason="unavailable", headers={"Retry-After": str(seconds)})
