"""Tables of the operating points: what they guarantee, and what a flag is worth."""

from __future__ import annotations

import math

from training.documents.card_benign import ALL_REAL
from training.documents.card_format import number, per_cent, points_of, rate, table
from training.evaluation.results import PrevalenceRow, Results


def threshold_table(results: Results) -> str:
    """Tabulate what each operating point was fitted on, the bound it guarantees, and its rates on test data."""
    composed, real = results["composed"]["operating_points"], results["false_flags"].get(ALL_REAL)
    header = [
        "operating point",
        "threshold (logit)",
        "bound asked for",
        "bound reached",
        "calibration conversations flagged",
    ]
    rows = []
    for point in points_of(results):
        fitted = results["thresholds"][point]
        bounds = [per_cent(fitted["target"]), per_cent(fitted["upper_bound"])]
        flagged = f"{number(fitted['false_flags'])} of {number(fitted['conversations'])}"
        tested = [rate(composed.get(point)), rate(real.get(point) if real else None)]
        rows.append([f"`{point}`", f"{fitted['threshold']:.3f}", *bounds, flagged, *tested])
    return table([*header, "recall, composed test", "false flags, real benign"], rows)


def new_source_part(results: Results) -> str:
    """Describe and tabulate the false flags of sources that thresholds were fitted without; empty if not measured."""
    found, points = results.get("new_sources"), points_of(results)
    if not found:
        return ""
    about = (
        "The bound holds for conversations like those of calibration. What a new source may bring: each source of the "
        "calibration\nsplit is left out, the thresholds are fitted on the others alone, and its own conversations are "
        "counted. A point that\nthe other sources are too few for has no rate."
    )
    rows = [
        [source, number(row["n"]), *(rate(row["rates"].get(point)) for point in points)]
        for source, row in found.items()
    ]
    return f"{about}\n\n{table(['source left out', 'n', *points], rows)}"


def ppv_table(results: Results) -> str:
    """Tabulate by prevalence the share of flags that are right, and the innocent conversations read for each."""
    points = points_of(results)
    rows: dict[float, list[str]] = {}
    for point in points:
        for row in results["ppv"][point]:
            rows.setdefault(row["prevalence"], []).append(_worth(row))
    return table(
        ["share of conversations with warning signs", *points],
        ([per_cent(prevalence), *cells] for prevalence, cells in sorted(rows.items(), reverse=True)),
    )


def _worth(row: PrevalenceRow) -> str:
    """Say what a flag is worth; where no benign conversation was flagged, only the bounds are informative."""
    low = row["ppv_low"]
    bounds = f"at least {per_cent(low)}", f"at most {number((1 - low) / low if low else math.inf)}"
    if row["ppv"] == 1:
        return "; ".join(bounds)
    innocent = math.inf if row["innocent_per_true"] is None else row["innocent_per_true"]
    return f"{per_cent(row['ppv'])} ({bounds[0]}); {number(innocent)} ({bounds[1]})"
