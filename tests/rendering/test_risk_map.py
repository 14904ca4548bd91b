"""The picture: what is at or above the threshold is drawn so, and every mark is at its message's place."""

import dataclasses
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grooming_risk import WindowRisk
from grooming_risk.rendering.html.review_case import open_case
from grooming_risk.rendering.html.risk_map import COLUMNS, risk_map
from grooming_risk.report import Span
from tests.support.review_page_fixture import PROVENANCE, Page, chat, report_on


def drawn(messages, windows, threshold, **more):
    """Plots of a report with these windows, as (attributes of the svg, attributes of what it holds)."""
    conversation = chat(*("x" for _ in range(messages)))
    spans = tuple(
        Span(window.start, window.stop, 0.5, ((window.start, window.stop),)) for window in windows if window.flagged
    )
    report = dataclasses.replace(
        report_on(conversation, more.get("deltas", {0: 1.0}), tactics=more.get("tactics"), spans=[(0, 1)]),
        windows=tuple(windows),
        spans=spans or (Span(0, 1, 0.5, ((0, 1),)),),
        provenance=dataclasses.replace(PROVENANCE, threshold=threshold),
    )
    figure = risk_map(open_case(report, conversation, "c0"))
    plots = []
    for name, attributes in Page(figure).elements:
        if name == "svg":
            plots.append((attributes, []))
        elif plots and name in ("rect", "line", "path"):
            plots[-1][1].append((name, attributes))
    return plots


def heights(path):
    """Column → y of a path of steps, and whether a column is missing."""
    found, y = {}, None
    for letter, first, second in re.findall(r"([MVH])(-?[\d.]+)(?: (-?[\d.]+))?", path):
        if letter == "M":
            at, y = float(first), float(second)
        elif letter == "V":
            y = float(first)
        else:
            found.update(dict.fromkeys(range(int(at), int(float(first))), y))
            at = float(first)
    return found


@given(st.integers(1, 900), st.floats(0, 1), st.data())
def test_the_curve_is_above_the_threshold_exactly_where_a_window_is(messages, threshold, data):
    windows = []
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, messages - 1))
        stop = data.draw(st.integers(start + 1, messages))
        probability = data.draw(st.floats(0, 1))
        assume(abs(probability - threshold) > 1e-3)
        windows.append(WindowRisk(start, stop, (), "a", 0.0, probability, (0.0, 1.0), probability >= threshold))
    _, marks = drawn(messages, windows, threshold)[0]
    columns = min(messages, COLUMNS)
    limit = next(float(mark["y1"]) for _, mark in marks if mark.get("class") == "threshold")
    curve = heights(next(mark["d"] for name, mark in marks if name == "path"))
    covered = {}
    for window in windows:
        for column in range(window.start * columns // messages, (window.stop - 1) * columns // messages + 1):
            covered[column] = max(covered.get(column, 0.0), window.probability)
    assert set(curve) == set(covered)
    assert all(0 <= y <= 100 for y in (*curve.values(), limit))
    clipped = 2e-6
    for column, probability in covered.items():
        if clipped < threshold < 1 - clipped:
            # A path has one decimal: what is that near to the line may lie on it.
            assert (curve[column] < limit + 0.06) if probability > threshold else (curve[column] > limit - 0.06)


@pytest.mark.parametrize("messages", [1, 3, 240, 241, 5000])
def test_marks_stand_where_their_messages_do(messages):
    asked = sorted({0, messages // 2, messages - 1})
    plots = drawn(
        messages,
        [WindowRisk(0, messages, (), "a", 1.0, 0.5, (0.4, 0.6), True)],
        0.1,
        deltas=dict.fromkeys(asked, 1.0),
        tactics=dict.fromkeys(asked, ("meeting",)),
    )
    columns = min(messages, COLUMNS)
    for lane in ("evidence", "meeting"):
        (marks,) = [marks for attributes, marks in plots if attributes.get("data-lane") == lane]
        middles = [float(m["x"]) + float(m["width"]) / 2 for name, m in marks if name == "rect"]
        assert len(middles) == len(asked)
        for middle, index in zip(middles, asked, strict=True):
            assert abs(middle - (index * columns // messages + 0.5)) <= max(1, columns / 100)
        assert all(0 <= float(m["x"]) <= columns - float(m["width"]) + 1e-9 for n, m in marks if n == "rect")


def test_the_picture_has_words_for_those_who_cannot_see_it():
    plots = drawn(9, [WindowRisk(2, 9, (), "a", 1.0, 0.5, (0.4, 0.6), True)], 0.1, tactics={4: ("meeting",)})
    labels = [attributes["aria-label"] for attributes, _ in plots]
    assert labels == [
        "Risk over the conversation; at or above the threshold: messages 2\u20138",
        "1 message raised the score, 0 messages lowered it",
        "meeting: 1 message",
    ]


def test_no_number_of_the_score_is_in_the_picture():
    conversation = chat(*"abcdefgh")
    report = report_on(conversation, {1: 1.0}, spans=[(0, 8)], probability=0.8)
    page = Page(risk_map(open_case(report, conversation, "c0")))
    words = [*page.text, *(attributes["aria-label"] for attributes in page.find("svg"))]
    assert not any("." in figure for figure in re.findall(r"\d[\d.]*\d", " ".join(words)))
