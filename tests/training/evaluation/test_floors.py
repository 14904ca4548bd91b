"""The gate: shipped results meet their floors; and the gate itself, on made-up figures."""

import copy
import json
import re

import pytest

from tests.support.results_fixture import make_results
from training.__main__ import main
from training.evaluation import floor_checks
from training.evaluation.floor_checks import AT_LEAST, AT_MOST, FloorError, check, raise_floors
from training.paths import FLOORS, RESULTS

DATE = "2026-11-22"
SMALL = {"score": AT_LEAST, "error": AT_MOST, "kinds/*/score": AT_LEAST}


def figure(value, half=0.02):
    return {"value": value, "low": value - half, "high": value + half}


@pytest.fixture
def results(monkeypatch):
    monkeypatch.setattr(floor_checks, "PATHS", SMALL)
    kinds = {"one": {"score": figure(0.7)}, "two": {"score": figure(0.6)}}
    return {"corpus": "c" * 64, "score": figure(0.9004), "error": figure(0.0301, 0.01), "kinds": kinds}


@pytest.fixture
def content(results):
    return raise_floors(results, None, None, DATE)


def values(content):
    return {row["path"]: row["value"] for row in content["floors"]}


def test_the_shipped_results_meet_the_shipped_floors():
    results, content = (json.loads(path.read_text(encoding="utf-8")) for path in (RESULTS, FLOORS))
    assert content["floors"]
    assert check(results, content) == []


def test_floors_stand_half_an_interval_to_the_laxer_side(content):
    assert values(content) == {"score": 0.88, "error": 0.041, "kinds/one/score": 0.68, "kinds/two/score": 0.58}
    assert content["corpus"] == "c" * 64
    assert content["lowered"] == []


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("score", 0.8799, r"^score must be at least its floor of 0\.88, got 0\.8799$"),
        ("error", 0.0411, r"^error must be at most its floor of 0\.041, got 0\.0411$"),
        ("score", float("nan"), r"^score must be .* got nan"),
    ],
)
def test_a_result_beyond_its_floor_fails_with_path_value_and_floor(results, content, path, value, says):
    results[path]["value"] = value
    (problem,) = check(results, content)
    assert re.search(says, problem)


@pytest.mark.parametrize(("path", "value"), [("score", 0.88), ("error", 0.041)])
def test_a_result_on_its_floor_passes(results, content, path, value):
    results[path]["value"] = value
    assert check(results, content) == []


def test_floors_of_another_corpus_are_not_compared(results, content):
    results["corpus"], results["score"]["value"] = "d" * 64, 0.0
    (problem,) = check(results, content)
    assert "c" * 12 in problem
    assert "d" * 12 in problem
    assert problem.endswith("run python -m training floors raise")


def test_a_figure_that_has_gone_fails(results, content):
    del results["kinds"]["one"]
    (problem,) = check(results, content)
    assert "kinds/one/score has a floor but no figure" in problem


def test_a_figure_without_a_floor_fails(results, content):
    content["floors"] = [row for row in content["floors"] if row["path"] != "score"]
    results["kinds"]["three"] = {"score": figure(0.5)}
    problems = check(results, content)
    assert [problem.split()[0] for problem in problems] == ["score", "kinds/three/score"]
    assert all("has a figure but no floor" in problem for problem in problems)


def test_a_floor_turned_round_is_no_floor(results, content):
    (row,) = [row for row in content["floors"] if row["path"] == "score"]
    row["direction"], row["value"] = AT_MOST, 1.0
    (problem,) = check(results, content)
    assert "score has a figure but no floor" in problem


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        (lambda results: results.pop("error"), ["error"]),
        (lambda results: results["score"].pop("low"), ["score"]),
        (lambda results: results.update(kinds={}), ["kinds/*/score"]),
        (lambda results: (results.pop("score"), results["kinds"]["two"].clear()), ["score", "kinds/two/score"]),
    ],
)
def test_raising_without_every_figure_is_refused_and_lists_them(results, content, change, missing):
    change(results)
    with pytest.raises(FloorError, match=re.escape(f"no figure for {', '.join(missing)};")):
        raise_floors(results, content, "any reason", DATE)


