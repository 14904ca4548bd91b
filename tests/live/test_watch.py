"""Many conversations followed by one watch: flags, kills, drops, state files and bad lines."""

import json
import logging
import os
import random
import stat
from pathlib import Path

import jsonschema
import pytest

import grooming_risk
from grooming_risk import ConversationMonitor, live
from grooming_risk.commands.demo import SAMPLES
from grooming_risk.errors import (
    InputTooLargeError,
    InvalidConversationError,
    InvalidOptionError,
    UnsupportedFormatError,
)
from grooming_risk.live import (
    ConversationWatch,
    Event,
    FlagFile,
    NoticeKind,
    StateFile,
    WatchOptions,
    WatchSummary,
    state_database,
)
from grooming_risk.live import watch as watch_module
from grooming_risk.testing import StandInScorer
from tests.support.review_records_fixture import places

CANARY = "xylophonecanary"
CONVERSATIONS, MESSAGES = 12, 9


def stream(seed):
    """Interleaved messages of several conversations, none of them a short one."""
    source = random.Random(seed)
    turns = [name for name in range(CONVERSATIONS) for _ in range(MESSAGES)]
    source.shuffle(turns)
    return [
        {
            "conversation": f"chat-{CANARY}-{name}",
            "speaker": source.choice(["ann", "ben"]),
            "text": f"what about {source.randrange(10**6)} and {CANARY}",
        }
        for name in turns
    ]


MESSAGES_OF_ALL = stream(8)
LINES = [json.dumps(message).encode() for message in MESSAGES_OF_ALL]
FEW_LINES = [line for line in LINES if int(json.loads(line)["conversation"].split("-")[-1]) < CONVERSATIONS // 2]
SCHEMA_FILE = Path(grooming_risk.__file__).parent / "schemas" / "monitor_flag_schema.json"
SCHEMA = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))


def into(written, lines, *, scorer=None, notices=None, **options):
    """Read lines, and add the flags to a list."""
    said = [] if notices is None else notices
    scorer = scorer or StandInScorer()
    with ConversationWatch(scorer, WatchOptions(**options), write=written.extend, notify=said.append) as watch:
        for line in lines:
            watch.read(line)
        watch.finish()


def run(lines, **options):
    """Read lines, and return the flags."""
    written = []
    into(written, lines, **options)
    return written


def settings_of(**options):
    return WatchOptions(**options).settings(StandInScorer().artifact)


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch):
    """Nobody pulls the plug in these tests."""
    monkeypatch.setattr(state_database, "PRAGMAS", (*state_database.PRAGMAS[:-1], "synchronous = OFF"))
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture(scope="module")
def expected():
    """Lines of an undisturbed run."""
    written = run(LINES)
    assert CONVERSATIONS / 3 < len(written) < CONVERSATIONS
    return written


@pytest.fixture(scope="module")
def few_expected():
    """Lines of an undisturbed run over half of the conversations, for tests that repeat it at every place."""
    written = run(FEW_LINES)
    assert len(written) > 1
    return written


@pytest.fixture
def files(tmp_path):
    return {"state": tmp_path / "state", "output": tmp_path / "flags"}


def test_all_is_in_order():
    assert live.__all__ == sorted(live.__all__)
    assert all(hasattr(live, name) for name in live.__all__)


def test_a_flag_says_where_and_why_and_no_text(expected):
    found = [json.loads(line) for line in expected]
    for flag in found:
        assert flag["conversation"].startswith("chat-")
        assert flag["window"]["flagged"]
        assert flag["window"]["stop"] == flag["message"] + 1
        assert flag["highest"]["probability"] == flag["probability"]
        assert flag["interval"][0] <= flag["probability"] <= flag["interval"][1]
        assert {item["speaker"] for item in flag["evidence"]} <= {"a", "b"}
        assert flag["provenance"]["artifact_digest"] == StandInScorer().artifact.digest
        assert CANARY not in json.dumps({**flag, "conversation": ""})
    names = [flag["conversation"] for flag in found]
    assert len(set(names)) == len(names) == len({flag["flag"] for flag in found})


