"""`grooming-risk bench`: each mode at a tiny scale on the tiny artefact. No test looks at how long anything took."""

import json
import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

import grooming_risk
from grooming_risk.cli import main
from grooming_risk.commands.bench import verb
from grooming_risk.commands.bench.figures import Figure, figures_of
from grooming_risk.commands.bench.scale import run_scale
from grooming_risk.commands.bench.text_path import passed_on_text, share_passed_on
from grooming_risk.testing import StandInScorer

LIBRARY = Path(grooming_risk.__file__).parent
SMALL = ["--messages", "40", "--live-messages", "12"]
SCORES = ("score, 1 thread", "score, 1 thread, by processor time", "score, 1 thread, with evidence")


@pytest.fixture(autouse=True)
def few_updates_on_one_core(monkeypatch):
    monkeypatch.setattr(verb, "_UPDATES", 3)
    monkeypatch.setattr(verb, "cores", lambda: 1)


@pytest.fixture
def other_python(tmp_path, tiny_artifact):
    """An interpreter of another environment: there a copy of the library has the tiny artefact as its own."""
    shutil.copytree(LIBRARY, tmp_path / "site" / "grooming_risk", ignore=shutil.ignore_patterns("artifact_v3"))
    shutil.copytree(tiny_artifact, tmp_path / "site" / "grooming_risk" / "artifact_v3")
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{tmp_path / "site"}" exec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    return python


def test_the_table_has_a_line_for_each_figure(capsys, tiny_artifact):
    assert main(["bench", *SMALL, "--artifact", str(tiny_artifact)]) == 0
    first, *lines = capsys.readouterr().out.splitlines()
    assert "core" in first and "Python" in first
    starts = [
        *("import grooming_risk", "first score in a fresh process", *SCORES, "resident memory, highest"),
        *(f"live update after {n} messages, {name}" for n in (10, 12) for name in ("median", "99th percentile")),
        *(f"each message: {name}" for name in ("normalize", "mask", "divide", "tokenize", "windows", "text path")),
    ]
    for start in starts:
        assert any(line.startswith(start) for line in lines), start
    assert sum("goal" in line for line in lines) == 8
    assert lines[-1].split()[:5] == ["passed", "on", "by", "the", "screen"]
    assert lines[-1].rstrip().endswith("%")


