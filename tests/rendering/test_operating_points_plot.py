"""The plot shows what was measured, and without matplotlib the error tells what to install."""

import subprocess
import sys

import pytest
from scipy.stats import binomtest

from grooming_risk import OperatingPoint
from grooming_risk.errors import InvalidOptionError
from grooming_risk.rendering.numbers import threshold_text
from grooming_risk.rendering.operating_points_plot import draw, save_plot

PLANS = {
    "roomy": {"alerts_per_day": 400, "conversations_per_day": 20_000, "prevalence": 1e-3},
    "everything": {"alerts_per_day": 19_000, "conversations_per_day": 20_000, "prevalence": 1e-3},
}


def plan_of(artifact, name="roomy"):
    return OperatingPoint.for_review_capacity(artifact.threshold_curve, **PLANS[name])


@pytest.fixture(scope="module")
def figure(artifact):
    return draw(artifact, 0.05, plan_of(artifact))


def texts(figure):
    (axes,) = figure.axes
    return [text.get_text() for text in [*axes.texts, *figure.legends[0].get_texts(), *axes.get_legend().get_texts()]]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "start"), [("a.png", b"\x89PNG"), ("a.svg", b"<?xml"), ("a.PDF", b"%PDF")])
def test_each_kind_of_file_is_one_and_the_same_every_time(artifact, tmp_path, name, start):
    written = []
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        save_plot(tmp_path / folder / name, artifact, None)
        written.append((tmp_path / folder / name).read_bytes())
    assert written[0].startswith(start)
    assert written[0] == written[1]


def test_axes_and_points_are_named_and_recall_is_qualified(artifact, figure):
    (axes,) = figure.axes
    assert axes.get_xscale() == "log"
    assert "false-flag rate" in axes.get_xlabel()
    assert "composed" in axes.get_ylabel()
    assert "recall on real grooming is unmeasured" in axes.get_title()
    shown = texts(figure)
    for point in artifact.operating_points.values():
        assert point.name in shown
        (key,) = [text for text in shown if text.startswith(f"{point.name}:")]
        assert f"flags {point.false_flags:,} of {point.conversations:,}" in key
        assert threshold_text(artifact.calibrator.probability(point.threshold, 0.05)) in key
    assert "400 alerts of 20,000 a day" in shown
    assert "prevalence of 5 %" in figure.legends[0].get_title().get_text()


def test_markers_stand_where_the_points_were_measured(artifact, figure):
    (axes,) = figure.axes
    places = {(line.get_xdata()[0], line.get_ydata()[0]) for line in axes.lines if len(line.get_xdata()) == 1}
    for point in [*artifact.operating_points.values(), plan_of(artifact).operating_point]:
        rate = point.false_flags / point.conversations
        left = min(x for x, _ in places)
        assert (rate or left, point.recall) in places


def test_the_bands_are_exact_intervals(artifact, figure):
    curve = artifact.threshold_curve
    rates, recalls = (band.get_paths()[0].vertices for band in figure.axes[0].collections[:2])
    for step in curve.steps[3:20:8]:
        x, y = step.false_flags / curve.conversations, step.recalled / curve.positives
        rate = binomtest(step.false_flags, curve.conversations).proportion_ci(0.95, method="exact")
        recall = binomtest(step.recalled, curve.positives).proportion_ci(0.95, method="exact")
        assert any(place == pytest.approx((rate.high, y), rel=1e-6) for place in rates)
        assert any(place == pytest.approx((x, recall.low), rel=1e-6) for place in recalls)
        assert any(place == pytest.approx((x, recall.high), rel=1e-6) for place in recalls)


def test_a_plan_that_flags_most_still_stands_inside(artifact):
    axes = draw(artifact, None, plan_of(artifact, "everything")).axes[0]
    point = plan_of(artifact, "everything").operating_point
    assert point.false_flags / point.conversations > 0.5
    assert axes.get_xlim()[1] >= point.upper_bound


@pytest.mark.slow
def test_every_text_fits_into_the_picture(artifact):
    pytest.importorskip("matplotlib")
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    for name in PLANS:
        figure = draw(artifact, None, plan_of(artifact, name))
        FigureCanvasAgg(figure).draw()
        outside = figure.bbox
        for text in [*figure.axes[0].texts, *figure.legends[0].get_texts(), figure.axes[0].title]:
            box = text.get_window_extent()
            assert outside.x0 <= box.x0 <= box.x1 <= outside.x1, text.get_text()
            assert outside.y0 <= box.y0 <= box.y1 <= outside.y1, text.get_text()


def test_without_matplotlib_the_error_says_what_to_install(artifact, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(InvalidOptionError, match=r"pip install 'grooming-risk\[plot\]'"):
        save_plot(tmp_path / "a.png", artifact, None)
    assert not (tmp_path / "a.png").exists()


def test_a_file_that_cannot_be_written_is_named(artifact, tmp_path):
    with pytest.raises(InvalidOptionError, match=r"a\.png cannot be written .* choose another path"):
        save_plot(tmp_path / "nowhere" / "a.png", artifact, None)


def test_the_command_line_does_not_import_matplotlib():
    code = "import sys, grooming_risk.commands.operating_points; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
