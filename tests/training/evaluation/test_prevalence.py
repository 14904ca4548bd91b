import pytest

from training.evaluation.curves import PREVALENCES, positive_predictive_value, prevalence_table
from training.evaluation.metrics import rate_with_interval


@pytest.mark.parametrize(
    ("prevalence", "values"),
    [
        (1e-2, (0.447, 0.890, 0.988)),
        (1e-3, (0.074, 0.445, 0.889)),
        (1e-4, (0.008, 0.074, 0.445)),
        (1e-5, (0.001, 0.008, 0.074)),
    ],
)
def test_the_predictive_value_is_that_of_bayes_rule(prevalence, values):
    """Recall 0.8 and false-flag rates of 1 %, 0.1 % and 0.01 %; the wanted values were computed by hand."""
    for false_flag_rate, wanted in zip((1e-2, 1e-3, 1e-4), values, strict=True):
        assert positive_predictive_value(0.8, false_flag_rate, prevalence) == pytest.approx(wanted, abs=6e-4)


def test_the_bound_takes_the_worse_end_of_both_rates():
    recall, false_flags = rate_with_interval(80, 100), rate_with_interval(3, 3000)
    rows = prevalence_table(recall, false_flags)
    assert [row["prevalence"] for row in rows] == list(PREVALENCES)
    row = rows[2]
    assert row["ppv"] == pytest.approx(0.445, abs=5e-4)
    assert row["innocent_per_true"] == pytest.approx((0.001 * 0.999) / (0.8 * 0.001))
    true, innocent = recall["low"] * 1e-3, false_flags["high"] * (1 - 1e-3)
    assert row["ppv_low"] == pytest.approx(true / (true + innocent))
    assert row["ppv_low"] < row["ppv"]
    assert row["innocent_per_true_high"] == pytest.approx(innocent / true)


def test_no_false_flag_seen_is_no_promise_of_none():
    row = prevalence_table(rate_with_interval(50, 100), rate_with_interval(0, 300))[-1]
    assert row["ppv"] == 1
    assert row["ppv_low"] < 0.01


def test_nothing_found_is_worth_nothing():
    row = prevalence_table(rate_with_interval(0, 100), rate_with_interval(0, 300))[0]
    assert (row["ppv"], row["ppv_low"], row["innocent_per_true"]) == (0, 0, None)
