"""What the card's figures plot, as plain JSON types, taken from the results; `figures` only draws it.

Kept apart so that a test can tell stale figures by the digest of their data, whatever version of matplotlib draws.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from training.documents.card_ablations import MEASURES, SHIPPED, Ablations, quality
from training.documents.card_format import main_point, number, points_of, words
from training.documents.card_tables import ALL_FIRST, LANGUAGES, group, in_order, is_family, model_text

Results = Mapping[str, Any]
Spec = dict[str, Any]
DIGITS = 6  # significant ones: more than a figure can show, fewer than differ between machines
COMPOSED, VIGNETTES, PAN12 = "composed test conversations", "hand-written vignettes", "PAN12"


def figure_data(results: Results, ablations: Ablations | None) -> dict[str, Spec]:
    """File stem → what that figure plots. Without ablations there is no figure of them."""
    found = {
        "reliability": _reliability(results),
        "precision_recall": _curves(results, "recall", "precision"),
        "false_flags_recall": {**_curves(results, "false_flag_rate", "recall"), "real": _real_benign(results)},
        "slices": _slices(results),
        "first_flag": _first_flag(results),
    }
    if ablations is not None:
        found["ablations"] = _ablations(ablations)
    return {name: _rounded(spec) for name, spec in found.items()}


def digest(spec: Spec) -> str:
    """SHA-256 of what a figure plots."""
    return hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()


def _reliability(results: Results) -> Spec:
    bins, prevalence = results["composed"]["reliability"]["bins"], results["composed"]["prevalence"]
    return {
        "predicted": [row["mean_probability"] for row in bins],
        "observed": [row["observed"] for row in bins],
        "low": [row["observed_low"] for row in bins],
        "high": [row["observed_high"] for row in bins],
        "n": [row["n"] for row in bins],
        "prevalence": prevalence,
    }


def _curves(results: Results, x: str, y: str) -> Spec:
    """One curve a set, with the operating points where their thresholds lie on it."""
    sets = {COMPOSED: results["composed"]}
    for key, name in (("own_conversations", VIGNETTES), ("pan12", PAN12)):
        if "curve" in results.get(key, {}):
            sets[name] = results[key]
    thresholds = {point: results["thresholds"][point]["threshold"] for point in points_of(results)}
    return {
        "curves": [
            {
                "set": name, "n": found["n"], "positives": found["positives"], "share": found["positives"] / found["n"],
                "x": found["curve"][x], "y": found["curve"][y],
                "points": {point: _at(found["curve"], value, x, y) for point, value in thresholds.items()},
            }
            for name, found in sets.items()
        ]
    }  # fmt: skip


def _at(curve: Mapping[str, list[float]], threshold: float, x: str, y: str) -> list[float]:
    """Where a threshold lies on a curve, between the two thresholds nearest to it."""
    known = np.asarray(curve["thresholds"], dtype=float)
    order = np.argsort(known, kind="stable")
    order = order[np.isfinite(known[order])]  # a curve may begin at "nothing is flagged"
    known = known[order]
    return [float(np.interp(threshold, known, np.asarray(curve[axis])[order])) for axis in (x, y)]


def _real_benign(results: Results) -> list[Spec]:
    """False flags on real benign conversations against composed recall, each with its interval."""
    flags, recall = results["false_flags"].get(ALL_FIRST[0], {}), results["composed"]["operating_points"]
    return [
        {
            "point": point, "n": flags[point]["n"],
            "x": [flags[point][key] for key in ("value", "low", "high")],
            "y": [recall[point][key] for key in ("value", "low", "high")],
        }
        for point in points_of(results) if point in flags and point in recall
    ]  # fmt: skip


def _slices(results: Results) -> Spec:
    """Rates at the main operating point: false flags by slice, and recall by language and by source of carriers."""
    point, composed = main_point(results), results["composed"]
    flags = {name: row for name, row in results["false_flags"].items() if not is_family(name)}
    codes = results["config"]["languages"]
    places = {f"language {code}": place for place, code in enumerate(codes)}
    order = sorted(flags, key=lambda name: (group(name), places.get(name.split(":")[0], len(codes)), name))
    recall = {"composed: all": composed["operating_points"]}
    if len(composed["languages"]) > 1:
        for code, row in in_order(composed["languages"], results):
            recall[f"composed: {LANGUAGES[code]}"] = row["operating_points"].get(point, {}).get("recall", {})
    recall |= {f"carriers: {words(name)}": row for name, row in sorted(composed["sources"].items())}
    if own := results.get("own_conversations"):
        recall["vignettes: all"] = own["operating_points"].get(point, {}).get("recall", {})
    return {
        "point": point,
        "false_flags": [_slice(name, flags[name].get(point)) for name in order if point in flags[name]],
        "recall": [_slice(name, row.get(point, row)) for name, row in recall.items() if row],
    }


def _slice(name: str, rate: Mapping[str, float]) -> Spec:
    return {"name": model_text(name), "n": rate["n"], **{key: rate[key] for key in ("value", "low", "high")}}


def _first_flag(results: Results) -> Spec:
    early = results["early_detection"]
    return {
        "panels": [
            {
                "point": point, "edges": [_edge(edge) for edge in histogram["edges"]], "counts": histogram["counts"],
                "median": early["points"][point]["delay_since_second_sign"]["median"],
            }
            for point in points_of(results)
            for histogram in [early["histogram"][point]]
        ]
    }  # fmt: skip


def _edge(edge: float | None) -> str:
    """An edge of a histogram as a tick says it; open ends stay open."""
    if edge is None or not np.isfinite(edge):
        return "…"
    return number(edge) if edge >= 0 else f"−{number(-edge)}"


def _ablations(ablations: Ablations) -> Spec:
    return {
        "measures": {
            label: [
                {
                    "number": place, "name": words(arm["name"]), "speed": arm["messages_per_second"],
                    "shipped": arm["name"] == SHIPPED, **{key: found[key] for key in ("value", "low", "high")},
                }
                for place, arm in enumerate(ablations["arms"], start=1)
                if (found := quality(arm, measure))
            ]
            for measure, label in MEASURES.items() if any(quality(arm, measure) for arm in ablations["arms"])
        }
    }  # fmt: skip


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value
