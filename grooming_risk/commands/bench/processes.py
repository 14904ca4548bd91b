"""Run the work of a benchmark in a fresh process of some interpreter, with the texts on its standard input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grooming_risk
from grooming_risk.commands.bench.sample import Sample
from grooming_risk.errors import InvalidOptionError

_WORKER = Path(__file__).with_name("worker.py")
_INSTALLED = Path(grooming_risk.__file__).parents[1]
_FIRST = 10  # messages of the conversation that is scored first


@dataclass(frozen=True, slots=True)
class Work:
    """What is timed in one process.

    Attributes:
        messages: Messages that each run of the batch scores.
        threads: Numbers of inference threads, the first of them also for the live updates and the first score.
        lengths: Messages that the live conversation has before updates of it are timed.
        updates: Updates that are timed at each length.
        seed: Seed of the texts.
    """

    messages: int
    threads: tuple[int, ...]
    lengths: tuple[int, ...]
    updates: int
    seed: int = 1

    def lines(self, artifact: Path | None) -> Iterator[str]:
        """Iterate over the standard input of the worker.

        No text comes twice on purpose: each run of the batch has conversations of its own, so that a version that
        remembers texts gains nothing.

        Args:
            artifact: Folder of the artefact; None for the one that comes with the version.

        Yields:
            Lines of JSON, as worker.py describes them.
        """
        sample = Sample(self.seed)
        groups = [list(sample.conversations(_FIRST))]
        groups += [list(sample.conversations(self.messages)) for _ in range(2 * len(self.threads))]
        yield json.dumps(
            {
                "artifact": None if artifact is None else str(artifact),
                "groups": [len(group) for group in groups],
                "threads": self.threads,
                "lengths": self.lengths,
                "updates": self.updates,
            }
        )
        yield from (json.dumps(rows) for group in groups for rows in group)
        yield from map(json.dumps, sample.one_long_conversation(max(self.lengths) + self.updates))


def run_here(work: Work, artifact: Path | None) -> dict[str, Any]:
    """Do the work with this version; the result is what worker.py prints."""
    path = os.pathsep.join(filter(None, [str(_INSTALLED), os.environ.get("PYTHONPATH")]))
    return _run(sys.executable, work, artifact, {**os.environ, "PYTHONPATH": path})


def run_there(python: str, work: Work) -> dict[str, Any]:
    """Do the work with the version and the artefact of another environment.

    Args:
        python: Interpreter of the environment.
        work: The work.

    Returns:
        What worker.py prints.

    Raises:
        InvalidOptionError: The interpreter cannot be run, or the work failed there.
    """
    # The search path of this environment would lead the other one to this version.
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    return _run(python, work, None, environment)


def _run(python: str, work: Work, artifact: Path | None, environment: dict[str, str]) -> dict[str, Any]:
    given = "".join(f"{line}\n" for line in work.lines(artifact))
    # Without PYTHONSAFEPATH, files beside the worker would hide modules of the same name.
    settings = {**environment, "PYTHONSAFEPATH": "1", "PYTHONUTF8": "1"}
    try:
        done = subprocess.run(
            [python, str(_WORKER)], input=given, capture_output=True, text=True, encoding="utf-8", env=settings
        )
    except OSError as error:
        raise InvalidOptionError(
            f"{python} cannot be run ({error.strerror}); give the path of an interpreter"
        ) from None
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["it gave no reason"])[-1]
        raise InvalidOptionError(
            f"{python} could not do the benchmark ({reason}); install grooming-risk 0.1.0 or later in its environment"
        )
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result