def test_flag_lines_follow_the_shipped_schema(expected):
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for line in expected:
        validator.validate(json.loads(line))
    found = [json.loads(line) for line in run(LINES, skepticism=2, prior=0.2)]
    assert {flag["provenance"]["skepticism"] for flag in found} == {2}
    for flag in found:
        validator.validate(flag)
    for path in places(found[0]):  # each field is there because the schema asks for it
        damaged = json.loads(json.dumps(found[0]))
        inside = damaged
        for name in path[:-1]:
            inside = inside[name]
        if isinstance(inside, dict):
            del inside[path[-1]]
            assert not validator.is_valid(damaged), path


def test_the_shipped_scorer_flags_the_sample_that_it_flags_when_asked_at_once(scorer):
    rows = [(path.stem, row) for path in SAMPLES.glob("[14]_*.json") for row in json.loads(path.read_text())]
    (line,) = run([json.dumps({"conversation_id": name, **row}).encode() for name, row in rows], scorer=scorer)
    flag = json.loads(line)
    jsonschema.validate(flag, SCHEMA)
    assert flag["conversation"] == "4_stranger_in_a_game"
    assert flag["provenance"]["operating_point"] == "balanced"
    assert flag["evidence"][0]["tactics"]


def test_messages_may_come_as_mappings_and_each_gives_a_step(expected):
    written, monitor = [], ConversationMonitor(StandInScorer())
    one = MESSAGES_OF_ALL[0]["conversation"]
    with ConversationWatch(StandInScorer(), write=written.extend) as watch:
        for message in MESSAGES_OF_ALL:
            step = watch.update(message)
            if message["conversation"] == one:
                assert step == monitor.update(message)
        assert watch.finish() == WatchSummary(len(LINES), 0, len(expected))
    assert written == expected


def test_a_message_that_cannot_be_used_is_left_out_and_counted(tmp_path, expected):
    written, bad = [], {**MESSAGES_OF_ALL[0], "text": 7}
    options = WatchOptions(state=tmp_path / "state")
    with ConversationWatch(StandInScorer(), options, write=written.extend) as watch:
        for number, message in enumerate(MESSAGES_OF_ALL):
            if number == 40:
                with pytest.raises(InvalidConversationError, match="text is a int"):
                    watch.update(bad)
                with pytest.raises(InputTooLargeError):
                    watch.update({**bad, "text": "x" * 128_001})
            watch.update(message)
        assert watch.finish() == WatchSummary(len(LINES) + 2, 2, len(expected))
    assert written == expected
    with ConversationWatch(StandInScorer(), WatchOptions(state=tmp_path / "state", replay=True), write=print) as watch:
        assert {watch.update(message) for message in [bad, bad, *MESSAGES_OF_ALL]} == {None}


def test_notices_are_logged_where_nobody_takes_them(tmp_path, caplog):
    with caplog.at_level(logging.WARNING), ConversationWatch(StandInScorer(), write=print) as watch:
        watch.read(CANARY.encode())
    assert caplog.record_tuples == [
        (
            "grooming_risk.live",
            logging.WARNING,
            "line 1 was left out: it is not valid JSON; write one JSON object a line",
        )
    ]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"conversations": 0}, "conversations must be at least 1, got 0"),
        ({"output": "x"}, "output, replay and forget_after need state"),
        ({"output": "x", "state": "./x"}, "name the same file"),
        ({"replay": True}, "need state"),
        ({"forget_after": 3.0}, "need state"),
        ({"forget_after": 0.0, "state": "x"}, "forget_after must be more than 0"),
        ({"skepticism": 0}, "from 1 to 10, got 0"),
    ],
)
def test_options_that_contradict_each_other_are_refused(options, says):
    with pytest.raises(InvalidOptionError, match=says):
        WatchOptions(**options)


def test_flags_need_an_output(tmp_path):
    with pytest.raises(InvalidOptionError, match="pass write, or"):
        ConversationWatch(StandInScorer(), WatchOptions(state=tmp_path / "state"))
    assert not list(tmp_path.iterdir())


def test_few_conversations_in_memory_give_the_same_flags_with_a_state_file(tmp_path, expected):
    assert run(LINES, conversations=2, state=tmp_path / "state") == expected


