"""The figures of the card as SVG, drawn from `training.documents.figure_data` alone.

The same data give the same bytes with the same version of matplotlib: there is no date, identifiers are fixed, the font
is the one that matplotlib ships, and letters are outlines, so that the reader's fonts do not matter. Each file carries
the digest of what it plots, so that a stale one is recognized even if another version draws it slightly differently.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontEntry, fontManager
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from training.documents.card_format import number, per_cent, words
from training.documents.figure_data import COMPOSED, PAN12, VIGNETTES, digest
from training.documents.figure_shapes import (
    AblationsData,
    CurvesData,
    DilutionData,
    FirstFlagData,
    PlottedArm,
    PlottedRate,
    ReliabilityData,
    SlicesData,
)
from training.evaluation.estimates import PointName

# A machine may have another version of DejaVu Sans, whose glyphs are numbered differently: under a name of its own,
# the file that matplotlib ships is always the one that is found.
FONT = "DejaVu Sans of matplotlib"
_FONT_FILE = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
fontManager.ttflist.append(FontEntry(fname=str(_FONT_FILE), name=FONT))
# Okabe and Ito 2008: distinguishable with any colour vision; markers or line styles differ as well.
BLACK, ORANGE, SKY, GREEN, BLUE, VERMILION = "#000000", "#E69F00", "#56B4E9", "#009E73", "#0072B2", "#D55E00"
GREY = "#767676"  # reference lines only
SETS = {COMPOSED: (BLUE, "-"), VIGNETTES: (VERMILION, "--"), PAN12: (GREEN, "-.")}
MARKERS: dict[PointName, str] = {"high_recall": "o", "balanced": "s", "high_precision": "^"}
PANELS: dict[PointName, str] = {"high_recall": SKY, "balanced": BLUE, "high_precision": ORANGE}
FLOOR = 1e-4  # left edge of the logarithmic false-flag axis, where smaller values and zero are drawn
STYLE: dict[Any, Any] = {
    "svg.hashsalt": "grooming-risk",
    "svg.fonttype": "path",
    "font.family": FONT,
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "axes.titlesize": 11,
    "figure.facecolor": "white",
    "errorbar.capsize": 2.5,
    "axes.unicode_minus": True,
}


def render_svg(name: str, spec: Mapping[str, object]) -> str:
    """Return a figure as the text of an SVG file, whose Identifier is the digest of what it plots."""
    stream = io.BytesIO()
    with matplotlib.rc_context(STYLE):
        metadata = {"Date": None, "Identifier": f"sha256:{digest(spec)}", "Title": words(name)}
        draw(name, spec).savefig(stream, format="svg", metadata=metadata)
    lines = stream.getvalue().decode("utf-8").splitlines()
    return "\n".join(line.rstrip() for line in lines) + "\n"


def draw(name: str, spec: Mapping[str, object]) -> Figure:
    """Draw the figure of this name."""
    with matplotlib.rc_context(STYLE):
        return DRAWN[name](spec)


def reliability(spec: ReliabilityData) -> Figure:
    """Draw the observed share against the predicted probability, with the interval of each bin as a band."""
    figure, axes = _figure(5.4, 5.2)
    axes.plot([0, 1], [0, 1], color=GREY, linestyle=":", label="perfectly calibrated")
    axes.fill_between(spec["predicted"], spec["low"], spec["high"], color=SKY, alpha=0.45, label="95 % interval")
    sizes = sorted({min(spec["n"]), max(spec["n"])})
    label = f"{len(spec['n'])} bins of {' to '.join(map(number, sizes))} conversations"
    axes.plot(spec["predicted"], spec["observed"], color=BLUE, marker="o", markersize=5, label=label)
    axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal", title="Calibration on composed test conversations")
    axes.set_xlabel(f"mean predicted probability (shifted to a prevalence of {spec['prevalence']:.2f})")
    axes.set_ylabel("share with warning signs")
    axes.legend(loc="upper left")
    return figure


def precision_recall(spec: CurvesData) -> Figure:
    """Draw precision against recall, with the precision of flagging at random."""
    figure, axes = _figure(6.8, 5.2)
    for curve in spec["curves"]:
        colour, style = SETS[curve["set"]]
        share = f"{number(curve['positives'])} of {number(curve['n'])} positive"
        axes.plot(curve["x"], curve["y"], color=colour, linestyle=style, label=f"{curve['set']}, {share}")
        axes.axhline(curve["share"], color=colour, linestyle=":", linewidth=1)
        _mark(axes, curve["points"], colour)
    axes.set(xlim=(0, 1.01), ylim=(0, 1.02), xlabel="recall", ylabel="precision at the set's own share of positives")
    axes.set_title("Precision and recall (dotted: flagging at random)")
    _legend(figure, axes, spec)
    return figure


def false_flags_recall(spec: CurvesData) -> Figure:
    """Draw recall against false flags, logarithmic, and the same points on real benign conversations."""
    figure, axes = _figure(6.8, 5.4)
    for curve in spec["curves"]:
        colour, style = SETS[curve["set"]]
        axes.plot(
            [max(value, FLOOR) for value in curve["x"]], curve["y"], color=colour, linestyle=style, label=curve["set"]
        )
        _mark(axes, {point: (max(at[0], FLOOR), at[1]) for point, at in curve["points"].items()}, colour)
    for number_of_point, point in enumerate(spec.get("real", ())):
        (x, x_low, x_high), (y, y_low, y_high) = (max(value, FLOOR) for value in point["x"]), point["y"]
        label = f"{number(point['n'])} real benign conversations, composed recall"
        axes.errorbar(
            x,
            y,
            xerr=[[x - x_low], [x_high - x]],
            yerr=[[y - y_low], [y_high - y]],
            color=BLACK,
            marker=MARKERS[point["point"]],
            markersize=6,
            linestyle="none",
            label="" if number_of_point else label,
            clip_on=False,
        )
    axes.set_xscale("log")
    axes.set(xlim=(FLOOR, 1), ylim=(0, 1.02), ylabel="recall")
    axes.set_xlabel("false-flag rate on the set's negatives (logarithmic; zero is at the left edge)")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: per_cent(value)))
    axes.set_title("Recall against false flags")
    _legend(figure, axes, spec)
    return figure


def slices(spec: SlicesData) -> Figure:
    """Draw two panels of rates with intervals, false flags and recall, one row for each slice."""
    flags, recall = spec["false_flags"], spec["recall"]
    figure = Figure(figsize=(7.6, 1.8 + 0.27 * (len(flags) + len(recall))), layout="constrained")
    above, below = figure.subplots(2, 1, height_ratios=[len(flags) or 1, len(recall) or 1])
    _rows(above, flags, VERMILION, f"False flags at {words(spec['point'])}")
    above.set_xscale("symlog", linthresh=0.001)
    above.set(xlim=(0, 1), xticks=[0, 0.001, 0.01, 0.1, 1], xlabel="linear up to 0.1 %, logarithmic above")
    _rows(below, recall, BLUE, f"Recall at {words(spec['point'])}")
    below.set(xlim=(0, 1))
    for axes in (above, below):
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: per_cent(value)))
        axes.xaxis.set_minor_locator(NullLocator())
    return figure


def first_flag(spec: FirstFlagData) -> Figure:
    """Draw how many messages after the second distinct warning sign a live monitor would first have flagged."""
    panels = spec["panels"]
    figure = Figure(figsize=(6.6, 0.9 + 1.7 * len(panels)), layout="constrained")
    for axes, panel in zip(figure.subplots(len(panels), 1, squeeze=False)[:, 0], panels, strict=True):
        places = range(len(panel["counts"]))
        axes.bar(places, panel["counts"], align="edge", width=1, color=PANELS[panel["point"]], edgecolor="white")
        axes.set_xticks(range(len(panel["edges"])), panel["edges"])
        axes.grid(axis="x", visible=False)
        if "0" in panel["edges"]:
            axes.axvline(panel["edges"].index("0"), color=BLACK, linestyle="--")
        middle = "none flagged" if panel["median"] is None else f"median {number(panel['median'])}"
        axes.set_title(f"{words(panel['point'])}: {number(sum(panel['counts']))} flagged, {middle}", loc="left")
        axes.set_ylabel("conversations")
    axes.set_xlabel("messages from the second distinct warning sign (dashed) to the first flag")
    return figure


def dilution(spec: DilutionData) -> Figure:
    """Draw AUROC and recall against the harmless messages between every two, an earlier version in grey."""
    figure = Figure(figsize=(6.8, 6.4), layout="constrained")
    panels = dict(zip(("auroc", "recall"), figure.subplots(2, 1, sharex=True), strict=True))
    newest = spec["lines"][0]["version"]
    for line in spec["lines"]:
        colour, style = SETS[line["set"]]
        label = f"{line['set']}, {line['version']}"
        for measure, axes in panels.items():
            shown = [(place, *found) for place, found in enumerate(line[measure]) if found]  # type: ignore[literal-required]
            places, values, low, high = (list(column) for column in zip(*shown, strict=True)) if shown else ([],) * 4
            is_new = line["version"] == newest
            axes.plot(places, values, style, color=colour if is_new else GREY, marker="o", markersize=4, label=label)
            if is_new:
                axes.fill_between(places, low, high, color=colour, alpha=0.15, linewidth=0)
    panels["auroc"].set(ylabel="AUROC", title="Warning signs amid harmless talk")
    panels["recall"].set(ylabel=f"recall at {words(spec['point'])}", ylim=(0, 1.02))
    panels["recall"].set_xticks(range(len(spec["between"])), [str(count) for count in spec["between"]])
    panels["recall"].set_xlabel("harmless messages between every two")
    figure.legend(*panels["auroc"].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def ablations(spec: AblationsData) -> Figure:
    """Draw quality against speed, one numbered point for each arm."""
    measures = spec["measures"]
    arms = {arm["number"]: arm for found in measures.values() for arm in found}
    figure = Figure(figsize=(7.4, 0.9 + 3.2 * len(measures) + 0.1 * len(arms)), layout="constrained")
    panels = figure.subplots(len(measures), 1, squeeze=False)[:, 0]
    for axes, (label, found) in zip(panels, measures.items(), strict=True):
        for arm in found:
            _arm(axes, arm)
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 3, 5, 7)))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
        axes.margins(x=0.08)
        axes.set(ylabel=label, xlabel="messages per second (logarithmic)")
    labels = [f"{n} {arm['name']}{' model' if arm['shipped'] else ''}" for n, arm in sorted(arms.items())]
    nothing = [Line2D([], [], linestyle="none") for _ in labels]  # the number in the label is the key
    figure.legend(nothing, labels, loc="outside lower center", ncols=2, handlelength=0, handletextpad=0)
    return figure


DRAWN: dict[str, Callable[[Any], Figure]] = {
    function.__name__: function
    for function in (reliability, precision_recall, false_flags_recall, slices, first_flag, dilution, ablations)
}


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots()


def _mark(axes: Axes, points: Mapping[PointName, Sequence[float]], colour: str) -> None:
    for point, (x, y) in points.items():
        axes.plot(x, y, marker=MARKERS[point], markersize=8, color=colour, markerfacecolor="white", clip_on=False)


def _legend(figure: Figure, axes: Axes, spec: CurvesData) -> None:
    """Draw the legend below the axes: curves first, then the markers of the operating points that they share."""
    for point in spec["curves"][0]["points"]:
        label = f"operating point {words(point)}"
        axes.plot([], [], marker=MARKERS[point], color=GREY, markerfacecolor="white", linestyle="none", label=label)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=2)


def _arm(axes: Axes, arm: PlottedArm) -> None:
    x, y = arm["speed"], arm["value"]
    axes.errorbar(
        x,
        y,
        yerr=[[y - arm["low"]], [arm["high"] - y]],
        color=VERMILION if arm["shipped"] else BLUE,
        linestyle="none",
        markersize=13,
        capsize=8,
        marker="D" if arm["shipped"] else "o",
        markeredgecolor="white",
        zorder=4 if arm["shipped"] else 3,
    )
    label = str(arm["number"])
    axes.text(x, y, label, color="white", fontsize=8, ha="center", va="center_baseline", zorder=5)


def _rows(axes: Axes, rows: Sequence[PlottedRate], colour: str, title: str) -> None:
    places = list(range(len(rows)))[::-1]
    values = [row["value"] for row in rows]
    errors = [[row["value"] - row["low"] for row in rows], [row["high"] - row["value"] for row in rows]]
    axes.errorbar(values, places, xerr=errors, color=colour, marker="o", markersize=5, linestyle="none", clip_on=False)
    axes.set_yticks(places, [f"{row['name']} (n = {number(row['n'])})" for row in rows])
    axes.set(ylim=(-0.6, len(rows) - 0.4))
    axes.grid(axis="y", visible=False)
    axes.set_title(title, loc="left")
