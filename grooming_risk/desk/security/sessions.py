"""Sessions: who reads in which browser, in memory only. They end with the desk."""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from dataclasses import dataclass, field

from grooming_risk.desk.security.users import SUPERVISOR

_IDLE = 12 * 3_600.0  # seconds without a request after which a session ends
_IDLE_SHARED = 30 * 60.0  # the same where several people share the machine
_MOST = 200


@dataclass(slots=True)
class Session:
    """One browser. The `repr` shows no token.

    Attributes:
        token: value of its cookie.
        csrf: that every form must carry.
        reader: name; empty until it was given.
        role: reader, second_reader or supervisor.
        seen: when it was last used.
        shown: number of a case → messages whose texts are shown.
        queue: filter of the queue that the reader came from, as a query.
        decision: the last decision, for undo; 0 for none.
        notice: sentence for the next page.
    """

    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    reader: str = ""
    role: str = SUPERVISOR
    seen: float = field(default_factory=time.monotonic)
    shown: dict[int, set[int]] = field(default_factory=dict)
    queue: str = ""
    decision: int = 0
    notice: str = ""

    def allows(self, csrf: str) -> bool:
        """Return whether a form carries the token of this session."""
        return hmac.compare_digest(csrf.encode("utf-8", "replace"), self.csrf.encode("ascii"))


class Sessions:
    """All sessions of a running desk."""

    def __init__(self, *, shared: bool) -> None:
        """Prepare; on a shared machine sessions end after half an hour without a request."""
        self._idle = _IDLE_SHARED if shared else _IDLE
        self._sessions: dict[str, Session] = {}
        self._lock = threading.Lock()

    def create(self) -> Session:
        """Return a new session."""
        session = Session()
        with self._lock:
            self._drop_old()
            if len(self._sessions) >= _MOST:
                oldest = min(self._sessions.values(), key=lambda item: item.seen)
                del self._sessions[oldest.token]
            self._sessions[session.token] = session
        return session

    def find(self, token: str) -> Session | None:
        """Return the session of a cookie; None if there is none, or it has ended."""
        with self._lock:
            self._drop_old()
            session = self._sessions.get(token)
            if session is not None:
                session.seen = time.monotonic()
            return session

    def end(self, session: Session) -> None:
        """End a session."""
        with self._lock:
            self._sessions.pop(session.token, None)

    def renew(self, session: Session) -> None:
        """Give a session a new cookie, as after a sign-in."""
        with self._lock:
            self._sessions.pop(session.token, None)
            session.token, session.csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
            self._sessions[session.token] = session

    def _drop_old(self) -> None:
        now = time.monotonic()
        for token in [token for token, item in self._sessions.items() if now - item.seen > self._idle]:
            del self._sessions[token]