def test_without_a_state_file_dropped_conversations_are_forgotten_with_one_notice():
    notices = []
    run(LINES, conversations=2, notices=notices)
    assert [(notice.kind, notice.number) for notice in notices] == [(NoticeKind.FORGETTING, 2)]


def test_a_run_goes_on_where_the_last_one_ended(files, expected):
    for part in (LINES[:40], LINES[40:41], [], LINES[41:]):
        run(part, **files)
    assert files["output"].read_text() == "".join(expected)
    run(LINES, **files, replay=True)
    assert files["output"].read_text() == "".join(expected)


def test_a_bad_line_is_named_and_left_out(expected):
    chat = f"chat-{CANARY}-0"
    bad = [
        *(
            b"{",
            CANARY.encode(),
            b'"' + CANARY.encode() + b'"',
            b"\xff\xfe\xff",
            b"[" * 100_000,
            b"[1]",
            Event.TOO_LONG,
        ),
        json.dumps({"speaker": CANARY, "text": CANARY}).encode(),
        json.dumps({"conversation": True, "speaker": "a", "text": CANARY}).encode(),
        json.dumps({"conversation": CANARY * 100, "speaker": "a", "text": "b"}).encode(),
        json.dumps({"conversation": chat, "speaker": "a", "text": 7}).encode(),
        json.dumps({"conversation": chat, "speaker": "a", "text": CANARY, "sent_at": CANARY}).encode(),
        json.dumps({"conversation": chat, "speaker": "a", "text": CANARY * 9_000}).encode(),
    ]
    notices = []
    assert run([b"", *LINES[:50], *bad, b" ", *LINES[50:]], notices=notices) == expected
    assert [(notice.kind, notice.number) for notice in notices] == [
        (NoticeKind.LEFT_OUT, number) for number in range(52, 52 + len(bad))
    ]
    assert CANARY not in " ".join(map(str, notices)) + repr(notices)


def test_an_id_may_be_a_number_and_comes_back_as_one():
    messages = [{**message, "conversation": int(message["conversation"].split("-")[-1])} for message in MESSAGES_OF_ALL]
    found = run([json.dumps(message).encode() for message in messages])
    assert all(type(json.loads(line)["conversation"]) is int for line in found)


