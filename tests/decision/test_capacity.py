"""Operating points by review capacity: bounds, refusals that say what works, and the promise itself."""

import json
import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest, norm

from grooming_risk import OperatingPoint, RiskScorer
from grooming_risk.decision.operating_points import CurveStep, ThresholdCurve, select, upper_bound
from grooming_risk.errors import ArtifactIntegrityError, InvalidOptionError
from grooming_risk.model.artifact import Artifact
from grooming_risk.model.manifest import write_manifest

pytest.importorskip("sklearn")
from tests.support.examples import examples
from training.build_artifact import Numbers, save_numbers
from training.calibration import fit as fit_calibration
from training.calibration.fit import CURVE_STEPS, fit_curve

CHAT = [("a", "see you at practice tomorrow"), ("b", "yes, bring the ball please")] * 4
RNG = np.random.default_rng(8)
BENIGN, POSITIVES = RNG.normal(size=3000).round(4), RNG.normal(3, 1, 500).round(4)
CURVE = fit_curve(BENIGN, POSITIVES)
DAY = {"alerts_per_day": 500, "conversations_per_day": 100_000, "prevalence": 1e-3}


def plan_for(curve=CURVE, **changed):
    return OperatingPoint.for_review_capacity(curve, **{**DAY, **changed})


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_bound_is_the_one_that_scipy_gives(counts):
    assert upper_bound(*counts) == pytest.approx(fit_calibration.upper_bound(*counts), rel=1e-6)


def test_worked_example():
    """Sensitivity 0.8, false-flag rate 0.001 and prevalence 0.001 give a PPV of 0.445."""
    curve = ThresholdCurve((CurveStep(2.0, 100, 800), CurveStep(1.0, 5000, 900)), 100_000, 1000)
    plan = plan_for(curve, alerts_per_day=250)
    assert plan.operating_point.threshold == 2.0
    assert plan.ppv.value == pytest.approx(0.8 / (0.8 + 0.999), rel=1e-9) == pytest.approx(0.445, abs=5e-4)
    assert plan.expected_alerts.value == pytest.approx(100 * 0.8 + 99_900 * 0.001)
    assert plan.expected_misses.value == pytest.approx(20)
    recall = binomtest(800, 1000).proportion_ci(0.95, method="exact")
    flags = binomtest(100, 100_000).proportion_ci(0.95, method="exact")
    assert (plan.recall.low, plan.recall.high) == pytest.approx((recall.low, recall.high), rel=1e-6)
    assert plan.expected_misses.low == pytest.approx(100 * (1 - recall.high), rel=1e-6)
    assert plan.ppv.low == pytest.approx(recall.low / (recall.low + 999 * flags.high), rel=1e-6)
    assert plan.ppv.high == pytest.approx(recall.high / (recall.high + 999 * flags.low), rel=1e-6)
    most = binomtest(100, 100_000, alternative="less").proportion_ci(0.95, method="exact").high
    assert plan.expected_alerts.high == pytest.approx(100 + 99_900 * most, rel=1e-6)


@settings(max_examples=examples(30))
@given(st.floats(0.0025, 0.3), st.floats(0.0025, 0.3), st.floats(1e-5, 1e-3))
def test_more_reviewers_never_mean_a_stricter_threshold(first, second, prevalence):
    few, many = (plan_for(alerts_per_day=share * 100_000, prevalence=prevalence) for share in sorted((first, second)))
    assert many.operating_point.threshold <= few.operating_point.threshold
    for plan in (few, many):
        for estimate in (plan.expected_alerts, plan.recall, plan.ppv, plan.expected_misses):
            assert 0 <= estimate.low <= estimate.value <= estimate.high
        assert plan.expected_alerts.high <= plan.alerts_per_day


@pytest.mark.parametrize("rate", [0.002, 0.01, 0.05, 0.3])
def test_the_curve_gives_away_little_against_testing_every_logit(rate):
    """Walk over all logits in turn, written anew with scipy."""
    flags = 0
    while binom.cdf(flags + 1, len(BENIGN), rate) <= 0.05:
        flags += 1
    point = plan_for(alerts_per_day=(rate * (1 - 1e-3) + 1e-3) * 100_000).operating_point
    assert point.target == pytest.approx(rate)
    assert 0.95 * flags - 1 <= point.false_flags <= flags
    assert point.false_flags == sum(map(point.flags, BENIGN))
    assert point.recall == np.mean([point.flags(logit) for logit in POSITIVES])


def test_alerts_fit_in_19_of_20_draws_though_the_curve_has_many_thresholds():
    random = np.random.default_rng(5)
    draws, broken = 400, 0
    for _ in range(draws):
        # A capacity that three of 1,500 just do not fit: the test is as tight as it gets.
        point = plan_for(fit_curve(random.normal(size=1500).round(4), np.ones(1)), alerts_per_day=520).operating_point
        broken += norm.sf(point.threshold) > point.target
    # 5 % expected; 8 % leaves room for 400 draws (three standard errors).
    assert 0 < broken / draws <= 0.08


