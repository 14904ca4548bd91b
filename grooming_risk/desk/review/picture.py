"""The conversation as a picture: risk by stretch, what moved the score, and each tactic, as numbers for a template."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from grooming_risk.rendering.html.review_case import Case
from grooming_risk.rendering.html.risk_map import Axis, bars_of, curve_of
from grooming_risk.rendering.stretches import all_stretches
from grooming_risk.report import RiskReport

_LISTED = 5  # message numbers of a tactic beside its lane
_MARK = 0.01  # least width of a mark, as a share of the plot's width


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle of a plot; `kind` is a class of the style sheet."""

    x: float
    y: float
    width: float
    height: float
    kind: str


@dataclass(frozen=True, slots=True)
class Curve:
    """The risk along the conversation.

    Attributes:
        path: of the curve.
        threshold: height of the threshold.
        stretches: what was flagged.
        first_flag: place of the message at which it was first flagged; None without a flag.
    """

    path: str
    threshold: float
    stretches: tuple[Bar, ...]
    first_flag: float | None


@dataclass(frozen=True, slots=True)
class Lane:
    """One tactic along the conversation.

    Attributes:
        name: of the tactic.
        marks: where it shows.
        messages: indices of its first messages.
        more: messages that are not listed.
    """

    name: str
    marks: tuple[Bar, ...]
    messages: tuple[int, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that is drawn.

    Attributes:
        columns: width of every plot.
        messages: messages of the conversation.
        curve: risk by stretch; None where nothing was scored.
        moves: bars of what raised and what lowered the score.
        lanes: the tactics, in the order in which they were first seen.
    """

    columns: int
    messages: int
    curve: Curve | None
    moves: tuple[Bar, ...]
    lanes: tuple[Lane, ...]


def picture_of(case: Case) -> Picture:
    """Return the picture of a case."""
    axis = Axis(len(case.conversation))
    lanes = tuple(_lane(axis, name, indices) for name, indices in case.report.timeline.items() if indices)
    curve = _curve(case.report, axis) if case.report.windows else None
    return Picture(axis.columns, axis.messages, curve, _moves(case, axis), lanes)


def _curve(report: RiskReport, axis: Axis) -> Curve:
    path, threshold = curve_of(report, axis)
    flagged = []
    for start, stop in all_stretches(report):
        left, right = axis.column(start), axis.column(stop - 1) + 1
        flagged.append(Bar(left, 0, right - left, 100, "span"))
    first = None if report.first_flag is None else axis.column(report.first_flag) + 0.5
    return Curve(path, round(threshold, 2), tuple(flagged), first)


def _moves(case: Case, axis: Axis) -> tuple[Bar, ...]:
    return tuple(_mark(axis, *bar) for bar in bars_of(case, axis))


def _lane(axis: Axis, name: str, indices: Iterable[int]) -> Lane:
    found = tuple(indices)
    marks = tuple(_mark(axis, column, 12, 76, "tick") for column in sorted({axis.column(index) for index in found}))
    return Lane(name, marks, found[:_LISTED], max(0, len(found) - _LISTED))


def _mark(axis: Axis, column: int, top: float, height: float, kind: str) -> Bar:
    width = max(0.8, axis.columns * _MARK)
    left = min(max(column + 0.5 - width / 2, 0), axis.columns - width)
    return Bar(round(left, 2), round(top, 2), math.ceil(width * 100) / 100, round(height, 2), kind)
