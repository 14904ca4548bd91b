"""The sparkline keeps order, peaks and threshold visible whatever the windows are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grooming_risk.rendering.terminal.sparkline import (
    BLOCKS,
    PLAIN,
    Stretch,
    height,
    review_height,
    sparkline,
    stretches,
)
from grooming_risk.report import WindowRisk

PROBABILITIES = st.floats(0, 1)


def windows(probabilities, threshold):
    return [WindowRisk(n, n + 1, (), "a", 0.0, p, (0.0, 1.0), p >= threshold) for n, p in enumerate(probabilities)]


def test_a_window_a_column_on_the_probability_scale():
    risks = windows([0.0, 0.2, 0.4, 0.6, 0.8, 1.0], 0.5)
    assert sparkline(stretches(risks, 20), 0.5) == "▁▂▄▅▇█"
    assert sparkline(stretches(risks, 20), 0.5, PLAIN) == ".:=+#@"


def test_nothing_scored_draws_nothing():
    assert sparkline(stretches([], 10), 0.5) == ""


@pytest.mark.parametrize(("threshold", "wanted"), [(0.0002, 1), (0.104, 1), (0.126, 2), (0.5, 4), (0.99, 7), (1.0, 7)])
def test_the_lowest_flagged_height(threshold, wanted):
    assert review_height(threshold) == wanted


@given(st.lists(PROBABILITIES, max_size=60), PROBABILITIES)
def test_the_threshold_is_visible_and_costs_an_eighth_at_most(probabilities, threshold):
    for stretch in stretches(windows(probabilities, threshold), 60):
        drawn = height(stretch, threshold)
        assert (drawn >= review_height(threshold)) == stretch.flagged
        assert abs(drawn - min(int(8 * stretch.probability), 7)) <= 1


@given(st.lists(PROBABILITIES, min_size=1, max_size=300), st.integers(1, 80), PROBABILITIES)
def test_stretches_cover_all_windows_in_order_and_lose_no_flag(probabilities, columns, threshold):
    risks = windows(probabilities, threshold)
    found = stretches(risks, columns)
    assert len(found) == min(columns, len(risks)) == len(sparkline(found, threshold))
    assert max(stretch.probability for stretch in found) == max(probabilities)
    assert any(stretch.flagged for stretch in found) == any(risk.flagged for risk in risks)
    edges = [round(len(risks) * n / len(found), 6) for n in range(len(found) + 1)]
    for stretch, start, stop in zip(found, edges, edges[1:], strict=False):
        assert stretch.probability == max(probabilities[int(start) : int(stop)])


@given(PROBABILITIES, PROBABILITIES, PROBABILITIES)
def test_a_higher_stretch_is_never_drawn_lower(first, second, threshold):
    low, high = (Stretch(value, value >= threshold) for value in sorted((first, second)))
    assert height(low, threshold) <= height(high, threshold)


def test_levels_are_eight_and_distinct():
    assert len(set(BLOCKS)) == len(set(PLAIN)) == 8
    assert PLAIN.isascii()
