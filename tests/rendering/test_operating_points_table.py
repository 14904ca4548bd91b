"""Operating points and plans as tables and JSON: the artefact's own figures, bounds, widths, no false certainty."""

import dataclasses
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grooming_risk import OperatingPoint
from grooming_risk.rendering.numbers import number_text, per_cent, threshold_text
from grooming_risk.rendering.operating_points import points_to_dict, purpose
from grooming_risk.rendering.terminal.operating_points import render_plan, render_points

ROOMY = {"alerts_per_day": 400, "conversations_per_day": 20_000, "prevalence": 1e-3}


@pytest.fixture(scope="session")
def plan(artifact):
    return OperatingPoint.for_review_capacity(artifact.threshold_curve, **ROOMY)


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("prior", [None, 1e-4])
def test_the_table_shows_every_figure_of_every_point(artifact, width, prior):
    lines = render_points(artifact, prior, width).splitlines()
    for point in artifact.operating_points.values():
        (row,) = [number for number, line in enumerate(lines) if line.startswith(point.name)]
        for figure in (
            threshold_text(artifact.calibrator.probability(point.threshold, prior)),
            f"{point.false_flags:,} of {point.conversations:,}",
            per_cent(point.false_flags / point.conversations),
            per_cent(point.upper_bound),
            per_cent(point.target),
            per_cent(point.recall),
        ):
            assert f" {figure} " in f"{lines[row]} "
        assert purpose(point, artifact.operating_points.values()) in lines[row if width == 120 else row + 1]
    prose = " ".join(" ".join(lines).split())
    assert f"prevalence of {per_cent(prior or artifact.calibrator.reference_prevalence)}" in prose
    assert "recall on real grooming is unmeasured" in prose


@given(st.integers(80, 250))
def test_no_line_is_wider_than_the_terminal_and_no_per_cent_sign_stands_alone(artifact, plan, width):
    for text in (render_points(artifact, None, width), render_plan(plan, artifact, 1e-5, width)):
        assert max(map(len, text.splitlines())) <= width
        assert "\xa0" not in text
        assert not any(line.lstrip().startswith("%") for line in text.splitlines())


def test_a_plan_shows_its_estimates_with_their_bounds(artifact, plan):
    text = render_plan(plan, artifact, None, 80)
    assert "Plan for 400 alerts a day of 20,000 conversations at a prevalence of 0.1 %" in text
    assert f"probability {threshold_text(artifact.calibrator.probability(plan.operating_point.threshold))}" in text
    rows = {"alerts a day": plan.expected_alerts, "misses a day": plan.expected_misses}
    for (name, estimate), form in [
        *((row, number_text) for row in rows.items()),
        *((row, per_cent) for row in {"PPV": plan.ppv, "recall": plan.recall}.items()),
    ]:
        (line,) = [line for line in text.splitlines() if line.startswith(name) and " to " in line]
        assert (
            line.split()
            == " ".join([name, form(estimate.value), form(estimate.low), "to", form(estimate.high)]).split()
        )
    assert "recall on real grooming is unmeasured" in " ".join(text.split())


def test_a_ppv_without_false_flags_is_not_left_to_be_believed(artifact, plan):
    curve = artifact.threshold_curve
    strict = dataclasses.replace(curve, steps=curve.steps[:1])
    assert strict.steps[0].false_flags == 0
    strict_plan = OperatingPoint.for_review_capacity(strict, **ROOMY)
    assert strict_plan.ppv.value == 1
    strict_text, text = (render_plan(each, artifact, None, 80) for each in (strict_plan, plan))
    assert re.search(rf"^PPV +- +at least {per_cent(strict_plan.ppv.low)}$", strict_text, re.M)
    assert "only its lower bound is known" in " ".join(strict_text.split())
    assert plan.operating_point.false_flags > 0
    assert "only its lower bound is known" not in " ".join(text.split())


@pytest.mark.parametrize("prior", [None, 0.3])
def test_json_holds_what_the_artefact_measured(artifact, plan, prior):
    content = json.loads(json.dumps(points_to_dict(artifact, prior, plan)))
    assert content["artifact_digest"] == artifact.digest
    assert content["prior"] == (prior or artifact.calibrator.reference_prevalence)
    for row, point in zip(content["points"], artifact.operating_points.values(), strict=True):
        assert row["threshold_probability"] == artifact.calibrator.probability(point.threshold, prior)
        assert row["false_flag_rate"] == point.false_flags / point.conversations <= row["false_flag_rate_upper_bound"]
        assert (row["name"], row["threshold_logit"], row["target"]) == (point.name, point.threshold, point.target)
        assert row["recall_on_composed_positives"] == point.recall
    chosen = content["plan"]
    assert chosen["operating_point"]["threshold_logit"] == plan.operating_point.threshold
    assert chosen["expected_alerts"] == dataclasses.asdict(plan.expected_alerts)
    assert chosen["ppv"] == dataclasses.asdict(plan.ppv)
    assert chosen["recall_on_composed_positives"] == dataclasses.asdict(plan.recall)
    assert chosen["expected_misses"] == dataclasses.asdict(plan.expected_misses)
    assert "plan" not in points_to_dict(artifact, prior)
    assert "unmeasured" in content["recall_note"]


def test_what_a_point_is_for_follows_from_its_place_not_from_its_name():
    lax, middle, strict = (OperatingPoint(name, at, 1, 10, 1, 0.5, 0.5) for name, at in (("x", 1), ("y", 2), ("z", 3)))
    points = [middle, strict, lax]
    assert "fewest misses" in purpose(lax, points)
    assert "most misses" in purpose(strict, points)
    assert purpose(middle, points) == "between the others"
    assert "the default" in purpose(dataclasses.replace(middle, name="balanced"), points)


@given(st.floats(1e-12, 1, exclude_max=True))
def test_shares_and_thresholds_are_never_rounded_to_none_or_all(share):
    for text, scale in ((per_cent(share).removesuffix(" %"), 100), (threshold_text(share), 1)):
        shown = float(text.removeprefix(">")) / scale
        assert 0 < shown < 1
        assert shown == pytest.approx(share, rel=6e-3)


@pytest.mark.parametrize(("share", "text"), [(0, "0 %"), (1, "100 %"), (0.02, "2 %"), (0.004525, "0.453 %")])
def test_shares_for_people(share, text):
    assert per_cent(share) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (2.586, "2.59"), (48.66, "48.7"), (275.4, "275"), (100_000.0, "100,000")]
)
def test_numbers_for_people(value, text):
    assert number_text(value) == text
