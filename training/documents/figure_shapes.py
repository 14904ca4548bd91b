"""Shapes of the data that the figures of the card plot, as typed dictionaries."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from training.evaluation.estimates import PointName


class ReliabilityData(TypedDict):
    """Columns of equal length, one value for each bin, and the prevalence that probabilities are shifted to."""

    predicted: list[float]
    observed: list[float]
    low: list[float]
    high: list[float]
    n: list[int]
    prevalence: float


class PlottedCurve(TypedDict):
    """The curve of one set, and (x, y) of each operating point on it."""

    set: str
    n: int
    positives: int
    share: float
    x: list[float]
    y: list[float]
    points: dict[PointName, list[float]]


class RealPoint(TypedDict):
    """An operating point on real benign conversations: (value, low, high) of false flags and of composed recall."""

    point: PointName
    n: int
    x: list[float]
    y: list[float]


class CurvesData(TypedDict):
    """Curves of all sets; `real` only where false flags are plotted."""

    curves: list[PlottedCurve]
    real: NotRequired[list[RealPoint]]


class PlottedRate(TypedDict):
    """The rate of one slice."""

    name: str
    n: int
    value: float
    low: float
    high: float


class SlicesData(TypedDict):
    """Rates at one operating point by slice."""

    point: PointName
    false_flags: list[PlottedRate]
    recall: list[PlottedRate]


class Panel(TypedDict):
    """A histogram: labels of the edges, and counts between them."""

    point: PointName
    edges: list[str]
    counts: list[int]
    median: float | None


class FirstFlagData(TypedDict):
    """One panel for each operating point."""

    panels: list[Panel]


class PlottedArm(TypedDict):
    """An arm of the ablations: its number in the table, speed and quality."""

    number: int
    name: str
    speed: float
    shipped: bool
    value: float
    low: float
    high: float


class AblationsData(TypedDict):
    """Arms by label of the measure."""

    measures: dict[str, list[PlottedArm]]


class DilutionLine(TypedDict):
    """One set by number of harmless messages between every two: (value, low, high) at each number."""

    set: str
    version: str
    auroc: list[list[float]]
    recall: list[list[float]]


class DilutionData(TypedDict):
    """Numbers of messages between every two, and a line for each set and version."""

    point: PointName
    between: list[int]
    lines: list[DilutionLine]


class FigureData(TypedDict):
    """File stem of each figure → what it plots; there is no figure of what was not measured."""

    reliability: ReliabilityData
    precision_recall: CurvesData
    false_flags_recall: CurvesData
    slices: SlicesData
    first_flag: FirstFlagData
    dilution: NotRequired[DilutionData]
    ablations: NotRequired[AblationsData]
