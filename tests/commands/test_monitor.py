"""`grooming-risk monitor` as a command line and as a process; tests/live/test_watch.py tests what a watch does.

Tests in this process use the stand-in scorer, processes the tiny artefact.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from grooming_risk import ConversationMonitor, OperatingPoint, RiskScorer, cli
from grooming_risk.commands import monitor as verb
from grooming_risk.commands.demo import SAMPLES
from grooming_risk.errors import InvalidOptionError, UnsupportedFormatError
from grooming_risk.scoring.saved_point import save_point
from grooming_risk.testing import StandInScorer
from tests.conftest import ROOT

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


class Given:
    """Takes the place of the inbox."""

    def __init__(self, lines):
        self._lines = lines

    def stopped_by_signals(self):
        return contextlib.nullcontext()

    def lines(self, patience):
        return iter(self._lines)


def run(lines, *arguments, scorer=None):
    chosen = options(*arguments)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verb, "RiskScorer", lambda _: scorer or StandInScorer())
        patch.setattr(verb, "Inbox", lambda _: Given(lines))
        assert chosen.run(chosen) == 0


def flags(text):
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def expected(capsys):
    """What an undisturbed run writes."""
    run(LINES)
    out = capsys.readouterr().out
    assert CONVERSATIONS / 3 < len(out.splitlines()) < CONVERSATIONS
    return out


def test_names_of_ones_own(expected, capsys):
    names = {"conversation": "thread", "speaker": "who", "text": "what"}
    own = [json.dumps({names[name]: value for name, value in json.loads(line).items()}).encode() for line in LINES]
    run(own, "--keys", ",".join(f"{field}={name}" for field, name in names.items()))
    assert capsys.readouterr().out == expected


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
        index
        for index, line in enumerate(LINES, 1)
        if sum(json.loads(other)["conversation"] == first["conversation"] for other in LINES[:index])
        == first["message"] + 1
        and json.loads(line)["conversation"] == first["conversation"]
    )
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


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--conversations", "0"], "--conversations must be at least 1, got 0"),
        (["--output", "x"], "--forget-after need --state; give"),
        (["--output", "x", "--state", "./x"], "--output and --state name the same file"),
        (["--replay"], "--output, --replay and"),
        (["--forget-after", "3"], "--forget-after need --state"),
        (["--forget-after", "0", "--state", "x"], "--forget-after must be more than 0"),
        (["--skepticism", "11"], "skepticism must be a whole number from 1 to 10, got 11"),
        (["--prior", "2"], "prior must be strictly between 0 and 1, got 2"),
    ],
)
def test_wrong_options_say_what_to_do(tmp_path, monkeypatch, arguments, says):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidOptionError, match=says):
        run([], *arguments)
    assert not list(tmp_path.iterdir())


def test_standard_error_says_what_was_read_and_what_to_do(tmp_path, capsys):
    state = tmp_path / "state"
    bad = json.dumps({"conversation": CANARY, "speaker": "a", "text": 7}).encode()
    run([*LINES[:7], bad], "--state", state)
    run(LINES[:3], "--state", state)
    run(LINES[:11], "--state", state, "--replay")
    run([], "--state", state, "--replay")
    run(LINES[:9], "--conversations", 2)
    said = [line.removeprefix("grooming-risk: ") for line in capsys.readouterr().err.splitlines()]
    assert [line for line in said if not line.startswith("lines:")] == [
        "line 8 was left out: message 0: text is a int; pass a string",
        "the state file has seen 8 lines; pass --replay if the input begins with them",
        "the state file has seen 11 lines; skipping them",
        "the state file has seen 11 lines; skipping them",
        "the input ended before line 11, up to which the state file has seen it",
        "over 2 conversations: the oldest are forgotten; --state FILE would keep them",
    ]
    assert said[1] == "lines: 8, left out: 1, flags: 0"


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
