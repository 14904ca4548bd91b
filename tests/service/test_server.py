"""The service on a socket: hostile connections, overload, and a regular end."""

import contextlib
import http.client
import json
import os
import re
import select
import socket
import stat
import sys
import threading
import time
from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="starlette is not installed (extra serve)")
pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX") or os.name == "nt", reason="needs Unix sockets")

from grooming_risk.service.server import PatientProtocol
from grooming_risk.service.stores import StoreError
from tests.support.service.service_client import CHAT, service
from tests.support.service_process import Process, read_all, serving

CANARY = b"xylophonecanary"
HEAD = b"POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def process():
    limits = {"head_seconds": 2.0, "body_seconds": 2.0, "body_bytes": 50_000, "connections": 50}
    with serving(None, **limits) as process:
        yield process


def _scores(process):
    with contextlib.suppress(OSError, http.client.HTTPException):
        return process.ask("POST", "/v1/score", {"messages": CHAT})[0] == 200


def status(answer):
    return int(answer.split(b" ", 2)[1]) if answer else None


@pytest.fixture(autouse=True)
def it_goes_on(request):
    """Whatever a test does, the service answers afterwards, and has written no text."""
    yield
    if "process" in request.fixturenames:
        process = request.getfixturevalue("process")
        until = time.monotonic() + 60
        while not _scores(process):  # its limits of time are short, and this machine may be busy
            assert time.monotonic() < until
        assert CANARY.decode() not in process.log()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"GET / HTTP/9\r\n\r\n", 400),
        (CANARY + b"\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc" + CANARY, 400),
        (HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}", 400),
        (HEAD + b"Content-Length: -1\r\n\r\n", 400),
        (HEAD + b"Content-Length: 5x\r\n\r\n", 400),
        (HEAD + b"Content-Length: +5\r\n\r\n", 400),
        (HEAD + b"Content-Length: 5, 6\r\n\r\n", 400),
        (HEAD + b"Transfer-Encoding : chunked\r\n\r\n", 400),
        (HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n", 501),
        (b"GET http://evil.example/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404),
        (HEAD + b"Transfer-Encoding: xchunked\r\n\r\n", 501),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n", 400),
        (HEAD + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (HEAD + b"Bad Header: 1\r\n\r\n", 400),
        (HEAD + b" folded: 1\r\n\r\n", 415),
        (HEAD + b"X: \x00\r\n\r\n", 400),
        (b"POST /v1/score HTTP/1.1\r\n\r\n", 400),
        (HEAD + b"X: " + b"x" * 100_000 + b"\r\n\r\n", 400),
    ],
)  # fmt: skip
def test_ambiguous_or_malformed_http_is_refused(process, data, expected):
    answer = process.raw(data, 20)
    assert status(answer) in ({expected} if expected != 501 else {400, 501})
    assert CANARY not in answer


def test_a_second_request_cannot_hide_behind_a_body(process):
    hidden = b"GET /v1/flags HTTP/1.1\r\nHost: localhost\r\n\r\n"
    length = b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    assert process.raw(HEAD + length + hidden, 20).count(b"HTTP/1.1") == 1


def test_a_head_that_does_not_come_is_not_waited_for(process):
    for begin in (b"", b"P", HEAD, HEAD + b"Content-Le"):
        started = time.monotonic()
        process.raw(begin, 20)
        assert 1.5 < time.monotonic() - started < 18


def test_a_head_that_drips_is_not_waited_for(process):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(20)
        connection.connect(str(process.path))
        started = time.monotonic()
        with pytest.raises(OSError):
            while time.monotonic() - started < 15:
                connection.sendall(b"X")
                time.sleep(0.05)
    assert time.monotonic() - started < 15


def test_a_body_that_drips_is_not_waited_for(process):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(20)
        connection.connect(str(process.path))
        connection.sendall(HEAD + b"Content-Length: 1000\r\n\r\n{")
        answers = []
        reader = threading.Thread(target=lambda: answers.append(read_all(connection)))
        reader.start()
        started = time.monotonic()
        while reader.is_alive() and time.monotonic() - started < 15:
            try:
                connection.sendall(b" ")
            except OSError:
                break
            time.sleep(0.05)
        reader.join(20)
    assert status(answers[0]) == 408
    assert b"connection: close" in answers[0].lower()


def test_a_large_body_is_refused_before_it_is_read(process):
    answer = process.raw(HEAD + b"Content-Length: 99999999999\r\n\r\n" + CANARY, 20)
    assert (status(answer), CANARY in answer) == (413, False)
    chunk = b"2000\r\n" + b" " * 0x2000 + b"\r\n"
    assert status(process.raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 10 + b"0\r\n\r\n", 20)) == 413


