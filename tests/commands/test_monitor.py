"""`grooming-risk monitor`: lines in, flags out, through kills, drops and bad lines.

Tests in this process use the stand-in scorer, processes the tiny artefact.
"""

import argparse
import json
import os
import random
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import jsonschema
import pytest

from grooming_risk import ConversationMonitor, OperatingPoint, RiskScorer, cli
from grooming_risk.commands import monitor as verb
from grooming_risk.commands.demo import SAMPLES
from grooming_risk.commands.saved_point import save_point
from grooming_risk.errors import InvalidOptionError, UnsupportedFormatError
from grooming_risk.live import state_file as monitor_file
from grooming_risk.live import watch as monitor_watch
from grooming_risk.live.flag_output import FlagFile
from grooming_risk.live.inbox import LONGEST_LINE, Event, Inbox
from grooming_risk.live.state_file import StateFile
from grooming_risk.live.watch import Watch
from tests.conftest import ROOT
from tests.support.review_records_fixture import places
from tests.support.standin_scorer import StandinScorer

CANARY = "xylophonecanary"
CONVERSATIONS, MESSAGES = 12, 9
NOUNS = ("secret", "photo", "game")  # the tiny artefact takes the first two for warning signs


def stream(seed):
    """Interleaved conversations as JSON lines, no message a short one."""
    source = random.Random(seed)
    turns = [name for name in range(CONVERSATIONS) for _ in range(MESSAGES)]
    source.shuffle(turns)
    return [
        json.dumps(
            {
                "conversation": f"chat-{CANARY}-{name}",
                "speaker": source.choice(["ann", "ben"]),
                "text": f"what about {source.randrange(10**6)} and {source.choice(NOUNS)} {CANARY}",
            }
        ).encode()
        for name in turns
    ]


LINES = stream(8)


def options(*arguments):
    parser = argparse.ArgumentParser()
    verb.add(parser.add_subparsers())
    return parser.parse_args(["monitor", *map(str, arguments)])


def run(lines, *arguments, scorer=None):
    watch = Watch(scorer or StandinScorer(), options(*arguments))
    try:
        for line in lines:
            watch.read(line)
        watch.finish()
    finally:
        watch.close()


def flags(text):
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch):
    """Nobody pulls the plug in these tests; processes that are killed for real wait for it."""
    monkeypatch.setattr(monitor_file, "_PRAGMAS", (*monitor_file._PRAGMAS[:-1], "synchronous = OFF"))
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def expected(capsys):
    """What an undisturbed run writes."""
    run(LINES)
    out = capsys.readouterr().out
    assert CONVERSATIONS / 3 < len(out.splitlines()) < CONVERSATIONS
    return out


@pytest.fixture
def files(tmp_path):
    return ["--state", tmp_path / "state", "--output", tmp_path / "flags"]


@pytest.fixture
def start(tiny_artifact):
    def start(arguments, **streams):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
        command = [sys.executable, "-m", "grooming_risk", "monitor", "--artifact", tiny_artifact, *arguments]
        return subprocess.Popen([*map(str, command)], cwd=ROOT, **pipes)

    return start


@pytest.fixture
def expected_of_processes(tiny_artifact, capsys):
    """What an undisturbed run with the tiny artefact writes."""
    run(LINES, scorer=RiskScorer(tiny_artifact))
    out = capsys.readouterr().out
    assert CONVERSATIONS / 4 < len(out.splitlines()) < CONVERSATIONS
    return out


def test_a_flag_says_where_and_why_and_no_text(expected):
    for flag in flags(expected):
        assert flag["conversation"].startswith("chat-")
        assert flag["window"]["flagged"]
        assert flag["window"]["stop"] == flag["message"] + 1
        assert flag["highest"]["probability"] == flag["probability"]
        assert flag["interval"][0] <= flag["probability"] <= flag["interval"][1]
        assert {item["speaker"] for item in flag["evidence"]} <= {"a", "b"}
        assert flag["provenance"]["artifact_digest"] == StandinScorer().artifact.digest
        assert CANARY not in json.dumps({**flag, "conversation": ""})
    names = [flag["conversation"] for flag in flags(expected)]
    assert len(set(names)) == len(names) == len({flag["flag"] for flag in flags(expected)})


