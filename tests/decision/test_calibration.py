import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grooming_risk.decision.calibration import Calibrator, log_odds, shift_prior, sigmoid

CALIBRATOR = Calibrator(1.5, -0.5, 0.3, 0.01, (-1.0, 2.0), (0.0, 0.1, 0.8), (0.05, 0.4, 1.0))
LOGITS = st.floats(-30, 30)
PRIORS = st.floats(1e-5, 0.99)


@given(LOGITS, st.none() | PRIORS)
def test_the_interval_holds_the_probability(logit, prior):
    low, high = CALIBRATOR.interval(logit, prior)
    assert 0 <= low <= CALIBRATOR.probability(logit, prior) <= high <= 1


@given(LOGITS, LOGITS, st.none() | PRIORS)
def test_probability_rises_with_the_logit(first, second, prior):
    low, high = sorted((first, second))
    assert CALIBRATOR.probability(low, prior) <= CALIBRATOR.probability(high, prior)


@given(st.floats(0.001, 0.999), PRIORS, PRIORS)
def test_shift_prior_is_bayes_rule(probability, fitted, wanted):
    shifted = shift_prior(probability, fitted, wanted)
    odds = probability / (1 - probability) * (wanted / (1 - wanted)) / (fitted / (1 - fitted))
    assert math.isclose(shifted, odds / (1 + odds), rel_tol=1e-9)


@given(st.floats(-15, 15))
def test_logit_is_the_inverse(logit):
    assert math.isclose(CALIBRATOR.logit(CALIBRATOR.probability(logit)), logit, abs_tol=1e-4)


def test_extreme_logits_do_not_overflow():
    assert sigmoid(-1e4) == 0.0
    assert sigmoid(1e4) == 1.0
    assert log_odds(0.5) == 0.0


@pytest.mark.parametrize(
    "change",
    [{"slope": 0.0}, {"slope": -1.0}, {"low": (0.1,)}, {"reference_prevalence": 1.0}, {"calibration_prevalence": 0.0}],
)
def test_a_calibrator_that_makes_no_sense_is_refused(change):
    values = {name: getattr(CALIBRATOR, name) for name in CALIBRATOR.__slots__}
    with pytest.raises(ValueError, match=r"slope|interval|prevalence"):
        Calibrator(**{**values, **change})
