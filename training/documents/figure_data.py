"""What the figures of the card plot, taken from the results; `training.documents.figures` only draws it.

The two are separate so that a test can recognize stale figures by the digest of their data, whatever version of
matplotlib draws them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Literal, cast

import numpy as np

from training.documents.card_ablations import MEASURES, SHIPPED, quality
from training.documents.card_benign import ALL_FIRST, group, is_family, readable
from training.documents.card_format import main_point, number, points_of, words
from training.documents.card_tables import LANGUAGES, in_order
from training.documents.figure_shapes import (
    AblationsData,
    CurvesData,
    DilutionData,
    DilutionLine,
    FigureData,
    FirstFlagData,
    PlottedRate,
    RealPoint,
    ReliabilityData,
    SlicesData,
)
from training.evaluation.estimates import Curve, Estimate, Rate
from training.evaluation.results import Ablations, ComposedFigures, Labelled, Results

Axis = Literal["recall", "false_flag_rate", "precision"]
DIGITS = 6  # significant digits: more than a figure can show, fewer than differ between machines
COMPOSED, VIGNETTES, PAN12 = "composed test conversations", "hand-written vignettes", "PAN12"


def figure_data(results: Results, ablations: Ablations | None) -> FigureData:
    """Return what each figure plots; without ablations there is no figure of them."""
    found: FigureData = {
        "reliability": _reliability(results),
        "precision_recall": _curves(results, "recall", "precision"),
        "false_flags_recall": {**_curves(results, "false_flag_rate", "recall"), "real": _real_benign(results)},
        "slices": _slices(results),
        "first_flag": _first_flag(results),
    }
    if results.get("dilution"):
        found["dilution"] = _dilution(results)
    if ablations is not None:
        found["ablations"] = _ablations(ablations)
    return cast(FigureData, _rounded(found))


def digest(data: Mapping[str, object]) -> str:
    """Return the SHA-256 of what a figure plots."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def _reliability(results: Results) -> ReliabilityData:
    bins, prevalence = results["composed"]["reliability"]["bins"], results["composed"]["prevalence"]
    return {
        "predicted": [row["mean_probability"] for row in bins],
        "observed": [row["observed"] for row in bins],
        "low": [row["observed_low"] for row in bins],
        "high": [row["observed_high"] for row in bins],
        "n": [row["n"] for row in bins],
        "prevalence": prevalence,
    }


def _curves(results: Results, x: Axis, y: Axis) -> CurvesData:
    """Return one curve for each set, with the operating points where their thresholds are on it."""
    sets: dict[str, ComposedFigures | Labelled] = {COMPOSED: results["composed"]}
    if "own_conversations" in results:
        sets[VIGNETTES] = results["own_conversations"]
    if "pan12" in results:
        sets[PAN12] = results["pan12"]
    thresholds = {point: results["thresholds"][point]["threshold"] for point in points_of(results)}
    return {
        "curves": [
            {
                "set": name,
                "n": found["n"],
                "positives": found["positives"],
                "share": found["positives"] / found["n"],
                "x": curve[x],
                "y": curve[y],
                "points": {point: _at(curve, value, x, y) for point, value in thresholds.items()},
            }
            for name, found in sets.items()
            if (curve := found.get("curve"))
        ]
    }


def _at(curve: Curve, threshold: float, x: Axis, y: Axis) -> list[float]:
    """Return where a threshold is on a curve, interpolated between its two nearest thresholds."""
    known = np.asarray(curve["thresholds"], dtype=float)
    order = np.argsort(known, kind="stable")
    order = order[np.isfinite(known[order])]  # a curve may begin at "nothing is flagged"
    known = known[order]
    return [float(np.interp(threshold, known, np.asarray(curve[axis])[order])) for axis in (x, y)]


def _real_benign(results: Results) -> list[RealPoint]:
    """Return false flags on real benign conversations beside composed recall, each with its interval."""
    recall = results["composed"]["operating_points"]
    if ALL_FIRST[0] not in results["false_flags"]:
        return []
    flags = results["false_flags"][ALL_FIRST[0]]
    return [
        {"point": point, "n": flags[point]["n"], "x": _triple(flags[point]), "y": _triple(recall[point])}
        for point in points_of(results)
        if point in flags and point in recall
    ]


