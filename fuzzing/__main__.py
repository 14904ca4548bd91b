"""`python -m fuzzing [NAME...] --seconds N --workers W`: fuzz all targets, or those named, and report the faults."""

from __future__ import annotations

import argparse
import importlib.util
import json
import platform
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime
from pathlib import Path

from fuzzing.runs import Outcome, fuzz
from fuzzing.seeds import TESTS
from fuzzing.targets import TARGETS
from grooming_risk.version import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: Command-line arguments; those of the process when None.

    Returns:
        Exit status: 0 when no fault was found, 1 when one was found or a worker ended early, 2 for wrong usage.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - TARGETS.keys():
        parser.error(f"unknown target: {', '.join(sorted(unknown))}; choose from {', '.join(TARGETS)}")
    if importlib.util.find_spec("atheris") is None:
        print('fuzzing needs atheris: pip install -c constraints.txt -e ".[fuzz]"', file=sys.stderr)
        return 2
    names = options.names or list(TARGETS)
    total = options.seconds * len(names) / options.workers
    print(
        f"{len(names)} targets, {options.seconds:g} s each, {options.workers} at once: about {total / 60:.1f} minutes"
    )
    with ThreadPoolExecutor(options.workers) as pool:
        running = {
            pool.submit(fuzz, TARGETS[name], options.seconds, options.work, options.cases): name for name in names
        }
        outcomes = []
        for done in as_completed(running):
            outcomes.append(done.result())
            print(_row(outcomes[-1]), flush=True)
            write_results(options.results, outcomes[-1])
    outcomes.sort(key=lambda outcome: outcome.target)
    print(f"\n{_table(outcomes)}")
    return int(any(outcome.faults or outcome.ended for outcome in outcomes))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m fuzzing", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"targets to fuzz: {', '.join(TARGETS)} (default: all)"
    )
    parser.add_argument("--seconds", type=float, default=60, help="time for each target (default: %(default)g)")
    parser.add_argument("--workers", type=int, default=1, help="targets fuzzed at the same time (default: %(default)s)")
    parser.add_argument(
        "--work",
        type=Path,
        default=Path(".fuzzing"),
        help="folder for corpora and logs; a later run continues with them",
    )
    parser.add_argument("--cases", type=Path, default=TESTS / "fuzz_cases", help="folder for inputs that show a fault")
    parser.add_argument("--results", type=Path, default=Path(".fuzzing/results.json"), help="summary as JSON")
    return parser


def write_results(path: Path, outcome: Outcome) -> None:
    """Put the outcome of a target into the results file, in place of an earlier one of the same target.

    Args:
        path: The file; targets that it already has are kept, so that long runs can be split.
        outcome: The outcome.
    """
    kept = json.loads(path.read_text(encoding="utf-8"))["targets"] if path.exists() else []
    about = {"library_version": __version__, "python": platform.python_version(), "on": f"{datetime.now(UTC):%Y-%m-%d}"}
    rows = [row for row in kept if row["target"] != outcome.target] + [{**outcome.as_json(), **about}]
    totals = {
        "executions": sum(row["executions"] for row in rows),
        "seconds": round(sum(row["seconds"] for row in rows), 1),
        "faults": sum(len(row["faults"]) for row in rows),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"totals": totals, "targets": sorted(rows, key=lambda row: row["target"])}
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _table(outcomes: list[Outcome]) -> str:
    head = f"{'target':24}{'executions':>12}{'coverage':>10}{'new':>7}{'corpus':>8}{'MB':>6}{'faults':>8}"
    found = [f"{outcome.target}: {fault}" for outcome in outcomes for fault in outcome.faults]
    found += [f"{outcome.target}: {outcome.ended}" for outcome in outcomes if outcome.ended]
    executions = sum(outcome.executions for outcome in outcomes)
    total = f"{'all':24}{executions:>12,}{'':31}{sum(len(outcome.faults) for outcome in outcomes):>8}"
    return "\n".join([head, *map(_row, outcomes), total, *found])


def _row(outcome: Outcome) -> str:
    new = outcome.coverage - outcome.coverage_at_first
    return (
        f"{outcome.target:24}{outcome.executions:>12,}{outcome.coverage:>10,}{new:>7,}{outcome.corpus:>8,}"
        f"{outcome.peak_megabytes:>6}{len(outcome.faults):>8}"
    )


if __name__ == "__main__":
    sys.exit(main())
