"""A threshold chosen by capacity is written and read again, only for the artefact that it was chosen for."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grooming_risk import OperatingPoint, RiskScorer
from grooming_risk.cli import main
from grooming_risk.errors import InvalidOptionError, UnsupportedFormatError
from grooming_risk.model.artifact import Artifact
from grooming_risk.model.manifest import write_manifest
from grooming_risk.scoring.saved_point import chosen_point, load_point, save_point
from tests.support.examples import examples

ASKED = {"alerts_per_day": 400.0, "conversations_per_day": 20_000.0, "prevalence": 1e-3}
CHAT = [{"speaker": "a", "text": "see you at practice tomorrow"}, {"speaker": "b", "text": "yes, bring the ball"}] * 4


def plan_of(artifact, **changed):
    return OperatingPoint.for_review_capacity(artifact.threshold_curve, **{**ASKED, **changed})


@pytest.fixture
def saved(artifact, tmp_path):
    path = tmp_path / "point.json"
    save_point(path, plan_of(artifact), artifact)
    return path


@settings(max_examples=examples(20))
@given(st.floats(0.004, 1), st.floats(1e-6, 1e-3))
def test_what_is_read_is_what_was_written(artifact, tmp_path_factory, share, prevalence):
    path = tmp_path_factory.mktemp("points") / "point.json"
    plan = plan_of(artifact, alerts_per_day=share * 20_000, prevalence=prevalence)
    save_point(path, plan, artifact)
    assert load_point(path, artifact) == plan.operating_point


def test_another_artefact_refuses_it(saved, bundled_copy, artifact):
    write_manifest(bundled_copy, "retrained", {})
    other = Artifact(bundled_copy)
    assert other.threshold_curve == artifact.threshold_curve  # the digest alone decides
    with pytest.raises(
        InvalidOptionError, match=f"{artifact.digest[:12]}.*{other.digest[:12]}.*choose the point again"
    ):
        load_point(saved, other)


def test_a_threshold_that_was_edited_is_refused(saved, artifact):
    content = json.loads(saved.read_text())
    content["operating_point"]["threshold_logit"] += 1
    saved.write_text(json.dumps(content))
    with pytest.raises(InvalidOptionError, match="not what its artefact gives"):
        load_point(saved, artifact)


def test_a_capacity_that_was_edited_is_refused(saved, artifact):
    content = json.loads(saved.read_text())
    content["asked"]["alerts_per_day"] = 2_000
    saved.write_text(json.dumps(content))
    with pytest.raises(InvalidOptionError, match="not what its artefact gives"):
        load_point(saved, artifact)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "",
        lambda text: text[:-20],
        lambda text: "[]",
        lambda text: "null",
        lambda text: "[" * 100_000,
        lambda text: text + " " * 200_000 + "x",
        lambda text: text.replace('"format": 1', '"format": 2'),
        lambda text: text.replace('"artifact_digest"', '"digest"'),
        lambda text: text.replace('"asked"', '"ask"'),
        lambda text: text.replace('"threshold_logit"', '"threshold"'),
        lambda text: text.replace("400.0", '"many"'),
        lambda text: text.replace("400.0", "[]"),
    ],
)
def test_a_damaged_file_is_refused_by_name(saved, artifact, damage):
    before = saved.read_text()
    saved.write_text(damage(before))
    assert saved.read_text() != before
    with pytest.raises(UnsupportedFormatError, match=r"point\.json is .*; choose the point again"):
        load_point(saved, artifact)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-1", "0"])
def test_numbers_that_are_none_are_refused(saved, artifact, number):
    saved.write_text(saved.read_text().replace("400.0", number))
    with pytest.raises(InvalidOptionError, match="alerts_per_day"):
        load_point(saved, artifact)


def test_no_file_no_text_and_no_place_to_write(artifact, tmp_path):
    with pytest.raises(UnsupportedFormatError, match=r"gone\.json cannot be opened .*check the path"):
        load_point(tmp_path / "gone.json", artifact)
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UnsupportedFormatError, match=r"bytes\.json is not a saved operating point"):
        load_point(tmp_path / "bytes.json", artifact)
    with pytest.raises(InvalidOptionError, match="cannot be written"):
        save_point(tmp_path / "nowhere" / "point.json", plan_of(artifact), artifact)
    with pytest.raises(InvalidOptionError, match=r"must end in \.json"):
        save_point(tmp_path / "point.txt", plan_of(artifact), artifact)


def test_a_name_stays_a_name_and_opens_no_artefact():
    assert chosen_point("balanced", RiskScorer("/nowhere")) == "balanced"


def test_a_file_scores_as_its_plan_does(saved, scorer):
    point = chosen_point(str(saved), scorer)
    report = scorer.score(CHAT, operating_point=point)
    assert report == scorer.score(CHAT, operating_point=plan_of(scorer.artifact).operating_point)
    assert report.provenance.operating_point == "review_capacity"


def test_score_takes_the_file(saved, tmp_path, capsys, artifact):
    chat = tmp_path / "chat.json"
    chat.write_text(json.dumps(CHAT))
    assert main(["score", str(chat), "--format", "json", "--operating-point", str(saved)]) == 0
    provenance = json.loads(capsys.readouterr().out)[0]["provenance"]
    point = plan_of(artifact).operating_point
    assert provenance["threshold"] == artifact.calibrator.probability(point.threshold)
    saved.write_text("{}")
    assert main(["score", str(chat), "--operating-point", str(saved)]) == 1
    assert "not a saved operating point" in capsys.readouterr().err