def test_the_state_file_holds_neither_text_nor_names_nor_ids(tmp_path):
    path = tmp_path / "state"
    run(LINES, state=path)
    content = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for secret in (CANARY, "ann", "ben", "chat-"):
        assert secret.encode() not in content.lower(), secret
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def kill_at(monkeypatch):
    """Ends the process at the n-th place where it could be cut off around a commit or in the middle of a write."""
    left = [0]

    def place():
        left[0] -= 1
        if left[0] == 0:
            raise Killed

    def around(function):
        def wrapped(*arguments):
            place()
            function(*arguments)
            place()

        return wrapped

    append = FlagFile._append

    def torn(self, rest):
        place()
        append(self, rest[: len(rest) // 2])
        place()
        append(self, rest[len(rest) // 2 :])
        place()

    for name in ("commit", "handed_over", "begin_output"):
        monkeypatch.setattr(StateFile, name, around(getattr(StateFile, name)))
    monkeypatch.setattr(FlagFile, "_append", torn)

    def at(number):
        left[0] = number

    return at


def test_killed_anywhere_it_loses_and_repeats_no_line_of_a_file(tmp_path, kill_at, few_expected):
    killed, number = True, 0
    while killed:
        number += 1
        files = {"state": tmp_path / f"{number}.state", "output": tmp_path / f"{number}.flags"}
        kill_at(number)
        try:
            run(FEW_LINES, **files)
            killed = False
        except Killed:
            kill_at(0)
            run(FEW_LINES, **files, replay=True)
        assert files["output"].read_text() == "".join(few_expected), f"killed at place {number}"
    assert number > 7 * len(few_expected)


def test_killed_anywhere_it_repeats_a_line_passed_to_a_function_at_most_with_its_name(tmp_path, kill_at, few_expected):
    repeated, number, killed = 0, 0, True
    while killed:
        number += 1
        kill_at(number)
        written = []
        try:
            into(written, FEW_LINES, state=tmp_path / f"{number}")
            killed = False
        except Killed:
            kill_at(0)
            into(written, FEW_LINES, state=tmp_path / f"{number}", replay=True)
        found = [json.loads(line) for line in written]
        assert list({flag["flag"]: flag for flag in found}.values()) == [json.loads(line) for line in few_expected]
        repeated += len(found) - len(few_expected)
    assert repeated > 0


def test_killed_and_then_fed_on_it_loses_nothing_that_was_committed(files, kill_at, expected):
    """A feeder that cannot go back: the states are those of the last commit, never of half a line."""
    kill_at(4)
    with pytest.raises(Killed):
        run(LINES, **files)
    kill_at(0)
    state = StateFile(files["state"], settings_of())
    seen = state.lines
    state.close()
    run(LINES[seen:], **files)
    assert files["output"].read_text() == "".join(expected)


def test_a_state_file_serves_one_watch_at_a_time(tmp_path):
    options = WatchOptions(state=tmp_path / "state")
    with (
        ConversationWatch(StandInScorer(), options, write=print),
        pytest.raises(UnsupportedFormatError, match="another monitor has it open"),
    ):
        ConversationWatch(StandInScorer(), options, write=print)
    ConversationWatch(StandInScorer(), options, write=print).close()


@pytest.mark.parametrize("changed", [{"prior": 0.5}, {"operating_point": "strict"}, {"skepticism": 2}])
def test_a_state_file_of_other_settings_is_refused(tmp_path, changed):
    run(LINES[:3], state=tmp_path / "state")
    with pytest.raises(UnsupportedFormatError, match="another artefact, operating point, prior or skepticism"):
        run(LINES[:3], state=tmp_path / "state", **changed)


def test_a_state_file_of_another_artefact_is_refused(tmp_path):
    run(LINES[:3], state=tmp_path / "state")
    with pytest.raises(UnsupportedFormatError, match="another artefact"):
        run(LINES[:3], state=tmp_path / "state", scorer=StandInScorer(digest="1" * 64))


@pytest.mark.parametrize("content", [b"no database", b"SQLite format 3\x00" + b"x" * 200])
def test_another_file_is_not_taken_for_a_state_file(tmp_path, content):
    (tmp_path / "state").write_bytes(content)
    with pytest.raises(UnsupportedFormatError, match="state cannot be used"):
        run(LINES[:3], state=tmp_path / "state")
    assert (tmp_path / "state").read_bytes() == content


def test_another_programs_database_is_left_alone(tmp_path):
    import sqlite3

    with sqlite3.connect(tmp_path / "state") as connection:
        connection.execute("CREATE TABLE other (x)")
    connection.close()
    with pytest.raises(UnsupportedFormatError, match="another program's"):
        run(LINES[:3], state=tmp_path / "state")


def test_lines_of_others_in_the_output_file_are_never_overwritten(files):
    run(LINES[:60], **files)
    with files["output"].open("a") as stream:
        stream.write("somebody else's line\n")
    content = files["output"].read_text()
    with pytest.raises(UnsupportedFormatError, match="does not know"):
        run(LINES[60:], **files)
    assert files["output"].read_text() == content


def test_an_output_file_may_have_lines_already_and_may_be_moved_away(files, expected):
    files["output"].write_text("a line of an earlier state file\n")
    run(LINES[:60], **files)
    moved = files["output"].read_text()
    files["output"].unlink()
    run(LINES[60:], **files)
    assert moved + files["output"].read_text() == "a line of an earlier state file\n" + "".join(expected)


def test_conversations_that_were_quiet_for_long_are_deleted(tmp_path, monkeypatch):
    path, name = tmp_path / "state", MESSAGES_OF_ALL[0]["conversation"]
    monkeypatch.setattr(watch_module, "FORGET_SECONDS", 0)
    run(LINES[:20], state=path, forget_after=86_400.0)
    state = StateFile(path, settings_of())
    assert state.load(name)["messages"] > 0
    state.close()
    run([b""], state=path, forget_after=1e-4)
    state = StateFile(path, settings_of())
    assert state.load(name) is None
    state.close()