SCHEMA = json.loads((Path(cli.__file__).parent / "schemas" / "monitor_flag_schema.json").read_text(encoding="utf-8"))


def test_flag_lines_follow_the_shipped_schema(expected, capsys):
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for flag in flags(expected):
        validator.validate(flag)
    run(LINES, "--skepticism", 2, "--prior", 0.2)
    found = flags(capsys.readouterr().out)
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


def test_the_shipped_scorer_flags_the_sample_that_it_flags_when_asked_at_once(scorer, capsys):
    rows = [(path.stem, row) for path in SAMPLES.glob("[14]_*.json") for row in json.loads(path.read_text())]
    lines = [json.dumps({"conversation_id": name, **row}).encode() for name, row in rows]
    run(lines, scorer=scorer)
    (flag,) = flags(capsys.readouterr().out)
    jsonschema.validate(flag, SCHEMA)
    assert flag["conversation"] == "4_stranger_in_a_game"
    assert flag["provenance"]["operating_point"] == "balanced"
    assert flag["evidence"][0]["tactics"]


def test_few_conversations_in_memory_give_the_same_flags_with_a_state_file(tmp_path, expected, capsys):
    run(LINES, "--conversations", 2, "--state", tmp_path / "state")
    assert capsys.readouterr().out == expected


def test_without_a_state_file_dropped_conversations_are_forgotten_and_that_is_said(capsys):
    run(LINES, "--conversations", 2)
    assert capsys.readouterr().err.count("are forgotten") == 1


def test_a_run_goes_on_where_the_last_one_ended(files, expected):
    for part in (LINES[:40], LINES[40:41], [], LINES[41:]):
        run(part, *files)
    assert files[-1].read_text() == expected
    run(LINES, *files, "--replay")
    assert files[-1].read_text() == expected


def test_a_bad_line_is_named_and_left_out(expected, capsys):
    bad = [
        b"{", CANARY.encode(), b'"' + CANARY.encode() + b'"', b"\xff\xfe\xff", b"[" * 100_000, b"[1]", Event.TOO_LONG,
        json.dumps({"speaker": CANARY, "text": CANARY}).encode(),
        json.dumps({"conversation": True, "speaker": "a", "text": CANARY}).encode(),
        json.dumps({"conversation": CANARY * 100, "speaker": "a", "text": "b"}).encode(),
        json.dumps({"conversation": f"chat-{CANARY}-0", "speaker": "a", "text": 7}).encode(),
        json.dumps({"conversation": f"chat-{CANARY}-0", "speaker": "a", "text": CANARY, "sent_at": CANARY}).encode(),
        json.dumps({"conversation": f"chat-{CANARY}-0", "speaker": "a", "text": CANARY * 600}).encode(),
    ]  # fmt: skip
    run([b"", *LINES[:50], *bad, b" ", *LINES[50:]])
    captured = capsys.readouterr()
    assert captured.out == expected
    said = captured.err.splitlines()
    assert [line.split(" was left out: ")[0] for line in said[:-1]] == [
        f"grooming-risk: line {number}" for number in range(52, 52 + len(bad))
    ]
    assert f"left out: {len(bad)}," in said[-1]
    assert CANARY not in captured.err


def test_an_id_may_be_a_number_and_comes_back_as_one(capsys):
    lines = [line.replace(f'"chat-{CANARY}-'.encode(), b"").replace(b'", "speaker"', b', "speaker"') for line in LINES]
    run(lines)
    assert all(type(flag["conversation"]) is int for flag in flags(capsys.readouterr().out))


