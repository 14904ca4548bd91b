"""How figures are written in prose and tables: a value is always shown with its interval."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from training.errors import TrainingError
from training.evaluation.estimates import Estimate, PointName, Spread
from training.evaluation.results import Results

POINTS: tuple[PointName, ...] = ("high_recall", "balanced", "high_precision")  # from lax to strict
TIERS = ("obvious", "moderate", "subtle")  # of labelled conversations, from easy to hard
MISSING = "-"
# Slices of fewer are not shown in a table, and of fewer than ten not named as the worst: one flag more would move them
# by 20 and by 10 points. The results file has all of them.
LEAST_SHOWN, LEAST_NAMED = 5, 10


def points_of(results: Results) -> list[PointName]:
    """Return the operating points of the artefact, from lax to strict; it lacks those that the data cannot support."""
    return [point for point in POINTS if point in results["thresholds"]]


def main_point(results: Results) -> PointName:
    """Return the operating point shown where there is room for one: `balanced`, the default, or else the laxest.

    Args:
        results: Results of the evaluation.

    Returns:
        Name of the point.

    Raises:
        TrainingError: The results have no operating point.
    """
    points = points_of(results)
    if not points:
        raise TrainingError("the results have no operating point, so there is nothing to describe")
    return "balanced" if "balanced" in points else points[0]


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Format a Markdown table.

    Args:
        header: Column headings.
        rows: Cells of each row, as many as the header has.

    Returns:
        The table, without a final newline.

    Raises:
        TrainingError: A row has more or fewer cells than the header.
    """
    lines = [f"| {' | '.join(header)} |", "|" + "---|" * len(header)]
    for row in rows:
        if len(row) != len(header):
            raise TrainingError(f"a row must have as many cells as the header, {len(header)}, got {len(row)}")
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines)


def interval(metric: Estimate | None) -> str:
    """Format a value with its 95 % interval; next to a minus sign, "to" replaces the dash."""
    if metric is None:
        return MISSING
    dash = " to " if metric["low"] < 0 else "-"
    return f"{metric['value']:.3f} ({metric['low']:.3f}{dash}{metric['high']:.3f})"


def rate(metric: Estimate | None) -> str:
    """Format a rate in per cent with its 95 % interval, with two decimals if all of it is below 1 %."""
    if metric is None:
        return MISSING
    digits = 1 if metric["high"] >= 0.01 else 2
    value, low, high = (f"{100 * metric[key]:.{digits}f}" for key in ("value", "low", "high"))
    return f"{value} % ({low}-{high} %)"


def difference(metric: Estimate | None) -> str:
    """Format a difference of two rates in percentage points, with its 95 % interval."""
    if metric is None:
        return MISSING
    value, low, high = (f"{100 * metric[key] + 0.0:.1f}" for key in ("value", "low", "high"))
    return f"{value} points ({low} to {high})"


def per_cent(share: float) -> str:
    """Format a share in [0, 1] in per cent, to three significant digits: 0.00001 is 0.001 %."""
    return f"{100 * share:.3g} %"


def number(value: float) -> str:
    """Format a count or an amount, with thousands separators, and with decimals only where they matter."""
    if not math.isfinite(value):
        return "unbounded"
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.2g}" if value < 10 else f"{value:.1f}"


def by_tier(tiers: Mapping[str, Estimate]) -> list[tuple[str, Estimate]]:
    """Return tiers from easy to hard, unknown ones last; the keys of a results file are sorted by name."""
    names = [*(name for name in TIERS if name in tiers), *sorted(set(tiers) - set(TIERS))]
    return [(name, tiers[name]) for name in names]


def median(spread: Spread) -> str:
    """Format a median with its quartiles; where nothing was flagged there is none."""
    if spread["median"] is None or spread["quartiles"] is None:
        return MISSING
    low, high = spread["quartiles"]
    return f"{number(spread['median'])} ({number(low)} to {number(high)})"


def words(name: str) -> str:
    """Return an identifier as words."""
    return name.replace("_", " ")


def listed(items: Sequence[str]) -> str:
    """Join items as in "a, b and c"."""
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))
