"""A threshold for traffic of one's own: its bound, its promise, its refusals, and what each source costs."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, binom

from grooming_risk.decision.operating_points import CurveStep, ThresholdCurve, at_most
from grooming_risk.errors import InvalidOptionError
from grooming_risk.scoring.assessment import DECIMALS
from grooming_risk.scoring.own_traffic import (
    STEP,
    BenignSource,
    calibrate_on_own_traffic,
    conversations_needed,
    highest_logit,
    recall_at,
)
from grooming_risk.testing import CONVERSATIONS, StandInScorer
from tests.support.examples import examples

CURVE = ThresholdCurve((CurveStep(3.0, 0, 40), CurveStep(1.0, 9, 70), CurveStep(-1.0, 90, 95)), 1_000, 100)
RATES = st.sampled_from([0.002, 0.005, 0.02, 0.1, 0.5])


def source(size, seed=1, name="a", shift=0.0):
    logits = np.random.default_rng(seed).normal(shift, 1, size).round(DECIMALS)
    return BenignSource(name, tuple(map(float, logits)))


def flagged(point, own):
    return sum(map(point.flags, own.logits))


@given(st.integers(1, 4_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n), st.floats(0.0005, 0.9995))))
def test_the_tail_is_the_one_that_scipy_gives(case):
    count, n, rate = case
    # Rounding adds up to some 1e-12 (Hypothesis found 2e-12), far below any rate that is asked for.
    assert at_most(count, n, rate) == pytest.approx(binom.cdf(count, n, rate), rel=1e-6, abs=1e-10)


@pytest.mark.parametrize(("n", "rate"), [(10**6, 0.0005), (10**6, 0.01), (10**5, 0.3)])
def test_the_tail_is_right_for_a_million_conversations(n, rate):
    for count in (int(n * rate * 0.97), int(n * rate), int(n * rate * 1.03)):
        assert at_most(count, n, rate) == pytest.approx(binom.cdf(count, n, rate), rel=1e-5, abs=1e-9)


@settings(max_examples=examples(60))
@given(st.integers(1, 3_000), RATES, st.integers(0, 99))
def test_the_threshold_is_the_laxest_whose_bound_holds(size, target, seed):
    own = source(size, seed)
    if size < conversations_needed(target):
        with pytest.raises(InvalidOptionError, match="are needed"):
            calibrate_on_own_traffic([own], target, CURVE)
        return
    point = calibrate_on_own_traffic([own], target, CURVE).point
    assert point.false_flags == flagged(point, own)
    assert point.upper_bound <= target
    assert point.upper_bound == pytest.approx(beta.ppf(0.95, point.false_flags + 1, size - point.false_flags), rel=1e-6)
    # One conversation more would break the bound: the next threshold is just above the strongest that is not flagged.
    next_weaker = sorted(own.logits, reverse=True)[point.false_flags :]
    assert point.threshold == pytest.approx(next_weaker[0] + STEP, abs=STEP / 10)
    more = sum(logit >= next_weaker[0] for logit in own.logits)
    assert more == size or binom.cdf(more, size, target) > 0.05


@given(st.floats(1e-6, 0.999))
def test_as_many_conversations_are_needed_as_scipy_says(target):
    needed = conversations_needed(target)
    assert needed == 1 or beta.ppf(0.95, 1, needed - 1) > target * (1 - 1e-9)
    assert beta.ppf(0.95, 1, needed) <= target * (1 + 1e-9)


@pytest.mark.parametrize(("target", "needed"), [(0.005, 598), (0.02, 149), (0.5, 5), (0.96, 1)])
def test_the_refusal_names_the_number_and_the_number_is_enough(target, needed):
    assert conversations_needed(target) == needed
    if needed > 1:
        with pytest.raises(InvalidOptionError, match=f"{needed - 1:,} scored conversations .* at least {needed:,} are"):
            calibrate_on_own_traffic([source(needed - 1)], target, CURVE)
    found = calibrate_on_own_traffic([source(needed)], target, CURVE)
    assert found.point.false_flags == 0
    with pytest.raises(InvalidOptionError, match="0 scored conversations"):
        calibrate_on_own_traffic([BenignSource("empty", ())], target, CURVE)


@pytest.mark.parametrize("target", [0.0, 1.0, -0.1, 1e-12, math.nan, math.inf])
def test_a_rate_that_is_none_is_refused(target):
    with pytest.raises(InvalidOptionError, match="false-flag rate must be"):
        calibrate_on_own_traffic([source(100)], target, CURVE)


def test_the_promise_holds_over_many_draws():
    """The rate of the chosen threshold on all traffic exceeds the target in at most 5 % of the draws, and a little."""
    target, broken, draws = 0.02, 0, 400
    for seed in range(draws):
        point = calibrate_on_own_traffic([source(400, seed)], target, CURVE).point
        broken += 0.5 * math.erfc(point.threshold / math.sqrt(2)) > target
    assert broken <= binom.ppf(0.999, draws, 0.05)
    assert broken > 0  # a bound that never breaks wastes traffic


def test_ties_are_flagged_together_or_not_at_all():
    logits = (5.0, *([2.0] * 400), *([1.0] * 600))
    point = calibrate_on_own_traffic([BenignSource("a", logits)], 0.1, CURVE).point
    assert (point.false_flags, point.threshold) == (1, 2.0 + STEP)


def test_a_small_source_weighs_as_much_as_a_large_one():
    large, small = source(3_000, 1, "large"), source(60, 2, "small", shift=3.0)
    together = calibrate_on_own_traffic([large, small], 0.05, CURVE)
    pooled = calibrate_on_own_traffic([BenignSource("all", large.logits + small.logits)], 0.05, CURVE)
    assert together.mean_rate <= 0.05
    assert together.point.threshold > pooled.point.threshold
    assert flagged(pooled.point, small) / 60 > 0.5  # the large source alone would let this happen
    assert together.point.upper_bound <= 0.05
    assert [rate.false_flags for rate in together.sources] == [flagged(together.point, one) for one in (large, small)]


def test_each_source_is_held_out_in_turn():
    sources = [source(700, 1, "a"), source(800, 2, "b"), source(900, 3, "c", shift=1.5)]
    found = calibrate_on_own_traffic(sources, 0.02, CURVE)
    for number, rate in enumerate(found.sources):
        others = [one for other, one in enumerate(sources) if other != number]
        apart = calibrate_on_own_traffic(others, 0.02, CURVE).point
        assert rate.held_out_flags == flagged(apart, sources[number])
    held_out = [rate.held_out_flags / rate.conversations for rate in found.sources]
    assert found.held_out_rate == pytest.approx(np.mean(held_out))
    assert held_out[2] > 3 * max(held_out[:2])  # the source that is unlike the others


def test_sources_that_are_too_small_without_one_have_no_rate_for_it():
    found = calibrate_on_own_traffic([source(100, 1, "a"), source(60, 2, "b")], 0.02, CURVE)
    assert [rate.held_out_flags for rate in found.sources] == [None, None]
    assert found.held_out_rate is None
    (alone,) = calibrate_on_own_traffic([source(200)], 0.02, CURVE).sources
    assert alone.held_out_flags is None


@pytest.mark.parametrize(("threshold", "recall"), [(9.0, 0.0), (3.0, 0.4), (2.0, 0.4), (1.0, 0.7), (-5.0, 0.95)])
def test_recall_is_that_of_the_next_stricter_threshold(threshold, recall):
    assert recall_at(CURVE, threshold) == recall


def test_the_highest_logit_of_a_report():
    scorer = StandInScorer()
    for outcome, rows in CONVERSATIONS.items():
        report = scorer.score(rows)
        logits = [window.logit for window in report.windows]
        assert highest_logit(report) == (max(logits) if logits else None), outcome
    assert {highest_logit(scorer.score(rows)) is None for rows in CONVERSATIONS.values()} == {True, False}
