"""How figures are written in prose and tables: a value never stands without its interval."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

POINTS = ("high_recall", "balanced", "high_precision")  # from lax to strict, as everything lists them
TIERS = ("obvious", "moderate", "subtle")  # of labelled conversations, from easy to hard
MISSING = "-"


def points_of(results: Mapping[str, Any]) -> list[str]:
    """Operating points that the artefact has, from lax to strict; a target that the data cannot support is left out."""
    return [point for point in POINTS if point in results["thresholds"]]


def main_point(results: Mapping[str, Any]) -> str:
    """The point of figures and tables that show one only: `balanced` (the default of the library), else the laxest."""
    points = points_of(results)
    if not points:
        raise ValueError("the results have no operating point: there is nothing to describe")
    return "balanced" if "balanced" in points else points[0]


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table.

    Raises:
        ValueError: a row has more or fewer cells than the header.
    """
    lines = [f"| {' | '.join(header)} |", "|" + "---|" * len(header)]
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"{len(row)} cells under {len(header)} headings")
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines)


def interval(metric: Mapping[str, float] | None) -> str:
    """A value with its 95 % interval; beside a minus sign a dash would be read as another one."""
    if metric is None:
        return MISSING
    dash = " to " if metric["low"] < 0 else "-"
    return f"{metric['value']:.3f} ({metric['low']:.3f}{dash}{metric['high']:.3f})"


def rate(metric: Mapping[str, float] | None) -> str:
    """A rate in per cent with its 95 % interval; two decimals where one would make everything 0.1."""
    if metric is None:
        return MISSING
    digits = 1 if metric["high"] >= 0.01 else 2
    return f"{metric['value']:.{digits}%} ({metric['low']:.{digits}%}-{metric['high']:.{digits}%})"


def per_cent(share: float) -> str:
    """A share in [0, 1] in per cent, to three significant digits: 0.00001 is 0.001 %."""
    return f"{100 * share:.3g} %"


def number(value: float) -> str:
    """A count or an amount, with thousands, and decimals only where they matter."""
    if not math.isfinite(value):
        return "unbounded"
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.2g}" if value < 10 else f"{value:.1f}"


def by_tier(tiers: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Tiers from easy to hard; those of somebody's own after the known ones. A results file has its keys sorted."""
    names = [*(name for name in TIERS if name in tiers), *sorted(set(tiers) - set(TIERS))]
    return [(name, tiers[name]) for name in names]


def median(summary: Mapping[str, Any]) -> str:
    """Median with quartiles and n, of a summary of the results file; nothing flagged has no median."""
    if not summary["n"]:
        return MISSING
    low, high = summary["quartiles"]
    return f"{number(summary['median'])} ({number(low)} to {number(high)})"


def words(name: str) -> str:
    """An identifier as words."""
    return name.replace("_", " ")


def listed(items: Sequence[str]) -> str:
    """a, b and c."""
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))
