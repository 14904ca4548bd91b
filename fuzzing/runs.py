"""Fuzz one target in child processes, which are restarted after a hang, and summarize the result."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from fuzzing.target import Target
from fuzzing.words import dictionary

# An input of this size takes less than a second; a busy machine gets more time.
_HANG_SECONDS = 20
_MOST_MEGABYTES = 1_024
# Bytes of an input: some room to grow beyond the largest seed; large inputs are slow.
_SMALLEST_ROOM, _LARGEST_ROOM = 500, 40_000
_HANGS = 3  # after which a target is abandoned: it is probably the same hang each time
_COVERAGE = re.compile(r"^#\d+\s+([A-Z]+)\s+cov: (\d+)", re.MULTILINE)
_STATISTIC = re.compile(r"^stat::(\w+):\s+(\d+)", re.MULTILINE)
_REACHED = re.compile(r"^#(\d+)\s", re.MULTILINE)


@dataclass(slots=True)
class Outcome:
    """The result of fuzzing one target.

    Attributes:
        target: Name of the target.
        seconds: Time spent on it.
        executions: Number of inputs tried.
        coverage_at_first: Edges of the library that the seeds and the kept corpus reach.
        coverage: Edges reached in the end.
        corpus: Number of inputs kept because they reach new edges.
        peak_megabytes: Peak memory use.
        faults: What identifies each fault, in the order they were found.
        ended: Empty, or why the run ended early.
    """

    target: str
    seconds: float = 0.0
    executions: int = 0
    coverage_at_first: int = 0
    coverage: int = 0
    corpus: int = 0
    peak_megabytes: int = 0
    faults: tuple[str, ...] = ()
    ended: str = ""

    def as_json(self) -> dict[str, object]:
        """Return the fields as JSON types."""
        return asdict(self)


def run_worker(name: str, own: Path, cases: Path, seconds: int, most: int) -> str:
    """Fuzz a target in one process until the time is over or an input ends it.

    Args:
        name: Name of the target.
        own: Folder with the corpus, seeds and words of the target.
        cases: Folder for the cases of the target.
        seconds: Time limit.
        most: Largest size of an input, in bytes.

    Returns:
        What libFuzzer printed.
    """
    command = [sys.executable, "-m", "fuzzing.worker", name, str(cases), str(own / "faults.jsonl")]
    command += [f"-max_total_time={seconds}", f"-timeout={_HANG_SECONDS}", f"-rss_limit_mb={_MOST_MEGABYTES}"]
    command += [f"-max_len={most}", f"-dict={own / 'words.dict'}", f"-artifact_prefix={own}/"]
    command += ["-print_final_stats=1", "-detect_leaks=0", str(own / "corpus"), str(own / "seeds")]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    (own / "last_output.txt").write_text(done.stderr, encoding="utf-8")
    return done.stderr


def fuzz(
    target: Target,
    seconds: float,
    work: Path,
    cases: Path,
    run: Callable[[str, Path, Path, int, int], str] = run_worker,
) -> Outcome:
    """Fuzz one target.

    Args:
        target: The target.
        seconds: Time to spend on it, without the starts of processes.
        work: Folder of corpora and logs; an existing corpus is continued.
        cases: Folder of cases; those of this target go to a subfolder of its name.
        run: Runs one process and returns what it printed.

    Returns:
        The result.
    """
    own = work / target.name
    shutil.rmtree(own / "seeds", ignore_errors=True)
    for name in ("corpus", "seeds"):
        (own / name).mkdir(parents=True, exist_ok=True)
    kept = [path.read_bytes() for path in sorted((cases / target.name).glob("*"))]
    seeds = [*target.seeds(), *kept]
    most = min(max(2 * max(map(len, seeds), default=0), _SMALLEST_ROOM), _LARGEST_ROOM)
    for number, seed in enumerate(seeds):
        (own / "seeds" / f"{number:04}").write_bytes(seed)
    (own / "faults.jsonl").unlink(missing_ok=True)
    (own / "words.dict").write_text(dictionary(target.modules), encoding="ascii")
    outcome = Outcome(target.name)
    hangs, began, left = 0, time.monotonic(), seconds
    while left >= 1 and hangs < _HANGS:
        output = run(target.name, own, cases / target.name, int(left), most)
        _add(outcome, output)
        killed = _keep_killers(own, cases / target.name)
        if not killed and "DONE" not in output:
            outcome.ended = f"the worker ended early; see {own / 'last_output.txt'}"
            break
        hangs += bool(killed)
        left = seconds - (time.monotonic() - began) if killed else 0
    if hangs == _HANGS:
        outcome.ended = f"abandoned after {_HANGS} inputs that hang, grow or crash the process; see the cases"
    outcome.seconds = round(time.monotonic() - began, 1)
    outcome.corpus = sum(1 for _ in (own / "corpus").iterdir())
    outcome.faults = tuple(json.loads(line)["fault"] for line in _lines(own / "faults.jsonl"))
    return outcome


def _add(outcome: Outcome, output: str) -> None:
    statistics = {name: int(value) for name, value in _STATISTIC.findall(output)}
    reached = [int(number) for number in _REACHED.findall(output)]
    outcome.executions += statistics.get("number_of_executed_units", max(reached, default=0))
    outcome.peak_megabytes = max(outcome.peak_megabytes, statistics.get("peak_rss_mb", 0))
    coverage = [(event, int(edges)) for event, edges in _COVERAGE.findall(output)]
    first = next((edges for event, edges in coverage if event == "INITED"), 0)
    outcome.coverage_at_first = outcome.coverage_at_first or first
    outcome.coverage = max([outcome.coverage, *(edges for _, edges in coverage)])


def _keep_killers(own: Path, cases: Path) -> list[str]:
    """Move inputs that ended the process to the cases, unminimized, since each attempt would cost a process."""
    found = [path for pattern in ("timeout-*", "oom-*", "crash-*") for path in own.glob(pattern)]
    for path in found:
        kind, _, digest = path.name.partition("-")
        cases.mkdir(parents=True, exist_ok=True)
        shutil.move(path, cases / f"{kind}-{digest[:12]}")
        with (own / "faults.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(json.dumps({"fault": f"{kind} {digest[:12]}", "case": f"{kind}-{digest[:12]}"}) + "\n")
    return [path.name for path in found]


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []
