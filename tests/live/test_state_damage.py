"""A damaged state file: what is damaged is set aside by name, the rest goes on, and nothing is silently wrong."""

import json
import os
import random
import sqlite3
import subprocess
import sys

import pytest

from grooming_risk.errors import GroomingRiskError, UnsupportedFormatError
from grooming_risk.live import ConversationWatch, NoticeKind, StateFile, WatchOptions, state_database
from grooming_risk.live.state_file import StoredConversation
from grooming_risk.testing import StandInScorer

SETTINGS = WatchOptions().settings(StandInScorer().artifact)
CANARY = "xylophonecanary"


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch):
    monkeypatch.setattr(state_database, "PRAGMAS", (*state_database.PRAGMAS[:-1], "synchronous = OFF"))
    monkeypatch.setattr(os, "fsync", lambda _: None)


def messages(seed=3, conversations=6, each=16):
    source = random.Random(seed)
    turns = [name for name in range(conversations) for _ in range(each)]
    source.shuffle(turns)
    return [
        {"conversation": f"chat {name}", "speaker": source.choice("ab"), "text": f"number {source.randrange(10**6)}"}
        for name in turns
    ]


MESSAGES = messages()
HALF = len(MESSAGES) // 2


def follow(rows, path, notices=None):
    """Follow messages, and return the last probability of each conversation."""
    found, said = {}, [] if notices is None else notices
    options = WatchOptions(state=path, conversations=2)
    with ConversationWatch(StandInScorer(), options, write=lambda _: None, notify=said.append) as watch:
        for row in rows:
            step = watch.update(row)
            found[row["conversation"]] = (step.message, step.probability, step.warning)
        watch.finish()
    return found


@pytest.fixture(scope="module")
def halfway(tmp_path_factory):
    """The bytes of a state file after half of the messages."""
    path = tmp_path_factory.mktemp("state") / "state"
    follow(MESSAGES[:HALF], path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    path = tmp_path_factory.mktemp("whole") / "state"
    follow(MESSAGES[:HALF], path)
    return follow(MESSAGES[HALF:], path)


def check(path, expected):
    """Whatever the damage: a refusal that names the file, or the same figures but for what is named. Twice."""
    notices = []
    try:
        found = follow(MESSAGES[HALF:], path, notices)
    except UnsupportedFormatError as error:
        assert "state" in str(error)
        return "refused"
    named = {notice.name for notice in notices if notice.kind is NoticeKind.SET_ASIDE}
    assert {name: value for name, value in found.items() if name not in named} == {
        name: value for name, value in expected.items() if name not in named
    }
    again = []
    follow(MESSAGES[-4:], path, again)  # a restart goes on with what is left
    assert {notice.kind for notice in again} <= {NoticeKind.RESUMED}
    return "named" if named else "unharmed"


def test_a_flipped_bit_is_never_silent(tmp_path, halfway, expected):
    source, path, outcomes = random.Random(1), tmp_path / "state", []
    for _ in range(60):
        bit = source.randrange(len(halfway) * 8)
        damaged = bytearray(halfway)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        outcomes.append(check(path, expected))
    assert outcomes.count("named") >= 10
    assert outcomes.count("refused") <= 3  # the header and the tables' names


def test_a_lost_page_costs_only_what_was_on_it(tmp_path, halfway, expected):
    """The file is rebuilt from the other pages; the damaged one is kept."""
    path, refused = tmp_path / "state", 0
    size = int.from_bytes(halfway[16:18], "big")
    for page in range(1, len(halfway) // size):
        damaged = bytearray(halfway)
        damaged[page * size : (page + 1) * size] = bytes(size)
        path.write_bytes(damaged)
        refused += check(path, expected) == "refused"
    assert refused <= 2
    kept = [file for file in tmp_path.iterdir() if ".damaged-" in file.name]
    assert kept and all(len(file.read_bytes()) == len(halfway) for file in kept)


def test_a_damaged_conversation_is_named_and_begins_anew(tmp_path, halfway, expected):
    path = tmp_path / "state"
    path.write_bytes(halfway)
    state = StateFile(path, SETTINGS)
    key = state.key("chat 3")
    state.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE conversations SET head = replace(head, '1', '2') WHERE key = ?", (key,))
    connection.close()
    notices = []
    found = follow(MESSAGES[HALF:], path, notices)
    said = {notice.kind: str(notice) for notice in notices}
    assert said[NoticeKind.DAMAGED].startswith("the state file was damaged: 1 conversations are set aside")
    assert 'the state of conversation "chat 3" was damaged' in said[NoticeKind.SET_ASIDE]
    assert found["chat 3"][0] < expected["chat 3"][0]
    assert {**found, "chat 3": 0} == {**expected, "chat 3": 0}


def test_a_damaged_flag_is_not_written_and_counted(tmp_path):
    path = tmp_path / "state"
    state = StateFile(path, SETTINGS)
    state.commit(1, [], ['{"flag": 1}\n', '{"flag": 2}\n'])
    state.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE waiting SET line = replace(line, '1', '7')")
    connection.close()
    state = StateFile(path, SETTINGS)
    assert (state.waiting(), state.lost_flags) == (['{"flag": 2}\n'], 1)
    state.close()


def test_damage_quotes_nothing_of_the_file(tmp_path, halfway):
    source, path = random.Random(2), tmp_path / "state"
    for _ in range(20):
        damaged = bytearray(halfway)
        for _ in range(200):
            damaged[source.randrange(len(damaged))] = source.randrange(256)
        path.write_bytes(damaged)
        try:
            StateFile(path, SETTINGS).close()
        except GroomingRiskError as error:
            assert error.__context__ is error.__cause__ is None


def test_a_file_of_an_older_version_is_named(tmp_path):
    path = tmp_path / "state"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")
        connection.execute(f"PRAGMA application_id = {0x47526D6F}")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(UnsupportedFormatError, match="state file of format 1, and this version reads format 3"):
        StateFile(path, SETTINGS)
    assert path.read_bytes() == before


def test_the_row_of_a_run_of_short_messages_is_stored_again(tmp_path):
    """A message that continues a run replaces the run's row, and adds none."""
    state = StateFile(tmp_path / "state", SETTINGS)
    first = {"text_messages": 2, "rows": [{"number": 0, "position": 0}, {"number": 1, "position": 1}]}
    second = {"text_messages": 2, "rows": [{"number": 0, "position": 0}, {"number": 1, "position": 2}]}
    state.commit(2, [StoredConversation("chat", first)], [])
    state.commit(3, [StoredConversation("chat", second, 2)], [])
    assert state.load("chat") == second
    state.close()


def test_an_attempt_to_open_it_twice_does_not_unlock_it(tmp_path):
    """Closing any descriptor of a file drops all of the process's POSIX locks on it."""
    path = tmp_path / "state"
    state = StateFile(path, SETTINGS)
    with pytest.raises(UnsupportedFormatError, match="another monitor has it open"):
        StateFile(path, SETTINGS)
    code = (
        "import json, sys; from pathlib import Path; from grooming_risk.live import StateFile\n"
        "try:\n    StateFile(Path(sys.argv[1]), json.loads(sys.argv[2]))\n"
        "except Exception as error:\n    print(error)\n"
    )
    command = [sys.executable, "-c", code, str(path), json.dumps(SETTINGS)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "another monitor has it open" in done.stdout
    state.close()
    StateFile(path, SETTINGS).close()
