"""The picture of `operating-points --plot`: recall against false flags, with bands, and the points on it.

matplotlib draws it and is no dependency of the library: it is imported when a picture is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from grooming_risk.decision.operating_points import CapacityPlan, Estimate, OperatingPoint, ThresholdCurve, upper_bound
from grooming_risk.errors import InvalidOptionError
from grooming_risk.model.artifact import Artifact
from grooming_risk.rendering.operating_points import RECALL_NOTE, number_text, per_cent, threshold_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Suffix of the file → what keeps the date out of it: the same artefact gives the same picture.
KINDS: dict[str, dict[str, None]] = {".png": {}, ".svg": {"Date": None}, ".pdf": {"CreationDate": None}}
SIZE = (9.0, 6.6)  # inches
DOTS = 150  # per inch, of a PNG
MOST = 0.2  # false-flag rate at which the picture ends: laxer thresholds flag more than anybody reads
# Okabe and Ito 2008, told apart by people who do not see all colours; markers and lines differ as well.
BLUE, SKY, ORANGE, VERMILION, BLACK = "#0072B2", "#56B4E9", "#E69F00", "#D55E00", "#000000"
_MARKERS = "os^vP"
_TICKS = (1e-5, 1e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2, 0.1, 0.2, 0.5, 1.0)
_STYLE: dict[Any, Any] = {
    "svg.hashsalt": "grooming-risk", "font.family": "DejaVu Sans", "font.size": 10, "axes.titlesize": 11,
    "legend.fontsize": 9, "legend.frameon": False,
}  # fmt: skip
_TOP = 1.12  # of the axis of recall: above 1 stands the name of a chosen point
_SIDE = 0.975  # confidence of each end of a two-sided 95 % interval


def save_plot(path: Path, artifact: Artifact, prior: float | None, plan: CapacityPlan | None = None) -> None:
    """Draw the artefact's curve, its points and the plan into a file.

    Args:
        path: file to write; the suffix (one of `KINDS`) says in which form.
        artifact: whose curve and points they are.
        prior: prevalence in (0, 1) that the thresholds refer to; the artefact's reference when None.
        plan: a threshold chosen by capacity, marked too.

    Raises:
        InvalidOptionError: matplotlib is not installed, or the file cannot be written.
    """
    figure = draw(artifact, prior, plan)
    from matplotlib import rc_context

    try:
        with rc_context(_STYLE):  # the salt of identifiers in an SVG is read when it is written
            figure.savefig(path, dpi=DOTS, metadata=KINDS[path.suffix.lower()])
    except OSError as error:
        raise InvalidOptionError(f"{path.name} cannot be written ({error.strerror}); choose another path") from None


def draw(artifact: Artifact, prior: float | None, plan: CapacityPlan | None = None) -> Figure:
    """The figure; arguments and errors as for `save_plot`."""
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    except ImportError:
        raise InvalidOptionError(
            "pictures need matplotlib, which is not installed; pip install 'grooming-risk[plot]'"
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
    """A point with its marker; `chosen` by capacity, so drawn around what may stand at the same place."""

    point: OperatingPoint
    marker: str
    chosen: bool = False

    @property
    def style(self) -> dict[str, Any]:
        """Of matplotlib's line."""
        if self.chosen:
            return {"color": VERMILION, "markerfacecolor": "none", "markersize": 17, "markeredgewidth": 2.2}
        return {"color": BLACK, "markerfacecolor": "white", "markersize": 8, "markeredgewidth": 1.8}


@dataclass(frozen=True, slots=True)
class _Scale:
    """The logarithmic axis.

    Attributes:
        smallest: the smallest rate above none that the curve can show.
        right: the highest rate shown.
    """

    smallest: float
    right: float

    @property
    def none(self) -> float:
        """Where a rate of none stands: left of the smallest, as a logarithm has no place for it."""
        return self.smallest / 2.5

    def place(self, rate: float) -> float:
        """Where a rate stands."""
        return max(rate, self.none)


def _curve(axes: Axes, curve: ThresholdCurve, scale: _Scale) -> None:
    steps = [step for step in curve.steps if step.false_flags / curve.conversations <= scale.right]
    rates = [_interval(step.false_flags, curve.conversations) for step in steps]
    recalls = [_interval(step.recalled, curve.positives) for step in steps]
    x, y = [scale.place(rate.value) for rate in rates], [recall.value for recall in recalls]
    axes.fill_betweenx(
        y, [scale.place(rate.low) for rate in rates], [scale.place(rate.high) for rate in rates], color=SKY, alpha=0.4,
        linewidth=0, label="95 % interval of the false-flag rate",
    )  # fmt: skip
    axes.fill_between(
        x, [recall.low for recall in recalls], [recall.high for recall in recalls], color=ORANGE, alpha=0.6,
        linewidth=0, label="95 % interval of recall",
    )  # fmt: skip
    axes.plot(x, y, color=BLUE, linewidth=1.8, label="measured, threshold by threshold")


def _mark(axes: Axes, mark: _Mark, scale: _Scale) -> None:
    """The marker, a whisker to the bound that the point keeps, and its name.

    A named point's name stands below it to the right, where no curve runs that rises to the right. That of a chosen
    one stands at the top, with a line down to it, so that it covers neither curve nor another name.
    """
    point = mark.point
    bold: dict[str, Any] = {"textcoords": "offset points", "fontweight": "bold", "zorder": 7}
    x, y, bound = scale.place(point.false_flags / point.conversations), point.recall, scale.place(point.upper_bound)
    colour, front = mark.style["color"], 6 if mark.chosen else 5
    reach = np.array([[0.0], [bound - x]])
    axes.errorbar(x, y, xerr=reach, color=colour, linestyle="none", capsize=4, linewidth=1.4, zorder=4)
    axes.plot(x, y, mark.marker, zorder=front, clip_on=False, **mark.style)
    if mark.chosen:
        right = x * x < scale.none * scale.right  # in the left half of the axis there is room to the right
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
        xlim=(scale.none / 1.4, scale.right), ylim=(0, _TOP),
        xlabel=f"false-flag rate: share of {curve.conversations:,} real benign conversations flagged (logarithmic)",
        ylabel=f"recall: share of {curve.positives:,} composed positives flagged",
    )  # fmt: skip
    axes.set_title(
        f"Operating points of model {artifact.model_version}, artefact {artifact.digest[:12]}\n{RECALL_NOTE}"
    )
    axes.grid(color="#DDDDDD", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def _keys(figure: Figure, axes: Axes, marks: list[_Mark], artifact: Artifact, prior: float | None) -> None:
    """Curve and bands inside the axes, where no curve runs; the figures of each point below them."""
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
    prevalence = per_cent(artifact.calibrator.reference_prevalence if prior is None else prior)
    title = (
        f"Probabilities at a prevalence of {prevalence}. At most: one-sided 95 % bound of the false-flag rate, "
        "where the whisker ends"
    )
    figure.legend(lines, labels, loc="outside lower center", title=title, title_fontsize=9, alignment="left")


def _interval(count: int, n: int) -> Estimate:
    """A rate with its two-sided 95 % Clopper-Pearson interval."""
    return Estimate(count / n, 1 - upper_bound(n - count, n, _SIDE), upper_bound(count, n, _SIDE))
