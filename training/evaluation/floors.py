"""Floors: figures of the results that no change may make worse, kept in `model_cards/floors.json`.

`check` compares `model_cards/results/v2.json` with its floors, as the tests do.

`raise` sets floors from the results. A floor lies half the width of the figure's 95 % interval below its value (above
it, if the figure should be small), rounded to three decimals towards the laxer side. A figure may move that far when
the test conversations are drawn again, so noise passes and a larger loss does not.

A floor that the results meet is never lowered: the stricter of the old and the new one is kept. A floor that they do
not meet, or whose figure is no longer tracked, is given up only with `--lower REASON`; the file records reason, date
and old value.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from training.evaluation.floor_checks import RAISE, FloorError, FloorsFile, check, raise_floors
from training.options import UsageError
from training.paths import FLOORS, RESULTS

HELP = "compare the results with their floors, or raise the floors"


@dataclass(frozen=True, slots=True)
class FloorsOptions:
    """What to do with which files.

    Attributes:
        action: "check" or "raise".
        results: File of the results.
        floors: File of the floors.
        lower: Why floors may be lowered; None if none may.
    """

    action: str
    results: Path = RESULTS
    floors: Path = FLOORS
    lower: str | None = None


def check_or_raise(options: FloorsOptions) -> list[str]:
    """Check or raise floors.

    Args:
        options: What to do with which files.

    Returns:
        Problems, one sentence each; empty after success. Floors are written only when there are none.
    """
    results = json.loads(options.results.read_text(encoding="utf-8"))
    content = json.loads(options.floors.read_text(encoding="utf-8")) if options.floors.exists() else None
    if options.action == "check":
        return check(results, content) if content else [f"{options.floors} does not exist; {RAISE}"]
    try:
        _write(raise_floors(results, content, options.lower, datetime.now(UTC).date().isoformat()), options.floors)
    except FloorError as error:
        return [str(error)]
    return []


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `python -m training floors`."""
    parser.add_argument("action", choices=("check", "raise"), help="compare results with floors, or set floors")
    parser.add_argument("--results", type=Path, default=RESULTS, help="results file (default: the shipped one)")
    parser.add_argument("--floors", type=Path, default=FLOORS, help="floors file (default: the shipped one)")
    parser.add_argument("--lower", metavar="REASON", help="lower floors that the results do not meet, and record why")


def run(arguments: argparse.Namespace) -> int:
    """Check or raise floors; print problems to standard error.

    Args:
        arguments: Parsed options.

    Returns:
        Exit status: 0 without problems, 1 with problems.

    Raises:
        UsageError: `--lower` goes with `check`, or its reason is empty.
    """
    options = FloorsOptions(arguments.action, arguments.results, arguments.floors, arguments.lower)
    if options.lower is not None and (options.action == "check" or not options.lower.strip()):
        raise UsageError("--lower needs a reason, and can be used only with raise")
    problems = check_or_raise(options)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def _write(content: FloorsFile, path: Path) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    part.replace(path)
