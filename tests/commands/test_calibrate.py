"""`grooming-risk operating-points --calibrate`, end to end on the tiny artefact."""

import json

import pytest

from grooming_risk import RiskScorer, load_operating_point
from grooming_risk.cli import main

VERB = ["operating-points", "--calibrate"]
RATE = ["--false-flag-rate", "0.2"]
PLAIN = ("are you at home today", "yes i am in school", "see you tomorrow at the game", "bring the ball please")


def conversation(number, signs=0):
    """A conversation of its own; the tiny artefact counts the words "secret" and "gift"."""
    texts = [*PLAIN, f"practice is at {number}", *["a secret gift"] * signs]
    return [{"speaker": "ab"[index % 2], "text": text} for index, text in enumerate(texts)]


def export(path, conversations):
    rows = [json.dumps({"id": f"c{number}", "messages": rows}) for number, rows in enumerate(conversations)]
    path.write_text("\n".join(rows) + "\n")
    return path


@pytest.fixture
def two_sources(tmp_path):
    mild = export(tmp_path / "mild.jsonl", [conversation(n) for n in range(40)])
    odd = export(tmp_path / "odd.jsonl", [conversation(100 + n, signs=n % 4) for n in range(40)])
    return [str(mild), str(odd)]


def test_json_a_file_and_what_uses_it(two_sources, tiny_artifact, tmp_path, capsys):
    saved, chosen = tmp_path / "own.json", ["--artifact", str(tiny_artifact)]
    asked = [*VERB, *two_sources, *RATE, *chosen, "--save", str(saved), "--format", "json"]
    assert main(asked) == 0
    captured = capsys.readouterr()
    result = json.loads(captured.out)
    assert "wrote own.json" in captured.err
    point = load_operating_point(saved, RiskScorer(tiny_artifact))
    assert result["operating_point"]["threshold_logit"] == point.threshold
    assert result["operating_point"]["benign_conversations"] == 80
    assert result["operating_point"]["false_flag_rate_upper_bound"] <= 0.2
    assert [row["name"] for row in result["sources"]] == ["mild.jsonl", "odd.jsonl"]
    assert result["mean_rate"] == pytest.approx(sum(row["false_flag_rate"] for row in result["sources"]) / 2)
    assert result["held_out_rate"] == pytest.approx(sum(row["held_out_rate"] for row in result["sources"]) / 2)
    mild, odd = result["sources"]
    assert odd["held_out_rate"] > mild["held_out_rate"]  # a threshold for mild traffic alone flags odd traffic
    scored = ["score", *two_sources, *chosen, "--operating-point", str(saved), "--format", "jsonl", "--no-explain"]
    assert main(scored) == 0
    outcomes = [json.loads(line)["outcome"] for line in capsys.readouterr().out.splitlines()]
    assert outcomes.count("review") == point.false_flags


def test_the_table_shows_bound_and_sources(two_sources, tiny_artifact, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert main([*VERB, *two_sources, *RATE, "--artifact", str(tiny_artifact)]) == 0
    out = capsys.readouterr().out
    for wanted in (
        "Calibrated on 80 benign conversations",
        "95 % bound",
        "mild.jsonl",
        "all alike",
        "--save FILE.json",
    ):
        assert wanted in out
    assert max(map(len, out.splitlines())) <= 80
    assert main([*VERB, two_sources[0], *RATE, "--artifact", str(tiny_artifact)]) == 0
    assert "held out" not in capsys.readouterr().out


def test_too_little_traffic_is_refused_with_the_number_that_is_needed(two_sources, tiny_artifact, tmp_path, capsys):
    saved = tmp_path / "own.json"
    assert main([*VERB, *two_sources, "--artifact", str(tiny_artifact), "--save", str(saved)]) == 2
    captured = capsys.readouterr()
    assert "80 scored conversations" in captured.err and "at least 598 are needed" in captured.err
    assert captured.out == ""
    assert not saved.exists()
    assert main([*VERB, *two_sources, "--false-flag-rate", "0", "--artifact", str(tiny_artifact)]) == 2
    assert "false-flag rate must be" in capsys.readouterr().err


def test_what_comes_twice_counts_once_and_what_is_left_out_is_said(tmp_path, tiny_artifact, capsys):
    rows = [conversation(n) for n in range(30)]
    one = export(tmp_path / "one.jsonl", [*rows, [{"speaker": "a", "text": "ok"}], []])
    (tmp_path / "again").mkdir()
    other = export(tmp_path / "again" / "one.jsonl", [*rows[:5], *(conversation(50 + n) for n in range(20))])
    asked = [*VERB, str(one), str(other), *RATE, "--artifact", str(tiny_artifact), "--format", "json"]
    assert main(asked) == 0
    captured = capsys.readouterr()
    result = json.loads(captured.out)
    assert [row["benign_conversations"] for row in result["sources"]] == [30, 20]
    assert len({row["name"] for row in result["sources"]}) == 2
    for said in (
        "1 conversation that could not be read",
        "1 conversation that cannot be scored",
        "5 conversations that came before",
    ):
        assert said in captured.err
    assert "tomorrow" not in captured.err