@pytest.mark.parametrize("more", [b"", b"Connection: close\r\n"], ids=["kept open", "closed"])
def test_an_answer_that_nobody_fetches_is_given_up(process, more):
    # More than a socket holds (200 kB) for a body of less than 50 kB.
    short = {"messages": [{"speaker": speaker, "text": "bye"} for speaker in "abab"]}
    body = json.dumps({"conversations": [short] * 250}, separators=(",", ":")).encode()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(60)
        connection.connect(str(process.path))
        connection.sendall(HEAD + more + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        begun = connection.recv(4_096)
        closed = select.poll()
        closed.register(connection, 0)  # which tells that the other side is gone, whatever is left to read
        assert closed.poll(60_000)
        answer = begun + read_all(connection)
    head, _, content = answer.partition(b"\r\n\r\n")
    length = int(re.search(rb"content-length: (\d+)", head)[1])
    assert status(answer) == 200
    assert len(content) < length


def test_an_answer_that_is_fetched_slowly_is_waited_for():
    class Transport:
        left, aborted = 300_000, False

        def get_write_buffer_size(self):
            return self.left

        def abort(self):
            self.aborted = True

    class Loop:
        timers = ()

        def call_later(self, seconds, work):
            self.timers = (*self.timers, (seconds, work))

    protocol = object.__new__(PatientProtocol)
    protocol.transport, protocol.loop, protocol._head_seconds = Transport(), Loop(), 2.0
    protocol._wait()
    for left, aborted in ((200_000, False), (100_000, False), (99_000, True)):
        protocol.transport.left = left
        seconds, work = protocol.loop.timers[-1]
        work()
        assert (seconds, protocol.transport.aborted) == (2.0, aborted)
    assert len(protocol.loop.timers) == 3


def test_too_many_connections_are_refused_and_it_recovers(process):
    held = []
    for _ in range(60):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.connect(str(process.path))
        held.append(connection)
    code, _ = process.ask("GET", "/health")
    assert code == 503
    for connection in held:
        connection.close()
    until = time.monotonic() + 20
    while process.ask("GET", "/health")[0] != 200:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_only_the_owner_can_use_the_socket(process):
    assert stat.S_IMODE(process.path.stat().st_mode) == 0o600


def test_the_end_answers_what_is_in_progress():
    with serving(None, scoring_seconds=1.0) as process:
        answers = []
        asking = threading.Thread(target=lambda: answers.append(process.ask("POST", "/v1/score", {"messages": CHAT})))
        asking.start()
        time.sleep(0.4)
        assert process.stop() == 0
        asking.join(20)
        assert answers[0][0] == 200
        assert not process.path.exists()


def test_the_end_does_not_wait_for_ever():
    """What waits behind the batch at hand is not begun."""
    large = {"messages": CHAT * 260, "explain": False}  # a batch of its own
    with serving(None, scoring_seconds=4.0, drain_seconds=1.0) as process:
        for _ in range(16):
            threading.Thread(target=_ignore, args=(process.ask, "POST", "/v1/score", large)).start()
        time.sleep(1.0)
        started = time.monotonic()
        process.stop()
        assert time.monotonic() - started < 45  # sixteen batches would take 64 s


def _ignore(work, *arguments):
    with contextlib.suppress(OSError, http.client.HTTPException):
        work(*arguments)


def test_two_processes_cannot_share_a_file(tmp_path):
    state = str(tmp_path / "live.db")
    with serving(state), pytest.raises(StoreError, match="open in another process"), service(tmp_path, state=state):
        pass


@pytest.mark.slow
def test_the_command_serves_the_model(tmp_path, tmp_path_factory):
    folder = tmp_path_factory.mktemp("s")
    command = [sys.executable, "-m", "grooming_risk", "serve", "--state", str(tmp_path / "live.db")]
    path = Path("/tmp") / f"gr{os.getpid()}"
    process = Process([*command, "--socket", str(path)], path, folder / "log")
    try:
        code, answer = process.ask("POST", "/v1/score", {"messages": CHAT})
        assert (code, answer["results"][0]["outcome"]) == (200, "no_review")
        from grooming_risk import score_conversation

        expected = json.loads(json.dumps(score_conversation(CHAT).to_dict()))
        found = answer["results"][0]
        for each in (expected, found):
            each.pop("conversation", None)
            each["provenance"].pop("input_digest")
        assert found == expected
        assert process.stop() == 0
    finally:
        process.kill()
