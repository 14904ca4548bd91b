"""What a benchmark measured, as figures with units and goals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from grooming_risk.commands.bench.text_path import TextPath, passed_on_text
from grooming_risk.rendering.numbers import count

# Goals that the project set itself, for two cores of a current processor.
_GOALS = {
    "score": ">= 1,000 messages/s",
    "median": "<= 1 ms",
    "p99": "<= 15 ms",
    "first": "<= 1.5 s",
    "import": "<= 150 ms",
    "memory": "<= 400 MB",
    "text": "<= 20 µs",
}
_QUANTILES = {"median": "median", "p99": "99th percentile"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure.

    Attributes:
        name: What was measured.
        value: The result.
        unit: Its unit.
        goal: The goal with its unit; empty where there is none.
        more_is_better: Whether a higher value is the better one.
    """

    name: str
    value: float
    unit: str
    goal: str = ""
    more_is_better: bool = False

    def text(self) -> str:
        """Return value and unit."""
        return f"{number(self.value)} {self.unit}"

    def gain_over(self, other: Figure) -> float:
        """Return how many times better this figure is than one of the same name; more than 1 is better."""
        better, worse = (self.value, other.value) if self.more_is_better else (other.value, self.value)
        return better / worse if worse else float("nan")


def number(value: float) -> str:
    """Return a measured number: whole from 100 on, else with three significant digits."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def figures_of(result: Mapping[str, Any]) -> Iterator[Figure]:
    """Return the figures of what a worker measured.

    Args:
        result: What worker.py printed.

    Yields:
        The figures, in the same order for every version.
    """
    yield Figure("import grooming_risk", result["import_seconds"] * 1e3, "ms", _GOALS["import"])
    yield Figure("first score in a fresh process", result["first_score_seconds"], "s", _GOALS["first"])
    for run in result["scores"]:
        name = f"score, {count(run['threads'], 'thread')}{', with evidence' if run['evidence'] else ''}"
        goal = "" if run["evidence"] or run["threads"] == 1 else _GOALS["score"]
        yield Figure(name, run["messages"] / run["seconds"], "messages/s", goal, more_is_better=True)
        if not run["evidence"]:  # does not depend on what else the machine is doing
            rate = run["messages"] / run["processor_seconds"]
            yield Figure(f"{name}, by processor time", rate, "messages/s", more_is_better=True)
    for step in result["live"]:
        for quantile, words in _QUANTILES.items():
            name = f"live update after {step['after']:,} messages, {words}"
            yield Figure(name, step[quantile] * 1e3, "ms", _GOALS[quantile])
    if result["peak_megabytes"] is not None:
        yield Figure("resident memory, highest", result["peak_megabytes"], "MB", _GOALS["memory"])


def text_rows(path: TextPath) -> list[tuple[str, str, str]]:
    """Return name, value and goal of each step of the text path, and of the screen."""
    rows = [(f"each message: {name}", f"{number(value)} µs", "") for name, value in path.steps]
    rows.append(("each message: text path as it runs", f"{number(path.text)} µs", _GOALS["text"]))
    return [*rows, ("passed on by the screen", passed_on_text(path.passed_on), "")]
