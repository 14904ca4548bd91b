"""A chosen threshold is written and read again, only for the artefact that it was chosen for."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grooming_risk import ConversationMonitor, OperatingPoint, RiskScorer, load_operating_point
from grooming_risk.cli import main
from grooming_risk.errors import InvalidOptionError, UnsupportedFormatError
from grooming_risk.model.artifact import Artifact
from grooming_risk.model.manifest import write_manifest
from grooming_risk.scoring.own_traffic import BenignSource, calibrate_on_own_traffic
from grooming_risk.scoring.saved_point import chosen_point, load_point, save_calibrated_point, save_point
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
    with pytest.raises(InvalidOptionError, match="not what was saved for its artefact"):
        load_point(saved, artifact)


def test_a_capacity_that_was_edited_is_refused(saved, artifact):
    content = json.loads(saved.read_text())
    content["asked"]["alerts_per_day"] = 2_000
    saved.write_text(json.dumps(content))
    with pytest.raises(InvalidOptionError, match="not what was saved for its artefact"):
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
        lambda text: text.replace('"format": 1', '"format": 3'),
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


# Points that were calibrated on traffic of one's own


def calibrated_point(artifact, count=700):
    logits = tuple(float(logit) for logit in np.random.default_rng(3).normal(0, 1, count).round(4))
    return calibrate_on_own_traffic([BenignSource("a", logits)], 0.02, artifact.threshold_curve).point


@pytest.fixture
def calibrated(artifact, tmp_path):
    path = tmp_path / "own.json"
    save_calibrated_point(path, calibrated_point(artifact), artifact)
    return path


@settings(max_examples=examples(20))
@given(st.integers(149, 3_000))
def test_a_calibrated_point_is_read_as_it_was_written(artifact, tmp_path_factory, count):
    path = tmp_path_factory.mktemp("points") / "own.json"
    point = calibrated_point(artifact, count)
    save_calibrated_point(path, point, artifact)
    assert load_point(path, artifact) == point


def test_python_and_command_line_use_a_calibrated_point_alike(calibrated, scorer, capsys, tmp_path):
    point = load_operating_point(calibrated, scorer)
    assert load_operating_point(str(calibrated), scorer) == chosen_point(str(calibrated), scorer) == point
    report = scorer.score(CHAT, operating_point=point)
    assert report.provenance.operating_point == "own_traffic"
    assert report.provenance.threshold == scorer.artifact.calibrator.probability(point.threshold)
    chat = tmp_path / "chat.json"
    chat.write_text(json.dumps(CHAT))
    assert main(["score", str(chat), "--format", "json", "--operating-point", str(calibrated)]) == 0
    assert json.loads(capsys.readouterr().out)[0]["provenance"]["threshold"] == report.provenance.threshold


def test_a_calibrated_point_follows_a_conversation_and_its_state_comes_back(calibrated, scorer):
    monitor = ConversationMonitor(scorer, operating_point=load_operating_point(calibrated, scorer))
    for row in CHAT:
        monitor.update(row)
    again = ConversationMonitor.from_state(json.loads(json.dumps(monitor.to_state())), scorer)
    assert again.update(CHAT[0]) == monitor.update(CHAT[0])


def test_another_artefact_refuses_a_calibrated_point(calibrated, tiny_artifact):
    with pytest.raises(InvalidOptionError, match=r"was chosen for artefact .*--calibrate"):
        load_operating_point(calibrated, RiskScorer(tiny_artifact))


@pytest.mark.parametrize(
    ("where", "name", "value"),
    [
        ("operating_point", "threshold_logit", -3.0),
        ("measured", "false_flags", 0),
        ("measured", "benign_conversations", 90_000),
        ("measured", "target", 0.5),
        ("measured", "false_flag_rate_upper_bound", 0.001),
    ],
)
def test_a_calibrated_point_that_was_edited_is_refused(calibrated, artifact, where, name, value):
    content = json.loads(calibrated.read_text())
    content[where][name] = value
    calibrated.write_text(json.dumps(content))
    with pytest.raises(InvalidOptionError, match="not what was saved for its artefact"):
        load_point(calibrated, artifact)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace('"measured"', '"counted"'),
        lambda text: text.replace('"false_flags": ', '"false_flags": [], "was": '),
        lambda text: text.replace('"benign_conversations": 700', '"benign_conversations": 0'),
        lambda text: text.replace('"benign_conversations": 700', '"benign_conversations": 2'),
        lambda text: text.replace('"target": 0.02', '"target": 0.0001'),
        lambda text: text.replace('"threshold_logit": ', '"threshold_logit": "x", "was": '),
        lambda text: text.replace('"target": 0.02', '"target": NaN'),
    ],
)
def test_a_damaged_calibrated_point_is_refused_by_name(calibrated, artifact, damage):
    before = calibrated.read_text()
    calibrated.write_text(damage(before))
    assert calibrated.read_text() != before
    with pytest.raises((UnsupportedFormatError, InvalidOptionError), match=r"own\.json"):
        load_point(calibrated, artifact)
