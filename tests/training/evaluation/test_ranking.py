"""Ranking of all resamples at once against scikit-learn on each, and the group bootstrap against hand-made cases."""

import itertools

import numpy as np
import pytest

from training.evaluation.curves import curve, reliability
from training.evaluation.metrics import (
    Resampling,
    adaptive_calibration_error,
    auroc,
    average_precision,
    draws,
    metric_of,
    rate_of,
    recall_at_false_flags,
    with_interval,
)
from training.evaluation.ranking import RANKING, cumulative, has_both_classes, ranking, select_metrics

PLAIN = {
    "auroc": auroc,
    "average_precision": average_precision,
    "recall_at_5_percent_false_flags": recall_at_false_flags(0.05),
    "recall_at_1_percent_false_flags": recall_at_false_flags(0.01),
    "recall_at_0.1_percent_false_flags": recall_at_false_flags(0.001),
}


@pytest.fixture(scope="module")
def case():
    random = np.random.default_rng(5)
    labels = (random.random(400) < 0.3).astype(int)
    scores = np.round(random.normal(labels, 1.0), 1)  # rounded: many ties
    return labels, scores, random.integers(0, 90, 400)


def test_every_metric_of_every_resample_is_what_scikit_learn_says(case):
    labels, scores, groups = case
    assert set(PLAIN) == set(RANKING)
    (weights,) = draws(labels, groups, Resampling(30, 1))
    found = cumulative(labels, scores, weights)
    for name, metric in PLAIN.items():
        rows = [np.repeat(np.arange(400), weight) for weight in weights]
        wanted = [metric(labels[drawn], scores[drawn]) for drawn in rows]
        assert RANKING[name](found) == pytest.approx(wanted, abs=1e-9), name


def test_the_interval_is_that_of_the_plain_bootstrap(case):
    labels, scores, groups = case
    found = ranking(labels, scores, groups, Resampling(50, 2))
    for name, metric in PLAIN.items():
        assert found[name] == pytest.approx(with_interval(metric, labels, scores, groups, 50, 2)), name


def test_groups_are_drawn_whole_and_within_class():
    labels = np.array([1, 1, 0, 0, 0, 0])
    groups = np.array(["a", "b", "c", "c", "d", "a"])  # a stands in both classes
    (weights,) = draws(labels, groups, Resampling(4000, 0))
    assert (weights[:, 2] == weights[:, 3]).all()
    assert (weights[:, :2].sum(1) == 2).all()
    assert (weights[:, 3] + weights[:, 4] + weights[:, 5] == 3).all()
    assert not (weights[:, 0] == weights[:, 5]).all()
    # Two groups, drawn twice: none, one or two of the first with chances 1/4, 1/2, 1/4.
    assert np.bincount(weights[:, 0]) / 4000 == pytest.approx([0.25, 0.5, 0.25], abs=0.03)


def test_a_hand_computed_group_bootstrap():
    """Negatives 0 and 2; positives 1 in one group and 3 in another: each resample has one of three areas."""
    labels, scores = np.array([0, 0, 1, 1]), np.array([0.0, 2.0, 1.0, 3.0])
    (weights,) = draws(labels, np.array(["n", "n", "p", "q"]), Resampling(2000, 3))
    areas = RANKING["auroc"](cumulative(labels, scores, weights))
    values, counts = np.unique(areas, return_counts=True)
    assert values.tolist() == [0.5, 0.75, 1.0]
    assert counts / 2000 == pytest.approx([0.25, 0.5, 0.25], abs=0.04)
    assert metric_of(0.75, areas) == {"value": 0.75, "low": 0.5, "high": 1.0}


def test_resamples_come_in_blocks_when_there_are_many_conversations():
    size = 400_000
    blocks = list(draws(np.tile([0, 1], size // 2), np.arange(size), Resampling(11, 0)))
    assert [len(block) for block in blocks] == [5, 5, 1]
    assert all((block.sum(1) == size).all() for block in blocks)


def test_chosen_metrics_and_classes():
    assert list(select_metrics("auroc")) == ["auroc"]
    assert has_both_classes(np.array([0, 1]))
    assert not has_both_classes(np.array([1, 1]))


def test_reliability_bins_hold_the_calibration_error(case):
    labels, scores, _ = case
    probabilities = 1 / (1 + np.exp(-scores))
    bins = reliability(labels, probabilities)["bins"]
    assert sum(row["n"] for row in bins) == 400
    assert max(row["n"] for row in bins) - min(row["n"] for row in bins) <= 1
    gaps = [abs(row["observed"] - row["mean_probability"]) * row["n"] for row in bins]
    assert sum(gaps) / 400 == pytest.approx(adaptive_calibration_error(labels, probabilities))
    for row in bins:
        assert row["low"] <= row["mean_probability"] <= row["high"]
        assert row["observed_low"] <= row["observed"] <= row["observed_high"]
    assert all(before["high"] <= after["low"] for before, after in itertools.pairwise(bins))


def test_the_curve_says_what_its_thresholds_flag(case):
    labels, scores, _ = case
    found = curve(labels, scores)
    columns = ("thresholds", "recall", "false_flag_rate", "precision")
    rows = list(zip(*(found[name] for name in columns), strict=True))
    assert 20 < len(rows) <= 200
    for threshold, recall, false_flags, precision in rows:
        flagged = scores >= threshold
        assert rate_of(flagged[labels == 1])["value"] == pytest.approx(recall)
        assert rate_of(flagged[labels == 0])["value"] == pytest.approx(false_flags)
        assert rate_of(labels[flagged] == 1)["value"] == pytest.approx(precision)
    assert (rows[-1][1], rows[-1][2]) == (1, 1)
    assert any(row[2] == pytest.approx(1 / (labels == 0).sum()) for row in rows)  # the first false flag is on it


def test_a_curve_is_not_longer_than_asked():
    labels, scores = np.tile([0, 1], 2000), np.random.default_rng(0).normal(size=4000)
    assert 50 < len(curve(labels, scores, 100)["recall"]) <= 100