def test_the_state_file_holds_neither_text_nor_names_nor_ids(tmp_path, capsys):
    path = tmp_path / "state"
    run(LINES, "--state", path)
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


def test_killed_anywhere_it_loses_and_repeats_no_line_of_a_file(tmp_path, kill_at, expected):
    killed, number = True, 0
    while killed:
        number += 1
        files = ["--state", tmp_path / f"{number}.state", "--output", tmp_path / f"{number}.flags"]
        kill_at(number)
        try:
            run(LINES, *files)
            killed = False
        except Killed:
            kill_at(0)
            run(LINES, *files, "--replay")
        assert files[-1].read_text() == expected, f"killed at place {number}"
    assert number > 7 * len(expected.splitlines())


def test_killed_anywhere_it_repeats_a_line_of_standard_output_at_most_with_its_name(
    tmp_path, kill_at, expected, capsys
):
    wanted, repeated, number, killed = flags(expected), 0, 0, True
    while killed:
        number += 1
        kill_at(number)
        try:
            run(LINES, "--state", tmp_path / f"{number}")
            killed = False
        except Killed:
            kill_at(0)
            run(LINES, "--state", tmp_path / f"{number}", "--replay")
        found = flags(capsys.readouterr().out)
        assert list({flag["flag"]: flag for flag in found}.values()) == wanted
        repeated += len(found) - len(wanted)
    assert repeated > 0


def test_killed_and_then_fed_on_it_loses_nothing_that_was_committed(tmp_path, kill_at, expected):
    """A feeder that cannot go back: the states are those of the last commit, never of half a line."""
    files = ["--state", tmp_path / "state", "--output", tmp_path / "flags"]
    kill_at(4)
    with pytest.raises(Killed):
        run(LINES, *files)
    kill_at(0)
    state = StateFile(files[1], monitor_watch._settings(StandinScorer(), ASKED))
    seen = state.lines
    state.close()
    run(LINES[seen:], *files)
    assert files[-1].read_text() == expected


ASKED = {"operating_point": "balanced", "prior": None, "skepticism": None}


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_killed_for_real_at_random_moments(tmp_path, files, start, expected_of_processes):
    (tmp_path / "lines").write_bytes(b"\n".join(LINES))
    source, output = random.Random(11), files[-1]

    def written():
        return output.stat().st_size if output.exists() else 0

    for kill in (*[True] * 6, False):
        with (tmp_path / "lines").open("rb") as stdin:
            process = start([*files, "--replay", "--conversations", 3], stdin=stdin, stderr=subprocess.DEVNULL)
        enough = written() + source.randrange(1, 3_000)  # bytes, so that the middle of a line is as likely as its end
        while kill and process.poll() is None and written() < enough:
            time.sleep(0.001)
        time.sleep(kill * source.uniform(0, 0.02))
        process.kill() if kill else process.wait()
        process.wait()
    assert process.returncode == 0
    assert output.read_text() == expected_of_processes


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_writes_what_is_due_and_ends(tmp_path, start, expected_of_processes, number):
    expected = expected_of_processes
    first = json.loads(expected.splitlines()[0])
    flagged = next(
        index for index, line in enumerate(LINES, 1)
        if sum(json.loads(other)["conversation"] == first["conversation"] for other in LINES[:index])
        == first["message"] + 1 and json.loads(line)["conversation"] == first["conversation"]
    )  # fmt: skip
    process = start(["--state", tmp_path / "state"])
    process.stdin.write(b"\n".join(LINES[:flagged]) + b"\n" + LINES[flagged][:20])
    process.stdin.flush()
    out = process.stdout.readline().decode()
    process.send_signal(number)
    assert process.wait() == 0
    assert f"lines: {flagged}, left out: 0, flags: 1" in process.stderr.read().decode()
    process = start(["--state", tmp_path / "state"])
    rest, _ = process.communicate(b"\n".join(LINES[flagged:]))
    assert out + rest.decode() == expected


