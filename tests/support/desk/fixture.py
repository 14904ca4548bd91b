"""A desk in a folder of a test, with the stand-in scorer, and a client that is signed in."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from starlette.testclient import TestClient

from grooming_risk.desk.application import make_app
from grooming_risk.desk.security.links import new_link
from grooming_risk.desk.security.users import Users
from grooming_risk.desk.server import hosts_of, make_state
from grooming_risk.desk.storage.desk import open_desk
from grooming_risk.desk.storage.folder import open_folder
from grooming_risk.outcome import Outcome
from grooming_risk.testing import CONVERSATIONS, StandInScorer

PORT = 8713
ADDRESS = f"http://127.0.0.1:{PORT}"
SECRET = "a secret of the tests only"


def export(messages=CONVERSATIONS[Outcome.REVIEW], start=0) -> bytes:
    """An export in JSON of one conversation, a minute between two messages."""
    rows = [
        {
            "speaker": speaker,
            "text": text,
            "timestamp": f"2026-03-01T{19 + n // 60 % 4:02}:{n % 60:02}:{start % 60:02}Z",
        }
        for n, (speaker, text) in enumerate(messages)
    ]
    return json.dumps(rows).encode()


_SCORER = StandInScorer()


@lru_cache(maxsize=4096)
def _different(outcome: Outcome, line: str):
    """A conversation that the stand-in scorer answers with an outcome although a line is added to it."""
    for spare in range(100_000):
        messages = [*CONVERSATIONS[outcome], ("ben", f"{line} {spare}")]
        if _SCORER.score(messages, explain=False).outcome is outcome:
            return messages
    raise AssertionError("the stand-in scorer has one answer for everything")


def quiet(number: int):
    """A conversation that the stand-in scorer does not flag, different for each number."""
    return _different(Outcome.NO_REVIEW, f"bus {number} comes at")


def flagged(number: int):
    """A conversation that the stand-in scorer flags, different for each number."""
    return _different(Outcome.REVIEW, f"train {number} comes at")


def new_desk(folder: Path, passphrase=None):
    """A desk in a folder, opened as the server opens it."""
    return open_desk(open_folder(folder), passphrase)


class DeskClient:
    """A browser without scripts that is signed in to a desk in this process."""

    def __init__(self, folder: Path, *, passphrase=None, users: Path | None = None, name="Ada"):
        self.desk = new_desk(folder, passphrase)
        people = None if users is None else Users(users)
        self.state = make_state(self.desk, PORT, SECRET, people, StandInScorer)
        self.app = make_app(self.state, hosts_of(PORT))
        self.http = self.browser()
        if name and users is None:
            self.sign_in(name)

    def browser(self) -> TestClient:
        return TestClient(self.app, base_url=ADDRESS, raise_server_exceptions=True, headers={"accept-language": "en"})

    def sign_in(self, name, http=None):
        http = http or self.http
        answer = http.get(new_link("", SECRET))
        assert answer.status_code == 200, answer.text
        self.post("/me", {"name": name, "color": "1"}, http=http)
        return http

    def token(self, http=None, at="/help") -> str:
        return re.search(r'data-csrf="([^"]+)"', (http or self.http).get(at).text)[1]

    def post(self, path, fields=(), http=None, **options):
        http = http or self.http
        data = {"csrf": self.token(http), **dict(fields)}
        headers = {"origin": ADDRESS, **options.pop("headers", {})}
        return http.post(path, data=data, headers=headers, **options)

    def upload(self, files, language="", http=None):
        """Bring files in and read them: name → bytes."""
        http = http or self.http
        parts = [("files", (name, data, "application/octet-stream")) for name, data in files.items()]
        data = {"csrf": self.token(http), "language": language}
        answer = http.post("/imports", data=data, files=parts, headers={"origin": ADDRESS})
        while self.state.worker.work():
            pass
        return answer

    def rows(self, query, *values):
        with self.desk.database.reading() as connection:
            return [tuple(row) for row in connection.execute(query, values)]

    def decide(self, case, choice="escalate", note="", http=None, stage="first", seal=True):
        answer = self.post(f"/cases/{case}/decide", {"choice": choice, "note": note, "stage": stage}, http=http)
        if seal:
            self.seal()
        return answer

    def seal(self):
        """Let the ten seconds pass."""
        from grooming_risk.desk.review.sealing import seal_due

        with self.desk.database.writing() as connection:
            connection.execute("UPDATE decisions SET final_at = 0 WHERE state = 'pending'")
        seal_due(self.desk)

    def close(self):
        with suppress(AttributeError):
            self.http.close()
        self.desk.database.close()
