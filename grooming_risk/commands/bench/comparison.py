"""`bench --against`: this version and the one of another environment do the same work in turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from grooming_risk.commands.bench.figures import Figure, figures_of
from grooming_risk.commands.bench.processes import Work, run_here, run_there


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of both versions.

    Attributes:
        here: The figure of this version, the median of the rounds.
        there: The figure of the other version, the median of the rounds.
        gains: How many times better this version is in each round; more than 1 is better.
    """

    here: Figure
    there: Figure
    gains: tuple[float, ...]

    @property
    def gain(self) -> float:
        """The median of the gains."""
        return median(self.gains)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rounds of two versions, and their figures.

    Attributes:
        rounds: What worker.py printed for this version and for the other one, in each round.
        figures: The figures that both have.
    """

    rounds: tuple[tuple[dict[str, Any], dict[str, Any]], ...]
    figures: tuple[Compared, ...]

    @property
    def same_place(self) -> bool:
        """Whether both interpreters load the same installation, so that the gains are the noise of the machine."""
        here, there = self.rounds[0]
        return bool(here["place"] == there["place"])


def compare(python: str, work: Work, rounds: int, artifact: Path | None, progress: Callable[[str], None]) -> Comparison:
    """Do the same work in both environments, in turn, each time in a fresh process.

    Args:
        python: Interpreter of the other environment.
        work: The work; each round has other texts, both versions the same ones.
        rounds: Number of rounds, at least 1.
        artifact: Folder of the artefact of this version; None for the bundled one. The other version uses its own.
        progress: Receives what is being done.

    Returns:
        The comparison.

    Raises:
        InvalidOptionError: The interpreter cannot be run, or the work failed in one of the environments.
    """
    done = []
    for number in range(rounds):
        texts = Work(work.messages, work.threads, work.lengths, work.updates, work.seed + number)
        progress(f"round {number + 1} of {rounds}: the other version")
        there = run_there(python, texts)
        progress(f"round {number + 1} of {rounds}: this version")
        done.append((run_here(texts, artifact), there))
    return Comparison(tuple(done), tuple(_compared(done)))


def _compared(rounds: list[tuple[dict[str, Any], dict[str, Any]]]) -> list[Compared]:
    pairs = [list(zip(figures_of(here), figures_of(there), strict=True)) for here, there in rounds]
    found = []
    for figure in zip(*pairs, strict=True):
        here, there = ([pair[side] for pair in figure] for side in (0, 1))
        gains = tuple(own.gain_over(other) for own, other in figure)
        found.append(Compared(_middle(here), _middle(there), gains))
    return found


def _middle(figures: list[Figure]) -> Figure:
    first = figures[0]
    value = median(figure.value for figure in figures)
    return Figure(first.name, value, first.unit, first.goal, first.more_is_better)
