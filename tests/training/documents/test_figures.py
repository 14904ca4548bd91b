"""Figures: what they plot is what the results say, the same data give the same bytes, and nothing is cut off."""

import copy
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from tests.support.results_fixture import make_ablations, make_results
from training.documents.card_tables import LANGUAGES
from training.documents.figure_data import COMPOSED, VIGNETTES, digest, figure_data
from training.documents.figures import BLACK, BLUE, DRAWN, FLOOR, GREEN, GREY, ORANGE, SKY, VERMILION, draw, render_svg

ALL_LANGUAGES = ("en", *sorted(set(LANGUAGES) - {"en"}))
PLAIN = {"#ffffff", "#dddddd", "#000000"}  # ground, grid, letters and axes


@pytest.fixture(scope="module")
def results():
    return make_results()


@pytest.fixture(scope="module")
def data(results):
    return figure_data(results, make_ablations())


@pytest.fixture(scope="module")
def svgs(data):
    return {name: render_svg(name, spec) for name, spec in data.items()}


def test_every_figure_has_data_and_is_drawn(data):
    assert set(data) == set(DRAWN)


def test_without_ablations_there_is_no_figure_of_them(results):
    assert set(DRAWN) - set(figure_data(results, None)) == {"ablations"}


@pytest.mark.parametrize("name", list(DRAWN))
def test_the_same_data_give_the_same_bytes(data, svgs, name):
    first = svgs[name]
    assert first == render_svg(name, copy.deepcopy(data[name]))
    assert f"sha256:{digest(data[name])}" in first
    assert "<dc:date>" not in first
    ElementTree.fromstring(first)


@pytest.mark.parametrize("name", list(DRAWN))
def test_colours_are_those_that_everybody_can_tell_apart(svgs, name):
    svg = svgs[name].lower()
    allowed = {colour.lower() for colour in (BLACK, BLUE, GREEN, GREY, ORANGE, SKY, VERMILION)} | PLAIN
    assert set(re.findall(r"#[0-9a-f]{6}\b", svg)) <= allowed


@pytest.mark.parametrize(
    ("name", "languages"),
    [*((name, ALL_LANGUAGES) for name in DRAWN), ("slices", ("en",))],
    ids=lambda value: value if isinstance(value, str) else str(len(value)),
)
def test_nothing_is_cut_off(name, languages):
    figure = draw(name, figure_data(make_results(languages=languages, pan12=True), make_ablations())[name])
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    box, (width, height) = figure.get_tightbbox(canvas.get_renderer()), figure.get_size_inches()
    assert box.x0 >= 0
    assert box.y0 >= 0
    assert box.x1 <= width
    assert box.y1 <= height


def test_reliability_plots_the_bins(results, data):
    (axes,) = draw("reliability", data["reliability"]).axes
    bins = results["composed"]["reliability"]["bins"]
    assert axes.lines[1].get_xydata() == pytest.approx(
        np.array([[row["mean_probability"], row["observed"]] for row in bins]), rel=1e-5
    )
    band = axes.collections[0].get_paths()[0].vertices
    assert band[:, 1].min() == pytest.approx(min(row["observed_low"] for row in bins))
    assert band[:, 1].max() == pytest.approx(max(row["observed_high"] for row in bins))


def test_curves_and_operating_points(results, data):
    (axes,) = draw("false_flags_recall", data["false_flags_recall"]).axes
    curve = results["composed"]["curve"]
    line = next(line for line in axes.lines if line.get_label() == COMPOSED)
    assert line.get_ydata() == pytest.approx(curve["recall"], rel=1e-5)
    assert line.get_xdata() == pytest.approx(np.maximum(curve["false_flag_rate"], FLOOR), rel=1e-5)
    composed, vignettes = data["false_flags_recall"]["curves"]
    assert (composed["set"], vignettes["set"]) == (COMPOSED, VIGNETTES)
    for point, (x, y) in composed["points"].items():
        place = np.searchsorted(-np.array(curve["thresholds"]), -results["thresholds"][point]["threshold"])
        low, high = sorted(curve["false_flag_rate"][place - 1 : place + 1])
        assert low <= x <= high
        low, high = sorted(curve["recall"][place - 1 : place + 1])
        assert low <= y <= high


def test_a_curve_that_begins_at_an_infinite_threshold(results, data):
    other = copy.deepcopy(results)
    for key, first in (("thresholds", float("inf")), ("recall", 0.0), ("false_flag_rate", 0.0), ("precision", 1.0)):
        other["composed"]["curve"][key].insert(0, first)
    points = figure_data(other, None)["false_flags_recall"]["curves"][0]["points"]
    assert points == data["false_flags_recall"]["curves"][0]["points"]


def test_slices_have_their_rates_and_intervals(results, data):
    rows = {row["name"]: row for row in data["slices"]["false_flags"]}
    rate = results["false_flags"]["language es: authored, hard"]["balanced"]
    assert rows["Spanish: authored, hard"] == {
        "name": "Spanish: authored, hard",
        "n": rate["n"],
        **{key: pytest.approx(rate[key], rel=1e-5) for key in ("value", "low", "high")},
    }
    above, _ = draw("slices", data["slices"]).axes
    shown = [label.get_text() for label in above.get_yticklabels()]
    assert shown == [f"{row['name']} (n = {row['n']:,})" for row in data["slices"]["false_flags"]]
    drawn = above.containers[0].lines[0].get_xdata()
    assert list(drawn) == [row["value"] for row in data["slices"]["false_flags"]]


def test_first_flags_are_counted_by_bin(results, data):
    figure = draw("first_flag", data["first_flag"])
    histograms = results["early_detection"]["histogram"]
    for axes, histogram in zip(figure.axes, histograms.values(), strict=True):
        assert [patch.get_height() for patch in axes.patches] == histogram["counts"]
        assert [label.get_text() for label in axes.get_xticklabels()][:3] == ["…", "−10", "0"]


def test_open_ends_of_a_histogram_stay_open(results):
    other = copy.deepcopy(results)
    other["early_detection"]["histogram"]["balanced"] = {"edges": [None, 0, 5, float("inf")], "counts": [1, 2, 3]}
    panel = next(p for p in figure_data(other, None)["first_flag"]["panels"] if p["point"] == "balanced")
    assert panel["edges"] == ["…", "0", "5", "…"]
    draw("first_flag", {"panels": [{**panel, "median": None}]})


def test_arms_stand_at_their_speed_and_the_shipped_one_differs(data):
    figure = draw("ablations", data["ablations"])
    for axes, arms in zip(figure.axes, data["ablations"]["measures"].values(), strict=True):
        drawn = [container.lines[0] for container in axes.containers]
        assert [(line.get_xdata()[0], line.get_ydata()[0]) for line in drawn] == [
            (arm["speed"], arm["value"]) for arm in arms
        ]
        assert [line.get_marker() == "D" for line in drawn] == [arm["shipped"] for arm in arms]


def test_other_results_give_another_digest(results, data):
    other = copy.deepcopy(results)
    other["composed"]["curve"]["recall"][60] += 0.01
    changed = {
        name for name, spec in figure_data(other, make_ablations()).items() if digest(spec) != digest(data[name])
    }
    assert changed == {"precision_recall", "false_flags_recall"}
