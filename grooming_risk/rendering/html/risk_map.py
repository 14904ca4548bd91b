"""The conversation as a picture: risk by stretch, what moved the score, and each tactic, over the same messages.

Plots are stretched to the available width, so they hold no text; labels and numbers are HTML beside them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from grooming_risk.rendering.excerpts import LEVELS
from grooming_risk.rendering.html.markup import Html, tag
from grooming_risk.rendering.html.review_case import Case
from grooming_risk.rendering.numbers import count
from grooming_risk.rendering.stretches import all_stretches, stretch_numbers
from grooming_risk.rendering.wording import definition, label_name
from grooming_risk.report import RiskReport

COLUMNS = 240  # most columns of a plot; narrower marks cannot be seen or clicked on a small screen
_MARK = 0.01  # least width of a mark, as a share of the plot's width
_CLIP = 1e-6  # probabilities closer to 0 or 1 look the same on the log-odds axis
LEAST_RANGE = 4.0  # least range of the axis, in log odds; a narrower one would exaggerate small differences
_LISTED = 6  # message numbers of a tactic beside its lane
_STRETCHES_LISTED = 40  # in the words for those who cannot see the picture


class Axis:
    """The axis of a plot: messages along its width."""

    def __init__(self, messages: int) -> None:
        self.messages = messages
        self.columns = min(messages, COLUMNS)

    def column(self, message: int) -> int:
        """Return the column of a message."""
        return message * self.columns // self.messages

    def mark(self, column: int, top: float, height: float, class_: str) -> Html:
        """Return a mark in the middle of a column, wide enough to be seen."""
        width = max(0.8, self.columns * _MARK)
        left = min(max(column + 0.5 - width / 2, 0), self.columns - width)
        return tag("rect", x=f"{left:g}", y=f"{top:g}", width=f"{width:g}", height=f"{height:g}", class_=class_)

    def plot(self, *marks: Html, label: str, lane: str | None = None, height: str = "low") -> Html:
        """Return a plot with a line that the script moves to the message being read."""
        here = tag("line", x1=-9, x2=-9, y1=0, y2=100, class_="here")
        return tag(
            "svg",
            *marks,
            here,
            viewBox=f"0 0 {self.columns} 100",
            preserveAspectRatio="none",
            role="img",
            class_=f"plot {height}",
            aria_label=label,
            data_lane=lane,
        )


def risk_map(case: Case) -> Html | None:
    """Return the picture, or None when there is nothing to draw."""
    report = case.report
    axis = Axis(len(case.conversation))
    lanes = [_curve(report, axis)] if report.windows else []
    lanes += [_moves(case, axis)] if case.levels else []
    lanes += [_tactic(case, axis, name, indices) for name, indices in report.timeline.items() if indices]
    if not lanes:
        return None
    ends = tag("div", tag("span", "0"), tag("span", "message"), tag("span", str(axis.messages - 1)), class_="axis")
    caption = tag("figcaption", *_legend(case)) if report.windows else None
    return tag("figure", *lanes, ends, caption, class_="map", data_messages=axis.messages)


def _lane(label: str, plot: Html, *notes: str | None) -> Html:
    return tag("div", tag("p", label, tag("span", *notes, class_="where")), plot, class_="lane")


def _curve(report: RiskReport, axis: Axis) -> Html:
    path, height = curve_of(report, axis)
    limit = f"{height:g}"
    marks = [_stretch(axis, start, stop) for start, stop in all_stretches(report)]
    marks += [
        tag("line", x1=0, x2=axis.columns, y1=limit, y2=limit, class_="threshold"),
        tag("path", d=path, class_="curve"),
    ]
    if report.first_flag is not None:
        at = f"{axis.column(report.first_flag) + 0.5:g}"
        marks.append(tag("line", x1=at, x2=at, y1=0, y2=100, class_="first-flag"))
    shown, more = stretch_numbers(report.spans, _STRETCHES_LISTED)
    where = f"messages {', '.join(shown)}" if shown else "nowhere"
    where += f" and {count(more, 'more stretch', 'more stretches')}" if more else ""
    label = f"Risk over the conversation; at or above the threshold: {where}"
    return _lane("risk by stretch", axis.plot(*marks, label=label, height="high"))


def curve_of(report: RiskReport, axis: Axis) -> tuple[str, float]:
    """Return the path of the risk, and the height of the threshold from the top, in a plot that is 100 high."""
    levels = window_levels(report, axis)
    threshold = log_odds(report.provenance.threshold)
    seen = [float(level) for level in levels[~np.isnan(levels)]]
    low, high = min(*seen, threshold), max(*seen, threshold)
    spare = max(0.0, LEAST_RANGE - (high - low)) / 2 + 0.06 * (high - low)
    low, high = low - spare, high + spare
    return steps(100 * (high - levels) / (high - low)), 100 * (high - threshold) / (high - low)


def _stretch(axis: Axis, start: int, stop: int) -> Html:
    left, right = axis.column(start), axis.column(stop - 1) + 1
    return tag("rect", x=left, y=0, width=right - left, height=100, class_="span")


def window_levels(report: RiskReport, axis: Axis) -> npt.NDArray[np.float64]:
    """Return the log odds of the strongest window in each column, NaN in a column without a window."""
    levels = np.full(axis.columns, np.nan)
    for window in report.windows:
        covered = slice(axis.column(window.start), axis.column(window.stop - 1) + 1)
        levels[covered] = np.fmax(levels[covered], log_odds(window.probability))
    return levels


def log_odds(probability: float) -> float:
    """Return the log odds of a probability, clipped to what the axis can show."""
    clipped = min(max(probability, _CLIP), 1 - _CLIP)
    return math.log(clipped / (1 - clipped))


def steps(heights: npt.NDArray[np.float64]) -> str:
    """Return a path along the tops of the columns, interrupted where a column has none."""
    path: list[str] = []
    drawing = False
    for column, height in enumerate(heights):
        if not np.isnan(height):
            path.append(f"{'V' if drawing else f'M{column} '}{height:.1f}H{column + 1}")
        drawing = not np.isnan(height)
    return "".join(path)


def bars_of(case: Case, axis: Axis) -> list[tuple[int, float, float, str]]:
    """Return a bar for each column with evidence: column, top, height and direction, in a plot that is 100 high."""
    tallest: dict[tuple[int, bool], int] = {}
    for message, level in case.levels.items():
        at = axis.column(message), level > 0
        tallest[at] = max(tallest.get(at, 0), abs(level))
    return [
        (column, 50 - 50 * level / LEVELS if up else 50, 50 * level / LEVELS, "up" if up else "down")
        for (column, up), level in sorted(tallest.items())
    ]


def _moves(case: Case, axis: Axis) -> Html:
    """Return bars up and down from the middle: what raised and what lowered the score."""
    bars = [axis.mark(*bar) for bar in bars_of(case, axis)]
    middle = tag("line", x1=0, x2=axis.columns, y1=50, y2=50, class_="middle")
    up = sum(level > 0 for level in case.levels.values())
    label = f"{count(up, 'message')} raised the score, {count(len(case.levels) - up, 'message')} lowered it"
    return _lane("evidence", axis.plot(middle, *bars, label=label, lane="evidence"))


def _tactic(case: Case, axis: Axis, name: str, indices: Sequence[int]) -> Html:
    columns = sorted({axis.column(index) for index in indices})
    marks = [axis.mark(column, 12, 76, "tick") for column in columns]
    listed = indices if len(indices) <= _LISTED else indices[: _LISTED - 1]
    return _lane(
        tag("span", label_name(name), title=definition(name)),
        axis.plot(*marks, label=f"{label_name(name)}: {count(len(indices), 'message')}", lane=name),
        *message_links(case, listed),
        f" and {len(indices) - len(listed):,} more" if len(indices) > len(listed) else None,
    )


def message_links(case: Case, indices: Iterable[int]) -> list[Html]:
    """Return links to messages, by their numbers."""
    links: list[Html] = []
    for index in indices:
        if links:
            links.append(Html(", "))
        links.append(tag("a", str(index), href=f"#{case.key}-m{index}", data_go=index))
    return links


def _legend(case: Case) -> list[str]:
    report = case.report
    parts: list[str] = [tag("span", class_="key threshold-key"), "threshold "]
    if report.spans:
        parts += [tag("span", class_="key span-key"), "flagged "]
    if report.first_flag is not None:
        parts += [tag("span", class_="key flag-key"), "first flag, message ", *message_links(case, [report.first_flag])]
    if any(window.remembered for window in report.windows):
        note = "Windows remember signs from before, so the curve may stay high after them; read what is flagged. "
        parts.append(tag("span", note, class_="note"))
    parts.append(tag("span", "The curve shows where to read; its numbers are folded away under Score.", class_="note"))
    return parts
