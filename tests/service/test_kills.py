"""Processes killed under load: no message lost or read twice, no flag lost or repeated, in SQLite and PostgreSQL."""

import http.client
import os
import random
import tempfile
import threading
import time

import pytest

pytest.importorskip("starlette", reason="starlette is not installed (extra serve)")
pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs Unix sockets")

from grooming_risk import ConversationMonitor
from grooming_risk.testing import StandInScorer
from tests.support.examples import thorough
from tests.support.service.service_client import stream
from tests.support.service_process import start

CALLERS = 4


def expected(sent):
    """Messages and flag of each conversation, as one monitor finds them."""
    monitors, flags = {}, {}
    for name, _, message in sent:
        monitor = monitors.setdefault(name, ConversationMonitor(StandInScorer()))
        step = monitor.update(message)
        if step.raised:
            flags[name] = step.message
    return {name: monitor.messages for name, monitor in monitors.items()}, flags


class Load:
    """Callers that send the messages of their conversations in order, each until it is answered.

    They go no further than a share of their messages, `reach`, so that every kill happens under load, however fast or
    slow the machine is.
    """

    def __init__(self, sent, processes):
        self._processes = processes
        parts = [[row for row in sent if hash_of(row[0]) == number] for number in range(CALLERS)]
        self.raised, self.errors, self.reach = [], [], 0.0
        self._threads = [threading.Thread(target=self._send, args=(part, n)) for n, part in enumerate(parts)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        for thread in self._threads:
            thread.join(600)

    @property
    def running(self):
        return any(thread.is_alive() for thread in self._threads)

    def _send(self, rows, seed):
        choose = random.Random(seed)
        for place, (name, key, message) in enumerate(rows):
            while place > self.reach * len(rows):
                time.sleep(0.01)
            path, headers = f"/v1/conversations/{name}/messages", {"Idempotency-Key": key}
            while True:
                try:
                    process = choose.choice(self._processes)
                    status, answer = process.ask("POST", path, {"messages": [message]}, headers, timeout=20)
                except (OSError, ValueError, http.client.HTTPException):  # no answer, or half of one
                    status = 0
                if status == 200:
                    break
                if status not in (0, 429, 503):
                    self.errors.append(status)
                    return
                time.sleep(0.01)
            if answer["flag"] is not None:
                self.raised.append((name, answer["flag"]["message"]))


def hash_of(name):
    return int(name.rpartition("-")[2]) % CALLERS


@pytest.mark.parametrize(
    ("state", "count"),
    [("sqlite", 1), pytest.param("postgres", 2, marks=[pytest.mark.slow, pytest.mark.engine])],
    indirect=["state"],
)
@pytest.mark.scaled
def test_kills_lose_and_repeat_nothing(state, count):
    kills = 100 if thorough() else 3
    sent = stream(11, conversations=80 if thorough() else 20, messages=120 if thorough() else 12)
    messages, flags = expected(sent)
    assert flags
    killing = random.Random(5)
    with tempfile.TemporaryDirectory(prefix="gr", dir="/tmp") as folder:
        processes = [start(folder, state, number) for number in range(count)]
        done = 0
        with Load(sent, processes) as load:
            while load.running:
                load.reach = (done + 1) / kills
                time.sleep(killing.uniform(0.02, 0.3))
                if done < kills:
                    number = killing.randrange(count)
                    processes[number].kill()
                    processes[number] = start(folder, state, number)
                    done += 1
        assert load.errors == []
        assert done == kills
        found = {name: processes[0].ask("GET", f"/v1/conversations/{name}")[1]["messages"] for name in messages}
        listed = processes[-1].ask("GET", "/v1/flags?limit=1000")[1]["flags"]
        for process in processes:
            process.kill()
    assert found == messages
    assert {row["flag"]["conversation"]: row["flag"]["message"] for row in listed} == flags
    assert len(listed) == len(flags)
    assert sorted(load.raised) == sorted(flags.items())  # each caller was told once
