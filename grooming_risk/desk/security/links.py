"""Links that sign a browser in once: signed with a secret that only this user of the machine can read."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time

VALID_SECONDS = 3_600


def new_link(address: str, secret: str) -> str:
    """Return a link that signs a browser in; it works once, within an hour."""
    head = f"{int(time.time())}.{secrets.token_urlsafe(16)}"
    return f"{address}/start?token={head}.{_signature(head, secret)}"


class Links:
    """Which links were used."""

    def __init__(self, secret: str) -> None:
        """Prepare to check links that were signed with a secret."""
        self._secret = secret
        self._used: dict[str, float] = {}
        self._lock = threading.Lock()

    def redeem(self, token: str) -> bool:
        """Return whether a token is good, which it is only once."""
        head, _, signature = token.rpartition(".")
        if not token.isascii() or not hmac.compare_digest(signature, _signature(head, self._secret)):
            return False
        made, now = float(head.split(".")[0]), time.time()
        with self._lock:
            self._used = {used: at for used, at in self._used.items() if now - at < 2 * VALID_SECONDS}
            if not 0 <= now - made + 1 <= VALID_SECONDS or head in self._used:
                return False
            self._used[head] = now
        return True


def _signature(head: str, secret: str) -> str:
    return hmac.new(secret.encode("ascii"), head.encode("ascii"), hashlib.sha256).hexdigest()
