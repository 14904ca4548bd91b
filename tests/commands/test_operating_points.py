"""`grooming-risk operating-points`, end to end: what it prints, what it refuses and with which exit status."""

import json
import re

import pytest

from grooming_risk.cli import main
from grooming_risk.scoring.saved_point import load_point

VERB = "operating-points"
ROOMY = ["--capacity", "400", "--volume", "20000", "--prevalence", "0.001"]


def test_the_named_points_are_the_answer_without_options(capsys, artifact, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert main([VERB]) == 0
    out = capsys.readouterr().out
    for point in artifact.operating_points.values():
        assert re.search(rf"^{point.name} .* {point.false_flags:,} of {point.conversations:,} ", out, re.M)
    assert "Plan for" not in out
    assert "\x1b" not in out
    assert max(map(len, out.splitlines())) <= 80


def test_a_plan_is_printed_saved_and_drawn(capsys, artifact, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    point, picture = tmp_path / "point.json", tmp_path / "picture.svg"
    assert main([VERB, *ROOMY, "--format", "json", "--save", str(point), "--plot", str(picture)]) == 0
    captured = capsys.readouterr()
    plan = json.loads(captured.out)["plan"]
    assert plan["expected_alerts"]["high"] <= plan["alerts_per_day"] == 400
    assert captured.err.count("wrote") == 2
    assert load_point(point, artifact).threshold == plan["operating_point"]["threshold_logit"]
    assert picture.read_bytes().startswith(b"<?xml")
    assert main([VERB, *ROOMY]) == 0
    out = capsys.readouterr().out
    assert "Plan for 400 alerts a day of 20,000 conversations" in out
    assert "--save FILE.json" in out
    assert max(map(len, out.splitlines())) <= 80


def test_prior_moves_probabilities_and_not_logits(capsys):
    rows = []
    for prior in ([], ["--prior", "0.3"]):
        assert main([VERB, "--format", "json", *prior]) == 0
        rows.append(json.loads(capsys.readouterr().out)["points"])
    for reference, moved in zip(*rows, strict=True):
        assert reference["threshold_logit"] == moved["threshold_logit"]
        assert reference["threshold_probability"] < moved["threshold_probability"]


def test_what_the_data_cannot_support_is_refused_in_words_of_the_options_and_the_advice_works(capsys, tmp_path):
    point = tmp_path / "point.json"
    asked = ["--volume", "100000", "--prevalence", "0.001"]
    assert main([VERB, "--capacity", "101", *asked, "--save", str(point)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert not point.exists()
    more, less = re.search(r"raise --capacity to (\d+), lower --volume to (\d+)", captured.err).groups()
    assert main([VERB, "--capacity", more, *asked]) == 0
    assert main([VERB, "--capacity", "101", "--volume", less, "--prevalence", "0.001"]) == 0
    assert main([VERB, "--capacity", "0", *asked]) == 2
    assert "--capacity must be finite and above 0, got 0" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--capacity", "200"], "--volume and --prevalence missing"),
        (["--volume", "9", "--prevalence", "0.1"], "--capacity missing"),
        (["--save", "point.json"], "add --capacity, --volume and --prevalence, or --calibrate FILE"),
        (["--false-flag-rate", "0.1"], "add --calibrate FILE"),
        (["--calibrate", "a.json", "--capacity", "9"], "give one of them"),
        (["--calibrate", "a.json", "--plot", "a.svg"], "leave out --calibrate"),
        (["--calibrate", "a.json", "--save", "point.txt"], "must end in .json"),
        ([*ROOMY, "--save", "point.txt"], "must end in .json"),
        (["--plot", "picture.gif"], "must end in one of .png, .svg, .pdf"),
        (["--capacity", "many", "--volume", "9", "--prevalence", "0.1"], "invalid float value"),
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(capsys, arguments, says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main([VERB, *arguments])
    assert ended.value.code == 2
    assert says in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("verb", [VERB, "coop-signal"])
def test_a_prior_that_is_none_and_a_changed_artefact_are_refused(capsys, artifact_copy, verb):
    for prior in ("0", "1", "nan"):
        assert main([verb, "--prior", prior]) == 2
        assert "between 0 and 1" in capsys.readouterr().err
    path = artifact_copy / "operating_points.json"
    path.write_bytes(path.read_bytes().replace(b'"target": 0.02', b'"target": 0.03'))
    assert main([verb, "--artifact", str(artifact_copy)]) == 3
    assert "operating_points.json" in capsys.readouterr().err