def _triple(rate: Estimate) -> list[float]:
    return [rate["value"], rate["low"], rate["high"]]


def _slices(results: Results) -> SlicesData:
    """Return rates at the main point: false flags by slice, and recall by language and by source of carriers."""
    point, composed = main_point(results), results["composed"]
    flags = {name: row for name, row in results["false_flags"].items() if not is_family(name)}
    codes = results["config"]["languages"]
    places = {f"language {code}": place for place, code in enumerate(codes)}
    order = sorted(flags, key=lambda name: (group(name), places.get(name.split(":")[0], len(codes)), name))
    recall: dict[str, Rate | None] = {"composed: all": composed["operating_points"].get(point)}
    if len(composed["languages"]) > 1:
        for code, row in in_order(composed["languages"], results):
            recall[f"composed: {LANGUAGES[code]}"] = row["operating_points"].get(point, {}).get("recall")
    recall |= {f"carriers: {words(name)}": row.get(point) for name, row in sorted(composed["sources"].items())}
    if own := results.get("own_conversations"):
        recall["vignettes: all"] = own["operating_points"].get(point, {}).get("recall")
    return {
        "point": point,
        "false_flags": [_slice(name, flags[name][point]) for name in order if point in flags[name]],
        "recall": [_slice(name, rate) for name, rate in recall.items() if rate],
    }


def _slice(name: str, rate: Rate) -> PlottedRate:
    return {
        "name": readable(name),
        "n": rate["n"],
        "value": rate["value"],
        "low": rate["low"],
        "high": rate["high"],
    }


def _first_flag(results: Results) -> FirstFlagData:
    early = results["early_detection"]
    return {
        "panels": [
            {
                "point": point,
                "edges": [_edge(edge) for edge in early["histogram"][point]["edges"]],
                "counts": early["histogram"][point]["counts"],
                "median": early["points"][point]["delay_since_second_sign"]["median"],
            }
            for point in points_of(results)
        ]
    }


def _edge(edge: float | None) -> str:
    """Return the tick label of an edge of a histogram; an open end is an ellipsis."""
    if edge is None or not np.isfinite(edge):
        return "…"
    return number(edge) if edge >= 0 else f"−{number(-edge)}"


def _dilution(results: Results) -> DilutionData:
    """Return AUROC and recall at the main point by number of messages between, with those of an earlier version."""
    point = main_point(results)
    versions = [(results["model_version"], results["dilution"])]
    if before := results.get("before"):
        versions.append((before["model_version"], before["dilution"]))
    numbers = sorted({int(k) for _, sets in versions for figures in sets.values() for k in figures["between"]})
    lines: list[DilutionLine] = []
    for version, sets in versions:
        for name, figures in sorted(sets.items()):
            rows = [figures["between"].get(str(count)) for count in numbers]
            recall = [row["operating_points"].get(point, {}).get("recall") if row else None for row in rows]
            lines.append(
                {
                    "set": {"composed": COMPOSED, "own": VIGNETTES}[name],
                    "version": version,
                    "auroc": [_triple(row["auroc"]) if row else [] for row in rows],
                    "recall": [_triple(found) if found else [] for found in recall],
                }
            )
    return {"point": point, "between": numbers, "lines": lines}


def _ablations(ablations: Ablations) -> AblationsData:
    return {
        "measures": {
            label: [
                {
                    "number": place,
                    "name": words(arm["name"]),
                    "speed": arm["messages_per_second"],
                    "shipped": arm["name"] == SHIPPED,
                    "value": found["value"],
                    "low": found["low"],
                    "high": found["high"],
                }
                for place, arm in enumerate(ablations["arms"], start=1)
                if (found := quality(arm, measure))
            ]
            for measure, label in MEASURES.items()
            if any(quality(arm, measure) for arm in ablations["arms"])
        }
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value