def test_better_results_raise_floors_and_noise_lowers_none(results, content):
    results["score"], results["error"] = figure(0.95), figure(0.035, 0.01)
    raised = raise_floors(results, content, None, DATE)
    assert values(raised) == {**values(content), "score": 0.93}
    assert raised["lowered"] == []


def test_lowering_is_refused_without_a_reason(results, content):
    results["score"], results["error"] = figure(0.8), figure(0.06, 0.01)
    with pytest.raises(FloorError, match=r"score from 0\.88 to 0\.78; error from 0\.041 to 0\.07; .*--lower"):
        raise_floors(results, content, None, DATE)


def test_lowering_with_a_reason_lowers_what_fails_only_and_is_recorded(results, content):
    before = copy.deepcopy(content)
    results["score"], results["error"] = figure(0.8), figure(0.035, 0.01)
    lowered = raise_floors(results, content, "harder test set", DATE)
    assert content == before
    assert values(lowered) == {**values(content), "score": 0.78}
    first = {"path": "score", "old": 0.88, "new": 0.78, "reason": "harder test set", "date": DATE}
    assert lowered["lowered"] == [first]
    assert check(results, lowered) == []
    results["score"] = figure(0.7)
    again = raise_floors(results, lowered, "harder still", DATE)["lowered"]
    assert again == [first, {"path": "score", "old": 0.78, "new": 0.68, "reason": "harder still", "date": DATE}]


def test_a_floor_no_longer_asked_for_is_given_up_only_with_a_reason(results, content):
    del results["kinds"]["two"]
    with pytest.raises(FloorError, match=r"kinds/two/score from 0\.58 to None"):
        raise_floors(results, content, None, DATE)
    (row,) = raise_floors(results, content, "no such kind any more", DATE)["lowered"]
    assert (row["path"], row["old"], row["new"]) == ("kinds/two/score", 0.58, None)


def test_the_command_line(results, tmp_path, capsys):
    paths = {"--results": tmp_path / "results.json", "--floors": tmp_path / "floors.json"}
    arguments = [str(part) for pair in paths.items() for part in pair]
    paths["--results"].write_text(json.dumps(results))
    assert main(["floors", "check", *arguments]) == 1
    assert "does not exist" in capsys.readouterr().err
    assert main(["floors", "raise", *arguments]) == 0
    assert main(["floors", "check", *arguments]) == 0
    kept = paths["--floors"].read_bytes()
    results["score"] = figure(0.5)
    paths["--results"].write_text(json.dumps(results))
    assert main(["floors", "check", *arguments]) == 1
    assert "got 0.5000" in capsys.readouterr().err
    assert main(["floors", "raise", *arguments]) == 1
    assert "--lower REASON" in capsys.readouterr().err
    assert paths["--floors"].read_bytes() == kept
    for wrong in (["check", "--lower", "because"], ["raise", "--lower", " "]):
        with pytest.raises(SystemExit, match="2"):
            main(["floors", *wrong, *arguments])
    assert main(["floors", "raise", *arguments, "--lower", "because"]) == 0
    assert main(["floors", "check", *arguments]) == 0
    (row,) = json.loads(paths["--floors"].read_text())["lowered"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", row["date"])
    assert row["reason"] == "because"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["floors.json", "results.json"]


def test_the_floors_asked_for_are_figures_of_the_results_form():
    made_up = make_results()
    content = raise_floors(made_up, None, None, DATE)
    assert check(made_up, content) == []
    assert {row["path"].split("/")[0] for row in content["floors"]} == {
        path.split("/")[0] for path in floor_checks.PATHS
    }