@pytest.mark.skipif(os.name != "posix", reason="pipes")
def test_when_the_reader_of_the_flags_goes_away_they_wait_for_the_next_run(tmp_path, start, expected_of_processes):
    process = start(["--state", tmp_path / "state"])
    process.stdout.close()
    process.stdin.write(b"\n".join(LINES))
    process.stdin.close()
    assert process.wait() == 1
    assert b"Traceback" not in process.stderr.read()
    process = start(["--state", tmp_path / "state", "--replay"])
    out, _ = process.communicate(b"\n".join(LINES))
    assert out.decode() == expected_of_processes


def test_a_state_file_serves_one_monitor_at_a_time(tmp_path):
    watch = Watch(StandinScorer(), options("--state", tmp_path / "state"))
    with pytest.raises(UnsupportedFormatError, match="another monitor has it open"):
        Watch(StandinScorer(), options("--state", tmp_path / "state"))
    watch.close()
    Watch(StandinScorer(), options("--state", tmp_path / "state")).close()


@pytest.mark.parametrize("changed", [["--prior", 0.5], ["--operating-point", "strict"], ["--skepticism", 2]])
def test_a_state_file_of_other_settings_is_refused(tmp_path, changed):
    run(LINES[:3], "--state", tmp_path / "state")
    with pytest.raises(UnsupportedFormatError, match="another artefact, operating point, prior or skepticism"):
        run(LINES[:3], "--state", tmp_path / "state", *changed)


def test_a_point_chosen_by_capacity_is_followed_and_told_from_others(tmp_path, scorer, capsys):
    artifact, rows = scorer.artifact, json.loads(next(SAMPLES.glob("4_*.json")).read_text())
    lines = [json.dumps({"conversation": 7, **row}).encode() for row in rows]
    asked = {"conversations_per_day": 5_000, "prevalence": 1e-3}
    points = {}
    for capacity in (60, 500):
        plan = OperatingPoint.for_review_capacity(artifact.threshold_curve, alerts_per_day=capacity, **asked)
        points[capacity] = plan.operating_point
        save_point(tmp_path / f"{capacity}.json", plan, artifact)
    assert points[60].threshold != points[500].threshold
    arguments = ["--state", tmp_path / "state", "--operating-point"]
    run(lines[:5], *arguments, tmp_path / "500.json", scorer=scorer)
    for other in ("60.json", "balanced"):
        with pytest.raises(UnsupportedFormatError, match="another artefact, operating point"):
            run([], *arguments, tmp_path / other if "." in other else other, scorer=scorer)
    run(lines[5:], *arguments, tmp_path / "500.json", scorer=scorer)
    (flag,) = flags(capsys.readouterr().out)
    assert flag["provenance"]["operating_point"] == "review_capacity"
    assert flag["provenance"]["threshold"] == artifact.calibrator.probability(points[500].threshold)
    monitor, raised = ConversationMonitor(scorer, operating_point=points[500]), None
    for row in rows:
        raised = monitor.update(row).first_flag
    assert flag["message"] == raised


def test_a_state_file_of_another_artefact_is_refused(tmp_path):
    run(LINES[:3], "--state", tmp_path / "state")
    with pytest.raises(UnsupportedFormatError, match="another artefact"):
        run(LINES[:3], "--state", tmp_path / "state", scorer=StandinScorer(digest="1" * 64))


@pytest.mark.parametrize("content", [b"no database", b"SQLite format 3\x00" + b"x" * 200])
def test_another_file_is_not_taken_for_a_state_file(tmp_path, content):
    (tmp_path / "state").write_bytes(content)
    with pytest.raises(UnsupportedFormatError, match="state cannot be used"):
        run(LINES[:3], "--state", tmp_path / "state")
    assert (tmp_path / "state").read_bytes() == content