@pytest.mark.parametrize(
    "asked", [DAY | {"alerts_per_day": 150}, DAY | {"alerts_per_day": 40}, DAY | {"prevalence": 0.02}]
)
def test_what_the_data_cannot_support_is_refused_and_the_advice_works_and_is_tight(asked):
    with pytest.raises(InvalidOptionError, match="with 3,000 benign conversations measured") as caught:
        plan_for(**asked)
    alerts, volume = map(
        int, re.search(r"alerts_per_day to (\d+), lower conversations_per_day to (\d+)", str(caught.value)).groups()
    )
    assert plan_for(**asked | {"alerts_per_day": alerts}).operating_point.false_flags == 0
    assert plan_for(**asked | {"conversations_per_day": volume}).operating_point.false_flags == 0
    for change in ({"alerts_per_day": alerts - 1}, {"conversations_per_day": volume + 1}):
        with pytest.raises(InvalidOptionError):
            plan_for(**asked | change)


def test_a_curve_whose_strictest_threshold_fails_is_refused_whatever_stands_further_on():
    curve = ThresholdCurve((CurveStep(2.0, 50, 1), CurveStep(1.0, 51, 1)), 1000, 10)
    with pytest.raises(InvalidOptionError, match="raise alerts_per_day"):
        plan_for(curve, alerts_per_day=5_000)


@pytest.mark.parametrize(
    "change",
    [
        {"alerts_per_day": 0},
        {"alerts_per_day": float("nan")},
        {"conversations_per_day": float("inf")},
        {"conversations_per_day": -1},
        {"prevalence": 0},
        {"prevalence": 1},
    ],
)
def test_numbers_out_of_range_are_refused_by_name(change):
    with pytest.raises(InvalidOptionError, match=f"^{next(iter(change))} must be .*got"):
        plan_for(**change)


def test_reviewers_who_can_read_everything_get_the_laxest_threshold():
    assert plan_for(alerts_per_day=100_000).operating_point.threshold == CURVE.steps[-1].threshold
    assert plan_for(alerts_per_day=900_000).operating_point.threshold == CURVE.steps[-1].threshold


def test_the_curve_is_dense_where_false_flags_are_few():
    flags = [step.false_flags for step in CURVE.steps]
    assert flags[:20] == list(range(20))
    assert 100 < len(flags) <= CURVE_STEPS
    assert max(after / before for before, after in pairwise(flags[20:])) <= 1.08


@pytest.mark.parametrize(
    ("steps", "conversations"),
    [
        ((), 10),
        (((1.0, 0, 0), (1.0, 1, 1)), 10),
        (((1.0, 2, 0), (0.0, 1, 1)), 10),
        (((1.0, 0, 2), (0.0, 1, 1)), 10),
        (((1.0, -1, 0),), 10),
        (((1.0, 0, 0), (0.0, 11, 1)), 10),
        (((float("nan"), 0, 0), (0.0, 1, 1)), 10),
        (((1.0, 0, 0),), 0),
    ],
)
def test_a_curve_that_contradicts_itself_is_refused(steps, conversations):
    with pytest.raises(ValueError, match="curve"):
        ThresholdCurve(tuple(CurveStep(*step) for step in steps), conversations, 5)


def with_curve(folder, written, artifact):
    """The copy of the artefact with CURVE, written as training writes it, into the empty folder `written`."""
    numbers = Numbers(
        tokenizer="",
        max_tokens=1,
        languages=[],
        vocabulary=artifact.vocabulary,
        label_thresholds=[],
        calibrator=artifact.calibrator,
        operating_points=list(artifact.operating_points.values()),
        threshold_curve=CURVE,
        abstention=artifact.abstention,
    )
    written.mkdir()
    save_numbers(numbers, written)
    (folder / "operating_points.json").write_bytes((written / "operating_points.json").read_bytes())
    write_manifest(folder, "1", {})
    return folder


def test_an_artefact_gives_its_curve_and_the_point_scores(bundled_copy, artifact, tmp_path):
    scorer = RiskScorer(with_curve(bundled_copy, tmp_path / "written", artifact))
    assert scorer.artifact.threshold_curve == CURVE
    assert scorer.artifact.operating_points == artifact.operating_points
    point = plan_for(scorer.artifact.threshold_curve).operating_point
    assert select(scorer.artifact.operating_points, point) is point
    report = scorer.score(CHAT, operating_point=point)
    assert report.provenance.operating_point == point.name
    assert report.provenance.threshold == scorer.artifact.calibrator.probability(point.threshold)
    assert all(window.flagged == point.flags(window.logit) for window in report.windows)


@pytest.mark.parametrize("change", [lambda content: content["curve"].reverse(), lambda content: content.pop("curve")])
def test_a_curve_that_does_not_fit_is_refused_as_damage(bundled_copy, artifact, tmp_path, change):
    path = with_curve(bundled_copy, tmp_path / "written", artifact) / "operating_points.json"
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
    write_manifest(bundled_copy, "1", {})
    with pytest.raises(ArtifactIntegrityError, match="install the version"):
        _ = Artifact(bundled_copy).threshold_curve


def test_the_shipped_curve_agrees_with_the_shipped_points(artifact):
    curve = artifact.threshold_curve
    assert len(curve.steps) <= CURVE_STEPS
    assert curve.steps[0].false_flags == 0
    for point in artifact.operating_points.values():
        assert point.conversations == curve.conversations
        stricter = [step for step in curve.steps if step.threshold >= point.threshold]
        laxer = [step for step in curve.steps if step.threshold <= point.threshold]
        assert all(step.false_flags <= point.false_flags for step in stricter)
        assert all(step.false_flags >= point.false_flags for step in laxer)
