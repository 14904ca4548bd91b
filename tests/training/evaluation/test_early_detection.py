import math

import numpy as np
import pytest

from grooming_risk.conversation import Message, MessageKind
from training.evaluation.early_detection import (
    DEADLINES,
    Detections,
    P,
    Signs,
    early_results,
    erde,
    histogram,
    latency,
    penalty,
    speed,
)
from training.evaluation.metrics import Resampling


@pytest.mark.parametrize(("at", "wanted"), [(1, 0.0), (10, 0.055491), (50, 0.293532), (90, 0.5), (200, 0.842063)])
def test_the_penalty_is_that_of_espd(at, wanted):
    """The wanted values were computed with the published evaluation code of eSPD."""
    assert penalty(np.array([at]))[0] == pytest.approx(wanted, abs=1e-6)


def test_another_p_is_another_penalty():
    assert penalty(np.array([90]), p=0.0078)[0] == pytest.approx(0.3338, abs=1e-4)
    assert pytest.approx(0.0123439583) == P


def test_speed_takes_the_median_of_penalties_not_the_penalty_of_the_median():
    two = np.array([10, 200])
    assert speed(two) == pytest.approx(1 - (0.055491 + 0.842063) / 2, abs=1e-6)
    assert speed(two) != pytest.approx(1 - penalty(np.array([105]))[0], abs=0.01)
    assert speed(np.array([])) == 0


def test_erde_by_hand():
    labels = np.array([1, 1, 1, 0, 0])
    latencies = np.array([5, 6, 0, 3, 0])  # at the deadline, one late, missed, false flag, left alone
    wanted = [0.5, 1 / (1 + math.exp(-1)), 1.0, 0.6, 0.0]
    assert erde(labels, latencies, 5, 0.6) == pytest.approx(np.mean(wanted))
    assert 1 / (1 + math.exp(-1)) == pytest.approx(0.731, abs=1e-3)
    assert erde(labels, np.array([5000, 0, 0, 0, 0]), 5, 0.6) == pytest.approx(3 / 5)  # no overflow


def test_latency_counts_messages_with_text():
    messages = [Message("a", "hi"), Message("b", "", None, MessageKind.MEDIA), Message("b", " "), Message("a", "ok")]
    assert [latency(messages, index) for index in range(4)] == [1, 1, 1, 2]


def results(labels, latencies, index, first, second, groups=None):
    detections = {"balanced": Detections(np.array(latencies), np.array(index))}
    groups = np.arange(len(labels)) if groups is None else np.array(groups)
    signs = Signs(np.array(first), np.array(second))
    return early_results(np.array(labels), groups, detections, signs, Resampling(200, 0))


def test_results_of_one_point_by_hand():
    found = results(
        [1, 1, 1, 1, 0, 0],
        [11, 21, 31, 0, 7, 0],
        [10, 20, 30, -1, 6, -1],
        [10, 4, 29, 2, -1, -1],
        [12, 9, -1, 5, -1, -1],
    )
    point = found["points"]["balanced"]
    assert (found["p"], found["n"], found["prevalence"]) == (P, 6, pytest.approx(4 / 6))
    assert point["f1"]["value"] == pytest.approx(6 / 8)  # 3 found, 1 missed, 1 false
    assert point["speed"]["value"] == pytest.approx(1 - penalty(np.array([21]))[0])
    assert point["f_latency"]["value"] == pytest.approx(0.75 * point["speed"]["value"])
    for deadline in DEADLINES:
        wanted = erde(np.array([1, 1, 1, 1, 0, 0]), np.array([11, 21, 31, 0, 7, 0]), deadline, 4 / 6)
        assert point[f"erde_{deadline}"]["value"] == pytest.approx(wanted)
    assert point["first_flag_message"] == {"median": 21, "quartiles": [16, 26], "n": 3}
    assert point["delay_since_first_sign"] == {"median": 1, "quartiles": [0.5, 8.5], "n": 3}
    assert point["delay_since_second_sign"]["n"] == 2  # flagged before the second sign counts below zero
    assert point["delay_since_second_sign"]["median"] == pytest.approx((-2 + 11) / 2)
    for name in ("f1", "speed", "f_latency", "erde_5", "erde_50"):
        assert point[name]["low"] <= point[name]["value"] <= point[name]["high"]


def test_the_interval_is_of_whole_groups():
    """One group of positives: every resample is the same one, so the interval has no width."""
    found = results([1, 1, 0, 0], [3, 0, 0, 2], [2, -1, -1, 1], [1, 1, -1, -1], [2, 2, -1, -1], ["a", "a", "b", "b"])
    f1 = found["points"]["balanced"]["f1"]
    assert f1["low"] == f1["value"] == f1["high"] == pytest.approx(0.5)
    apart = results([1, 1, 0, 0], [3, 0, 0, 2], [2, -1, -1, 1], [1, 1, -1, -1], [2, 2, -1, -1])
    assert apart["points"]["balanced"]["f1"]["low"] == 0


def test_a_point_that_flags_nothing_has_no_speed():
    found = results([1, 0], [0, 0], [-1, -1], [3, -1], [4, -1])
    point = found["points"]["balanced"]
    assert (point["f1"]["value"], point["speed"]["value"], point["f_latency"]["high"]) == (0, 0, 0)
    assert point["first_flag_message"] == {"median": None, "quartiles": None, "n": 0}
    assert sum(found["histogram"]["balanced"]["counts"]) == 0


def test_the_histogram_has_open_ends():
    found = histogram(np.array([-100, 0, 4, 5, 1000]))
    counted = {edge: count for edge, count in zip([*found["edges"][:-1]], found["counts"], strict=True) if count}
    assert counted == {None: 1, 0: 2, 5: 1, found["edges"][-2]: 1}