def test_another_programs_database_is_left_alone(tmp_path):
    import sqlite3

    with sqlite3.connect(tmp_path / "state") as connection:
        connection.execute("CREATE TABLE other (x)")
    connection.close()
    with pytest.raises(UnsupportedFormatError, match="another program's"):
        run(LINES[:3], "--state", tmp_path / "state")


def test_lines_of_others_in_the_output_file_are_never_overwritten(files):
    run(LINES[:60], *files)
    with files[-1].open("a") as stream:
        stream.write("somebody else's line\n")
    content = files[-1].read_text()
    with pytest.raises(UnsupportedFormatError, match="does not know"):
        run(LINES[60:], *files)
    assert files[-1].read_text() == content


def test_an_output_file_may_have_lines_already_and_may_be_moved_away(files, expected):
    files[-1].write_text("a line of an earlier state file\n")
    run(LINES[:60], *files)
    moved = files[-1].read_text()
    files[-1].unlink()
    run(LINES[60:], *files)
    assert moved + files[-1].read_text() == "a line of an earlier state file\n" + expected


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--conversations", "0"], "1 or more"),
        (["--output", "x"], "need --state"),
        (["--output", "x", "--state", "./x"], "same file"),
        (["--replay"], "need --state"),
        (["--forget-after", "3"], "need --state"),
        (["--forget-after", "0", "--state", "x"], "more than 0"),
    ],
)
def test_wrong_options_say_what_to_do(arguments, says):
    chosen = options(*arguments)
    with pytest.raises(InvalidOptionError, match=says):
        chosen.run(chosen)


def test_conversations_that_were_quiet_for_long_are_deleted(tmp_path, monkeypatch, capsys):
    path = tmp_path / "state"
    settings = monitor_watch._settings(StandinScorer(), ASKED)
    name = json.loads(LINES[0])["conversation"]
    monkeypatch.setattr(monitor_watch, "_FORGET_SECONDS", 0)
    run(LINES[:20], "--state", path, "--forget-after", 1)
    state = StateFile(path, settings)
    assert state.load(name)["messages"] > 0
    state.close()
    run([b""], "--state", path, "--forget-after", 1e-9)
    state = StateFile(path, settings)
    assert state.load(name) is None
    state.close()


def received(content, *, patience=60.0, close=True):
    read, write = os.pipe()
    lines = Inbox(read).lines(patience)
    os.write(write, content)
    if close:
        os.close(write)
    return lines


def test_lines_of_a_stream():
    assert list(received(b"one\n\ntwo\nthree")) == [b"one", b"", b"two", b"three"]
    assert list(received(b"")) == []


def test_a_line_without_end_does_not_fill_the_memory():
    read, write = os.pipe()
    lines = Inbox(read).lines(60.0)
    os.write(write, b"one\n")
    found = [next(lines)]

    def go_on():
        for part in (*[b"x" * (LONGEST_LINE // 2)] * 4, b"\ntwo\n" + b"y" * (LONGEST_LINE + 1)):
            left = part
            while left:
                left = left[os.write(write, left) :]
        os.close(write)

    threading.Thread(target=go_on).start()  # a pipe holds less than this
    assert [*found, *lines] == [b"one", Event.TOO_LONG, b"two", Event.TOO_LONG]


def test_a_quiet_stream_gives_pauses():
    lines = received(b"one\ntw", patience=0.01, close=False)
    found = [next(lines) for _ in range(3)]
    assert found[-1] is Event.PAUSE
    assert b"one" in found


def test_help_names_what_the_state_file_reveals(capsys):
    with pytest.raises(SystemExit):
        cli_with_monitor(["monitor", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    for wanted in ("--conversations", "salted digest", "as safe as the chats", "exactly once", "SIGTERM"):
        assert wanted in said


def cli_with_monitor(arguments):
    saved = cli.COMMANDS
    cli.COMMANDS = (verb,)
    try:
        return cli.main(arguments)
    finally:
        cli.COMMANDS = saved
