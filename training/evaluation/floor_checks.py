"""Floors of figures: which figures are tracked, how results are compared with floors, and how floors are raised."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypedDict, cast

from training.evaluation.estimates import Estimate
from training.evaluation.results import Results

DECIMALS = 3
EVERY = "*"  # in a path: every key at that place, each with a floor of its own

AT_LEAST, AT_MOST = "at_least", "at_most"
# Paths into the results, and the side of the floor on which the figure must be. Recall and false flags are tracked at
# the default operating point only: the other two points use the same ranking.
PATHS = {
    "composed/auroc": AT_LEAST,
    "composed/average_precision": AT_LEAST,
    "composed/recall_at_1_percent_false_flags": AT_LEAST,
    "composed/recall_at_0.1_percent_false_flags": AT_LEAST,
    "composed/brier_skill": AT_LEAST,
    "composed/adaptive_calibration_error": AT_MOST,
    "composed/operating_points/balanced": AT_LEAST,
    "composed/languages/*/auroc": AT_LEAST,
    "hard_negatives/*/auroc": AT_LEAST,
    "own_conversations/all/auroc": AT_LEAST,
    "own_conversations/all/average_precision": AT_LEAST,
    "own_conversations/tiers/*": AT_LEAST,
    "own_conversations/operating_points/balanced/recall": AT_LEAST,
    "own_conversations/operating_points/balanced/false_flags": AT_MOST,
    "evasion/as_written/auroc": AT_LEAST,
    "evasion/kinds/*/auroc": AT_LEAST,
    "dilution/composed/between/*/auroc": AT_LEAST,
    "dilution/composed/between/*/operating_points/balanced/recall": AT_LEAST,
    "dilution/own/between/*/auroc": AT_LEAST,
    "length_classes/500/*/balanced": AT_MOST,
    "length_classes/5000/*/balanced": AT_MOST,
    "early_detection/points/balanced/f_latency": AT_LEAST,
    "early_detection/points/balanced/erde_50": AT_MOST,
    "faithfulness/top_three": AT_LEAST,
    "faithfulness/normalised_aopc": AT_LEAST,
    "false_flags/real: all/balanced": AT_MOST,
    "false_flags/unseen: all/balanced": AT_MOST,
    "false_flags/authored, hard: all/balanced": AT_MOST,
    "lines/all/*/average_precision": AT_LEAST,
    "coverage/supported, real": AT_LEAST,
}
RAISE = "run python -m training floors raise"


class FloorError(ValueError):
    """Floors cannot be set from these results; the message says why and what to do."""


class FloorRow(TypedDict):
    """A floor as the file has it."""

    path: str
    direction: str
    value: float


class LoweredRow(TypedDict):
    """A floor that was lowered, or given up (`new` is None)."""

    path: str
    old: float
    new: float | None
    reason: str
    date: str


class FloorsFile(TypedDict):
    """Content of floors.json."""

    corpus: str
    floors: list[FloorRow]
    lowered: list[LoweredRow]


@dataclass(frozen=True, slots=True)
class Floor:
    """The worst value that a figure may have.

    Attributes:
        path: Keys into the results, joined by "/", leading to a figure with "value", "low" and "high".
        direction: "at_least" or "at_most".
        value: The worst value that passes.
    """

    path: str
    direction: str
    value: float

    def holds(self, value: float) -> bool:
        """Check whether a value passes; NaN does not."""
        return value >= self.value if self.direction == AT_LEAST else value <= self.value

    def laxer_than(self, other: Floor) -> bool:
        """Check whether this floor passes values that the other one, of the same figure, does not."""
        return not other.holds(self.value)


def check(results: Results, content: FloorsFile) -> list[str]:
    """Compare results with their floors.

    Args:
        results: Results of `python -m training evaluate`.
        content: Content of floors.json.

    Returns:
        What is wrong, one sentence for each problem; empty if the results pass.
    """
    if results["corpus"] != content["corpus"]:
        return [
            f"the floors belong to corpus {content['corpus'][:12]}, the results to corpus {results['corpus'][:12]}, "
            f"and cannot be compared; {RAISE}"
        ]
    problems = []
    floors = _read(content)
    for floor in floors.values():
        figure = _figure(results, floor.path)
        if figure is None:
            problems.append(f"{floor.path} has a floor but no figure in the results; evaluate again")
        elif not floor.holds(figure["value"]):
            side = floor.direction.replace("_", " ")
            problems.append(f"{floor.path} must be {side} its floor of {floor.value:g}, got {figure['value']:.4f}")
    for path, direction in _tracked(results):
        if _figure(results, path) is not None and (path, direction) not in floors:
            problems.append(f"{path} has a figure but no floor; {RAISE}")
    return problems


def raise_floors(results: Results, content: FloorsFile | None, reason: str | None, date: str) -> FloorsFile:
    """Set floors from results.

    Args:
        results: Results of `python -m training evaluate`.
        content: The floors so far, or None if there are none.
        reason: Why floors may be lowered, or None if none may.
        date: ISO 8601 date, recorded with every floor that is lowered.

    Returns:
        New content of floors.json.

    Raises:
        FloorError: Figures are missing, or floors would be lowered without a reason; all of them are listed.
    """
    old = _read(content) if content else {}
    new: dict[tuple[str, str], Floor] = {}
    lowered: list[tuple[str, float, float | None]] = []
    for candidate, value in _candidates(results):
        key = (candidate.path, candidate.direction)
        before = old.get(key)
        if before is None:
            new[key] = candidate
        elif before.holds(value):
            new[key] = before if candidate.laxer_than(before) else candidate
        else:
            new[key] = candidate
            lowered.append((candidate.path, before.value, candidate.value))
    lowered += [(old[key].path, old[key].value, None) for key in old if key not in new]
    if lowered and not reason:
        listed = "; ".join(f"{path} from {before:g} to {after}" for path, before, after in lowered)
        raise FloorError(f"this would lower floors: {listed}; fix the model, or give a reason with --lower REASON")
    record: list[LoweredRow] = [
        {"path": path, "old": before, "new": after, "reason": reason or "", "date": date}
        for path, before, after in lowered
    ]
    return {
        "corpus": results["corpus"],
        "floors": [cast(FloorRow, asdict(new[key])) for key in sorted(new)],
        "lowered": [*(content["lowered"] if content else []), *record],
    }


def _candidates(results: Results) -> list[tuple[Floor, float]]:
    """Return a floor for every tracked figure, from its value and interval, and the value."""
    found, missing = [], []
    for path, direction in _tracked(results):
        figure = _figure(results, path)
        if figure is None:
            missing.append(path)
            continue
        margin = (figure["high"] - figure["low"]) / 2
        side, to_laxer = (-1, math.floor) if direction == AT_LEAST else (1, math.ceil)
        # Rounded at the precision of floats first: otherwise 0.68 minus a few bits would become 0.679.
        value = to_laxer(round((figure["value"] + side * margin) * 10**DECIMALS, 6)) / 10**DECIMALS
        found.append((Floor(path, direction, value), figure["value"]))
    if missing:
        raise FloorError(
            f"the results have no figure for {', '.join(missing)}; evaluate again with --proxies and --conversations"
        )
    return found


def _tracked(results: Results) -> Iterator[tuple[str, str]]:
    """Yield every path with its direction, each "*" replaced by the keys at its place, or kept if there are none."""
    for path, direction in PATHS.items():
        before, star, after = path.partition(f"/{EVERY}")
        if not star:
            yield path, direction
            continue
        there = _at(results, before)
        keys = sorted(there) if isinstance(there, Mapping) else []
        for key in keys or [EVERY]:
            yield f"{before}/{key}{after}", direction


def _figure(results: Results, path: str) -> Estimate | None:
    found = _at(results, path)
    if isinstance(found, dict) and {"value", "low", "high"} <= set(found):
        return cast(Estimate, found)
    return None


def _at(results: Results, path: str) -> Any:
    found: Any = results
    for key in path.split("/"):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _read(content: FloorsFile) -> dict[tuple[str, str], Floor]:
    floors = [Floor(**row) for row in content["floors"]]
    return {(floor.path, floor.direction): floor for floor in floors}
