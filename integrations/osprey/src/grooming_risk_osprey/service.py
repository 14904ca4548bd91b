"""Requests to a grooming-risk service, with the standard library alone. Errors name statuses, never content."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

_SECONDS = 5.0


class ServiceError(Exception):
    """The service did not read the messages.

    Attributes:
        status: HTTP status; 0 where it did not answer.
    """

    status: int

    def __init__(self, status: int) -> None:
        """Create the error of a status."""
        words = f"answered with status {status}" if status else "did not answer; check GROOMING_RISK_URL"
        super().__init__(f"the grooming-risk service {words}")
        self.status = status


class Service:
    """A grooming-risk service."""

    def __init__(self, url: str, token: str | None) -> None:
        """Store address and token."""
        self._url, self._token = url, token
        # Without this, urllib would follow redirects with the token, and ask the environment for a proxy.
        self._opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))

    def read_messages(self, conversation: str, messages: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Read the next messages of a live conversation; those whose id was read before are left out by the service.

        Args:
            conversation: Its id.
            messages: The messages.

        Returns:
            The answer.

        Raises:
            ServiceError: The service did not read them.
        """
        request = urllib.request.Request(
            f"{self._url}/v1/conversations/{quote(conversation, safe='')}/messages",
            json.dumps({"messages": list(messages)}).encode(),
            {"Content-Type": "application/json", **({"Authorization": f"Bearer {self._token}"} if self._token else {})},
        )
        status = 0
        try:
            with self._opener.open(request, timeout=_SECONDS) as answer:
                found: dict[str, Any] = json.load(answer)
                return found
        except urllib.error.HTTPError as error:
            status = error.code
            error.close()
        except (OSError, ValueError):
            pass
        raise ServiceError(status)  # outside, because what was caught may hold content


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:  # type: ignore[override]
        """Follow no redirect."""
        return
