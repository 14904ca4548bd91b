"""Floors: figures of the results that no change may make worse, kept in `model_cards/floors.json`.

`python -m training.evaluation.floors check` compares `model_cards/results/v1.json` with its floors, as the tests do.
`python -m training.evaluation.floors raise [--lower REASON]` sets floors from the results: half the width of the figure's 95 %
interval below its value (above, for what should be small), rounded to three decimals to the laxer side. That is what
drawing the test conversations again may move a figure by, so that noise passes and a loss beyond it does not.

A floor that the results meet never falls: the stricter of old and new stands. One that they do not meet, or that is
no longer asked for, is given up only with `--lower REASON`, and the file keeps reason, date and old value.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FLOORS = Path(__file__).parents[2] / "model_cards" / "floors.json"
RESULTS = Path(__file__).parents[2] / "model_cards" / "results" / "v1.json"
DECIMALS = 3
EVERY = "*"  # in a path: every key there is, each with a floor of its own

AT_LEAST, AT_MOST = "at_least", "at_most"
# Paths into the results with the side on which a figure must stay. Recall and false flags at the default operating
# point only: the other two rank as it does.
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
    "padding/between/*/auroc": AT_LEAST,
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


class FloorError(ValueError):
    """Floors cannot be set from these results; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Floor:
    """A figure's worst value.

    Attributes:
        path: keys into the results, joined by "/"; there stands a figure with "value", "low" and "high".
        direction: "at_least" or "at_most".
        value: the worst that passes.
    """

    path: str
    direction: str
    value: float

    def holds(self, value: float) -> bool:
        """Whether a value passes; NaN does not."""
        return value >= self.value if self.direction == AT_LEAST else value <= self.value

    def laxer_than(self, other: Floor) -> bool:
        """Whether it lets pass what the other, of the same figure, does not."""
        return not other.holds(self.value)


def check(results: Mapping[str, Any], content: Mapping[str, Any]) -> list[str]:
    """What is wrong with the results by the floors; nothing when they pass.

    Args:
        results: of `training.evaluation.evaluate`.
        content: of floors.json.
    """
    if results["corpus"] != content["corpus"]:
        return [
            f"the floors are of corpus {content['corpus'][:12]} and the results of {results['corpus'][:12]}, which "
            "cannot be compared; run python -m training.evaluation.floors raise"
        ]
    problems = []
    floors = _read(content)
    for floor in floors.values():
        figure = _figure(results, floor.path)
        if figure is None:
            problems.append(f"{floor.path} has a floor and no figure in the results; evaluate it again")
        elif not floor.holds(figure["value"]):
            side = floor.direction.replace("_", " ")
            problems.append(f"{floor.path} is {figure['value']:.4f}, which is not {side} its floor of {floor.value:g}")
    for path, direction in _asked(results):
        if _figure(results, path) is not None and (path, direction) not in floors:
            problems.append(f"{path} has a figure and no floor; run python -m training.evaluation.floors raise")
    return problems


def raise_floors(
    results: Mapping[str, Any], content: Mapping[str, Any] | None, reason: str | None, date: str
) -> dict[str, Any]:
    """New content of floors.json.

    Args:
        results: of `training.evaluation.evaluate`.
        content: floors so far, or None when there are none.
        reason: why floors may be lowered, or None when none may.
        date: ISO 8601, recorded with every floor that is lowered.

    Raises:
        FloorError: a figure is missing, or a floor would be lowered without a reason; all of them are listed.
    """
    old = _read(content) if content else {}
    new: dict[tuple[str, str], Floor] = {}
    lowered: list[dict[str, Any]] = []
    for candidate, value in _candidates(results):
        key = (candidate.path, candidate.direction)
        before = old.get(key)
        if before is None:
            new[key] = candidate
        elif before.holds(value):
            new[key] = before if candidate.laxer_than(before) else candidate
        else:
            new[key] = candidate
            lowered.append({"path": candidate.path, "old": before.value, "new": candidate.value})
    lowered += [{"path": old[key].path, "old": old[key].value, "new": None} for key in old if key not in new]
    if lowered and not reason:
        listed = "; ".join(f"{row['path']} from {row['old']:g} to {row['new']}" for row in lowered)
        raise FloorError(f"this would lower floors: {listed}; mend the model, or say why with --lower REASON")
    record = [{**row, "reason": reason, "date": date} for row in lowered]
    return {
        "corpus": results["corpus"],
        "floors": [asdict(new[key]) for key in sorted(new)],
        "lowered": [*(content["lowered"] if content else []), *record],
    }


def _candidates(results: Mapping[str, Any]) -> list[tuple[Floor, float]]:
    """A floor for every figure asked for, from its value and interval, and the value."""
    found, missing = [], []
    for path, direction in _asked(results):
        figure = _figure(results, path)
        if figure is None:
            missing.append(path)
            continue
        margin = (figure["high"] - figure["low"]) / 2
        side, to_laxer = (-1, math.floor) if direction == AT_LEAST else (1, math.ceil)
        # Rounded first where floats end, or 0.68 less a few bits would become 0.679.
        value = to_laxer(round((figure["value"] + side * margin) * 10**DECIMALS, 6)) / 10**DECIMALS
        found.append((Floor(path, direction, value), figure["value"]))
    if missing:
        raise FloorError(
            f"the results have no figure for {', '.join(missing)}; evaluate again, with --proxies and --conversations"
        )
    return found


def _asked(results: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Paths without "*", each with its direction; a "*" that stands for nothing is left in."""
    for path, direction in PATHS.items():
        before, star, after = path.partition(f"/{EVERY}")
        if not star:
            yield path, direction
            continue
        there = _at(results, before)
        keys = sorted(there) if isinstance(there, Mapping) else []
        for key in keys or [EVERY]:
            yield f"{before}/{key}{after}", direction


def _figure(results: Mapping[str, Any], path: str) -> dict[str, float] | None:
    found = _at(results, path)
    if isinstance(found, dict) and {"value", "low", "high"} <= set(found):
        return found
    return None


def _at(results: Mapping[str, Any], path: str) -> Any:
    found: Any = results
    for key in path.split("/"):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _read(content: Mapping[str, Any]) -> dict[tuple[str, str], Floor]:
    floors = [Floor(**row) for row in content["floors"]]
    return {(floor.path, floor.direction): floor for floor in floors}


def _write(content: Mapping[str, Any], path: Path) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    part.replace(path)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.evaluation.floors",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("action", choices=("check", "raise"))
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--floors", type=Path, default=FLOORS)
    parser.add_argument("--lower", metavar="REASON", help="lower what the results do not meet, and record why")
    options = parser.parse_args(arguments)
    if options.lower is not None and (options.action == "check" or not options.lower.strip()):
        parser.error("--lower takes a reason, and goes with raise")
    results = json.loads(options.results.read_text(encoding="utf-8"))
    content = json.loads(options.floors.read_text(encoding="utf-8")) if options.floors.exists() else None
    if options.action == "check":
        problems = check(results, content) if content else [f"{options.floors} does not exist; run raise"]
    else:
        try:
            today = datetime.now(UTC).date().isoformat()
            _write(raise_floors(results, content, options.lower, today), options.floors)
            problems = []
        except FloorError as error:
            problems = [str(error)]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