def test_json_has_what_the_table_is_made_of(capsys, tiny_artifact):
    assert main(["bench", *SMALL, "--artifact", str(tiny_artifact), "--format", "json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["version"] == grooming_risk.__version__
    assert Path(result["place"]).parent == LIBRARY
    assert [(run["threads"], run["evidence"], run["messages"]) for run in result["scores"]] == [
        (1, False, 40),
        (1, True, 40),
    ]
    assert [step["after"] for step in result["live"]] == [10, 12]
    assert result["onnxruntime_imported"] is False
    assert 0 < result["passed_on"] < 1
    assert len(list(figures_of(result))) == 10
    assert set(result["steps_microseconds"]) >= {"normalize", "mask", "divide", "tokenize", "windows"}


def test_several_threads_are_measured_first_and_one_afterwards(capsys, tiny_artifact, monkeypatch):
    monkeypatch.setattr(verb, "cores", lambda: 2)
    assert main(["bench", *SMALL, "--artifact", str(tiny_artifact), "--format", "json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert [(run["threads"], run["evidence"]) for run in result["scores"]] == [
        (2, False),
        (2, True),
        (1, False),
        (1, True),
    ]
    assert [step["after"] for step in result["live"]] == [10, 12]


@pytest.mark.skipif(os.name != "posix", reason="the interpreter is a shell script")
def test_another_environment_does_the_same_work_in_turn(capsys, tiny_artifact, other_python, tmp_path):
    asked = ["bench", *SMALL, "--artifact", str(tiny_artifact), "--against", str(other_python), "--rounds", "2"]
    assert main([*asked, "--format", "json"]) == 0
    captured = capsys.readouterr()
    result = json.loads(captured.out)
    assert captured.err.count("the other version") == captured.err.count("this version") == 2
    assert result["same_installation"] is False
    for number in (0, 1):
        here, there = result["rounds"][number]["here"], result["rounds"][number]["there"]
        assert Path(here["place"]).parent == LIBRARY
        assert Path(there["place"]).parent == tmp_path / "site" / "grooming_risk"
        assert here["version"] == there["version"]
    scores = [figure for figure in result["figures"] if figure["name"].startswith("score")]
    assert [figure["name"] for figure in scores] == list(SCORES)
    for figure in result["figures"]:
        assert len(figure["gains"]) == 2
        assert min(figure["gains"]) <= figure["gain"] <= max(figure["gains"])


@pytest.mark.skipif(os.name != "posix", reason="the interpreter is a shell script")
def test_an_environment_that_is_this_one_is_said_to_be(capsys, tiny_artifact, tmp_path):
    """The gains are then the noise of the machine; a search path that leads back here is found this way."""
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{LIBRARY.parent}" exec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    asked = ["bench", "--messages", "10", "--live-messages", "2", "--artifact", str(tiny_artifact)]
    assert main([*asked, "--against", str(python), "--rounds", "1"]) == 0
    out = capsys.readouterr().out
    assert "Both interpreters load the same installation" in out
    assert "a gain above 1 means that this version is better" in out


def test_an_interpreter_that_cannot_do_it_is_refused_with_its_reason(capsys, tmp_path):
    asked = ["bench", "--messages", "2", "--live-messages", "1", "--against"]
    assert main([*asked, str(tmp_path / "nowhere")]) == 2
    assert "cannot be run" in capsys.readouterr().err
    if os.name == "posix":
        python = tmp_path / "python"
        python.write_text("#!/bin/sh\necho 'No module named grooming_risk' >&2\nexit 1\n")
        python.chmod(0o755)
        assert main([*asked, str(python)]) == 2
        assert "(No module named grooming_risk); install grooming-risk" in capsys.readouterr().err


def test_a_gain_above_one_is_better_in_both_directions():
    assert Figure("rate", 300.0, "messages/s", more_is_better=True).gain_over(
        Figure("rate", 100.0, "messages/s", more_is_better=True)
    ) == pytest.approx(3)
    assert Figure("time", 1.0, "ms").gain_over(Figure("time", 4.0, "ms")) == pytest.approx(4)


def test_scale_streams_both_ways_and_prints_the_curve(capsys, tiny_artifact):
    asked = ["bench", "--artifact", str(tiny_artifact), "--scale", "0.0001", "--conversations", "7"]
    assert main([*asked, "--format", "json"]) == 0
    points = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [point["way"] for point in points] == ["batch"] + ["live"] * 20
    assert [point["messages"] for point in points] == [100, *range(5, 101, 5)]
    assert all(point["messages_per_second"] > 0 for point in points)
    assert all(point["resident_megabytes"] is None or point["resident_megabytes"] > 0 for point in points)
    assert main(asked) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["way", "messages", "messages/s", "resident", "MB"]
    assert len(lines) == 2 + len(points)
    assert len({len(line) for line in lines[1:]}) == 1


def test_a_long_curve_has_points_of_whole_batches():
    points = list(run_scale(StandInScorer(threads=1), 10_000, 30))
    batch = [point.messages for point in points if point.way == "batch"]
    assert batch[-1] == 10_000
    assert all(after - before >= 4_096 for before, after in zip([0, *batch], batch[:-1], strict=False))
    assert [point.messages for point in points if point.way == "live"] == list(range(500, 10_001, 500))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--messages", "0"], "--messages must be at least 1"),
        (["--live-messages", "0"], "--live-messages must be at least 1"),
        (["--against", "python", "--rounds", "0"], "--rounds must be at least 1"),
        (["--scale", "0"], "--scale must be above 0"),
        (["--scale", "nan"], "--scale must be above 0"),
        (["--scale", "1", "--conversations", "0"], "--conversations must be at least 1"),
        (["--scale", "1", "--against", "python"], "not allowed with"),
    ],
)
def test_wrong_usage(capsys, arguments, says):
    with pytest.raises(SystemExit) as ended:
        main(["bench", *arguments])
    assert ended.value.code == 2
    assert says in capsys.readouterr().err


class Rows:
    """Rows of an artefact with a screen."""

    def __init__(self, *noteworthy):
        self.noteworthy = np.array(noteworthy, dtype=bool)


def test_the_share_passed_on_counts_rows_and_not_conversations():
    assert share_passed_on([Rows(True, False, False), Rows(True)]) == pytest.approx(0.5)
    assert passed_on_text(0.254) == "25.4 %"
    assert share_passed_on([object()]) is None
    assert passed_on_text(None) == "not screened"
