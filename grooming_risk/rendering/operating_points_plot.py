"""The plot of `operating-points --plot`: recall against false-flag rate, with intervals and the operating points.

matplotlib draws it. It is not a dependency of the library, so it is imported only when a plot is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from grooming_risk.decision.operating_points import CapacityPlan, Estimate, OperatingPoint, ThresholdCurve, upper_bound
from grooming_risk.errors import InvalidOptionError
from grooming_risk.model.artifact import Artifact
from grooming_risk.rendering.numbers import number_text, per_cent, threshold_text
from grooming_risk.rendering.operating_points import RECALL_NOTE, prevalence

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# File suffix → metadata that keeps the date out of the file, so that one artefact always gives the same bytes.
KINDS: dict[str, dict[str, None]] = {".png": {}, ".svg": {"Date": None}, ".pdf": {"CreationDate": None}}
SIZE = (9.0, 6.6)  # inches
DOTS = 150  # per inch, of a PNG
MOST = 0.2  # false-flag rate at which the axis ends: lower thresholds flag more than anybody can read
# The palette of Okabe and Ito (2008), which colour-blind readers can tell apart; markers and lines differ as well.
BLUE, SKY, ORANGE, VERMILION, BLACK = "#0072B2", "#56B4E9", "#E69F00", "#D55E00", "#000000"
_MARKERS = "os^vP"
_TICKS = (1e-5, 1e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2, 0.1, 0.2, 0.5, 1.0)
_STYLE: dict[Any, Any] = {
    "svg.hashsalt": "grooming-risk",
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.titlesize": 11,
    "legend.fontsize": 9,
    "legend.frameon": False,
}
_TOP = 1.12  # end of the recall axis: the name of a chosen point is written above 1
_SIDE = 0.975  # confidence of each bound of a two-sided 95 % interval


def save_plot(path: Path, artifact: Artifact, prior: float | None, plan: CapacityPlan | None = None) -> None:
    """Draw the artefact's threshold curve, its points and a plan, and write the plot to a file.

    Args:
        path: file to write; its suffix, one of `KINDS`, selects the format.
        artifact: the artefact whose curve and points are drawn.
        prior: prevalence in (0, 1) that the thresholds refer to; the artefact's reference when None.
        plan: a threshold chosen by capacity, marked as well.

    Raises:
        InvalidOptionError: matplotlib is not installed, or the file cannot be written.
    """
    figure = draw(artifact, prior, plan)
    from matplotlib import rc_context

    try:
        with rc_context(_STYLE):  # savefig reads the salt of the identifiers in an SVG
            figure.savefig(path, dpi=DOTS, metadata=KINDS[path.suffix.lower()])
    except OSError as error:
        raise InvalidOptionError(f"{path.name} cannot be written ({error.strerror}); choose another path") from None


def draw(artifact: Artifact, prior: float | None, plan: CapacityPlan | None = None) -> Figure:
    """Return the figure; arguments and errors are those of `save_plot`."""
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    except ImportError:
        raise InvalidOptionError(
            "a plot needs matplotlib, which is not installed; run pip install 'grooming-risk[plot]'"
        ) from None
    curve = artifact.threshold_curve
    marks = [_Mark(point, _MARKERS[n % len(_MARKERS)]) for n, point in enumerate(artifact.operating_points.values())]
    if plan is not None:
        name = f"{number_text(plan.alerts_per_day)} alerts of {number_text(plan.conversations_per_day)} a day"
        marks.append(_Mark(replace(plan.operating_point, name=name), "D", chosen=True))
    with rc_context(_STYLE):
        figure = Figure(figsize=SIZE, layout="constrained")
        axes = figure.subplots()
        scale = _Scale(1 / curve.conversations, max([MOST, *(min(1, 1.5 * mark.point.upper_bound) for mark in marks)]))
        _curve(axes, curve, scale)
        for mark in marks:
            _mark(axes, mark, scale)
        _frame(axes, artifact, scale)
        _keys(figure, axes, marks, artifact, prior)
    return figure


@dataclass(frozen=True, slots=True)
class _Mark:
    """A point and its marker. A point `chosen` by capacity is drawn as a larger outline, as it may cover another."""

    point: OperatingPoint
    marker: str
    chosen: bool = False

    @property
    def style(self) -> dict[str, Any]:
        """Properties of the marker, as matplotlib names them."""
        if self.chosen:
            return {"color": VERMILION, "markerfacecolor": "none", "markersize": 17, "markeredgewidth": 2.2}
        return {"color": BLACK, "markerfacecolor": "white", "markersize": 8, "markeredgewidth": 1.8}


@dataclass(frozen=True, slots=True)
class _Scale:
    """The logarithmic axis of false-flag rates.

    Attributes:
        smallest: smallest rate above 0 that the curve can show.
        right: highest rate shown.
    """

    smallest: float
    right: float

    @property
    def none(self) -> float:
        """Position of the rate 0, left of the smallest rate: a logarithmic axis has no place for it."""
        return self.smallest / 2.5

    def place(self, rate: float) -> float:
        """Return the position of a rate."""
        return max(rate, self.none)


def _curve(axes: Axes, curve: ThresholdCurve, scale: _Scale) -> None:
    steps = [step for step in curve.steps if step.false_flags / curve.conversations <= scale.right]
    rates = [_interval(step.false_flags, curve.conversations) for step in steps]
    recalls = [_interval(step.recalled, curve.positives) for step in steps]
    x, y = [scale.place(rate.value) for rate in rates], [recall.value for recall in recalls]
    low, high = [scale.place(rate.low) for rate in rates], [scale.place(rate.high) for rate in rates]
    label = "95 % interval of the false-flag rate"
    axes.fill_betweenx(y, low, high, color=SKY, alpha=0.4, linewidth=0, label=label)
    low, high = [recall.low for recall in recalls], [recall.high for recall in recalls]
    axes.fill_between(x, low, high, color=ORANGE, alpha=0.6, linewidth=0, label="95 % interval of recall")
    axes.plot(x, y, color=BLUE, linewidth=1.8, label="measured at each threshold")


def _mark(axes: Axes, mark: _Mark, scale: _Scale) -> None:
    """Draw the marker, a whisker to the point's upper bound, and its name.

    The name of a named point is written below it to the right: the curve rises to the right, so it does not run there.
    The name of a chosen point is written at the top, with a line down to the point, so that it covers neither the
    curve nor another name.
    """
    point = mark.point
    bold: dict[str, Any] = {"textcoords": "offset points", "fontweight": "bold", "zorder": 7}
    x, y, bound = scale.place(point.false_flags / point.conversations), point.recall, scale.place(point.upper_bound)
    colour, front = mark.style["color"], 6 if mark.chosen else 5
    reach = np.array([[0.0], [bound - x]])
    axes.errorbar(x, y, xerr=reach, color=colour, linestyle="none", capsize=4, linewidth=1.4, zorder=4)
    axes.plot(x, y, mark.marker, zorder=front, clip_on=False, **mark.style)
    if mark.chosen:
        right = x * x < scale.none * scale.right  # the left half of the axis has room to the right of the point
        axes.plot([x, x], [y, _TOP], color=colour, linewidth=1.2, linestyle=(0, (4, 2)), zorder=3, clip_on=False)
        side = "left" if right else "right"
        axes.annotate(point.name, (x, _TOP), (7 if right else -7, 0), ha=side, va="top", **bold)
    else:
        axes.annotate(point.name, (x, y), (10, -9), ha="left", va="top", **bold)


def _frame(axes: Axes, artifact: Artifact, scale: _Scale) -> None:
    from matplotlib.ticker import NullLocator

    curve = artifact.threshold_curve
    axes.set_xscale("log")
    ticks = [rate for rate in _TICKS if scale.smallest <= rate <= scale.right]
    axes.set_xticks([scale.none, *ticks], ["none", *map(per_cent, ticks)])
    axes.xaxis.set_minor_locator(NullLocator())
    shares = [tenths / 10 for tenths in range(0, 11, 2)]
    axes.set_yticks(shares, [per_cent(share) for share in shares])
    axes.set(
        xlim=(scale.none / 1.4, scale.right),
        ylim=(0, _TOP),
        xlabel=f"false-flag rate: share of {curve.conversations:,} real benign conversations flagged (logarithmic)",
        ylabel=f"recall: share of {curve.positives:,} composed positives flagged",
    )
    axes.set_title(
        f"Operating points of model {artifact.model_version}, artefact {artifact.digest[:12]}\n{RECALL_NOTE}"
    )
    axes.grid(color="#DDDDDD", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def _keys(figure: Figure, axes: Axes, marks: list[_Mark], artifact: Artifact, prior: float | None) -> None:
    """Add the legend of the curve inside the axes, away from it, and below them the figures of each point."""
    from matplotlib.lines import Line2D

    axes.legend(loc="lower right")
    lines, labels = [], []
    for mark in marks:
        point = mark.point
        probability = artifact.calibrator.probability(point.threshold, prior)
        lines.append(Line2D([], [], marker=mark.marker, linestyle="none", **{**mark.style, "markersize": 8}))
        labels.append(
            f"{point.name}: from probability {threshold_text(probability)}, flags {point.false_flags:,} of "
            f"{point.conversations:,} (at most {per_cent(point.upper_bound)}), recall {per_cent(point.recall)}"
        )
    title = (
        f'Probabilities at a prevalence of {per_cent(prevalence(artifact, prior))}. "At most" is the one-sided 95 % '
        "bound of the false-flag rate, where the whisker ends"
    )
    figure.legend(lines, labels, loc="outside lower center", title=title, title_fontsize=9, alignment="left")


def _interval(count: int, n: int) -> Estimate:
    """Return a rate with its two-sided 95 % Clopper-Pearson interval."""
    return Estimate(count / n, 1 - upper_bound(n - count, n, _SIDE), upper_bound(count, n, _SIDE))
