"""The options of `grooming-risk bench`, and what it prints."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from grooming_risk.commands.bench.comparison import Comparison, compare
from grooming_risk.commands.bench.engines.measuring import ENGINES, measure
from grooming_risk.commands.bench.engines.printing import lines, to_dict
from grooming_risk.commands.bench.figures import figures_of, number, text_rows
from grooming_risk.commands.bench.machine import cores, machine
from grooming_risk.commands.bench.processes import Work, run_here
from grooming_risk.commands.bench.sample import Sample
from grooming_risk.commands.bench.scale import ScalePoint, run_scale
from grooming_risk.commands.bench.text_path import measure_text_path
from grooming_risk.commands.options import add_artifact, runs
from grooming_risk.commands.terminal_output import say, show, show_json
from grooming_risk.conversation import Conversation
from grooming_risk.rendering.terminal.columns import aligned
from grooming_risk.scoring.scorer import RiskScorer

_DESCRIPTION = """\
Measure speed, latency, start-up and memory on this machine, and print them beside the goals. What is read is a sample
of real chat that comes with the package, and variations of it."""
_SHORT_LIVE = 10  # messages of the live conversation at the first of the two lengths
_UPDATES = 200  # updates of the monitor that are timed at each length
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class BenchOptions:
    """Options of `bench`.

    Attributes:
        messages: messages that each run of the batch scores.
        live_messages: messages of the live conversation before its last updates are timed.
        against: interpreter of another environment; None to measure this version alone.
        rounds: rounds of the comparison.
        scale: millions of messages to stream; None to measure speed instead.
        conversations: live conversations at the same time, with `scale`.
        engine: data engines to measure instead; None for none.
        workers: numbers of workers of each engine.
        broker: address of a Kafka broker.
        format: "table" or "json".
        artifact: folder of the artefact.
    """

    messages: int
    live_messages: int
    against: str | None
    rounds: int
    scale: float | None
    conversations: int
    engine: list[str] | None
    workers: list[int]
    broker: str | None
    format: str
    artifact: Path


def add(verbs: Any) -> None:
    """Describe the verb."""
    parser = verbs.add_parser(
        "bench", help="measure speed, latency, start-up and memory on this machine", description=_DESCRIPTION
    )
    parser.add_argument(
        "--messages",
        type=int,
        default=3_000,
        metavar="N",
        help="messages to score, with and without evidence, with one thread and with all (default: %(default)s)",
    )
    parser.add_argument(
        "--live-messages",
        type=int,
        default=10_000,
        metavar="N",
        help="length of the live conversation at which updates are timed a second time (default: %(default)s)",
    )
    _add_comparison_and_scale(parser)
    parser.add_argument(
        "--format",
        choices=("table", "json"),
        default="table",
        help="output format (default: %(default)s); with --scale, json is one line for each point",
    )
    add_artifact(parser)
    runs(parser, partial(_bench, parser), BenchOptions)


def _add_comparison_and_scale(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--against",
        metavar="PYTHON",
        help="do the same work in turn with the version that is installed for this interpreter, as in "
        "other/bin/python, and print how many times better this version is",
    )
    what.add_argument(
        "--scale",
        type=float,
        metavar="N",
        help="stream N million messages, first as a batch and then as many live conversations, and print speed and "
        "memory as they go",
    )
    what.add_argument(
        "--engine",
        type=_engines,
        metavar="NAME,...",
        help="measure the engines spark, ray or kafka with --messages messages, beside the library's own speed with "
        "one thread (Linux)",
    )
    parser.add_argument(
        "--workers",
        type=_numbers,
        default=[1, 2],
        metavar="N,...",
        help="numbers of workers of --engine, each with one thread (default: 1,2)",
    )
    parser.add_argument("--broker", metavar="HOST:PORT", help="Kafka broker of --engine kafka")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="rounds of --against (default: %(default)s)")
    parser.add_argument(
        "--conversations",
        type=int,
        default=20_000,
        metavar="N",
        help="live conversations of --scale that go on at the same time (default: %(default)s)",
    )


def _engines(text: str) -> list[str]:
    names = text.split(",")
    if not set(names) <= set(ENGINES):
        raise argparse.ArgumentTypeError(f"write names from {', '.join(ENGINES)} with commas between them")
    return names


def _numbers(text: str) -> list[int]:
    parts = text.split(",")
    if not all(part.isdecimal() and int(part) > 0 for part in parts):
        raise argparse.ArgumentTypeError("write numbers from 1 on, with commas between them")
    return [int(part) for part in parts]


def _bench(parser: argparse.ArgumentParser, options: BenchOptions) -> int:
    for name in ("messages", "live_messages", "rounds", "conversations"):
        if getattr(options, name) < 1:
            parser.error(f"--{name.replace('_', '-')} must be at least 1")
    if options.scale is not None and not options.scale > 0:
        parser.error("--scale must be above 0")
    if options.format == "table":
        show(f"grooming-risk bench: {machine()}")
    if options.engine is not None:
        _print_engines(options, options.engine)
    elif options.scale is not None:
        _print_scale(options, round(options.scale * _MILLION))
    elif options.against is not None:
        _print_comparison(options.against, options)
    else:
        _print_figures(options)
    return 0


def _work(options: BenchOptions) -> Work:
    lengths = tuple(sorted({min(_SHORT_LIVE, options.live_messages), options.live_messages}))
    return Work(options.messages, tuple(dict.fromkeys((cores(), 1))), lengths, _UPDATES)


def _print_figures(options: BenchOptions) -> None:
    result = run_here(_work(options), options.artifact)
    conversations = [Conversation.from_messages(rows) for rows in Sample().conversations(options.messages)]
    path = measure_text_path(RiskScorer(options.artifact), conversations)
    if options.format == "json":
        steps = {"steps_microseconds": dict(path.steps), "text_path_microseconds": path.text}
        show_json({"machine": machine(), **result, **steps, "passed_on": path.passed_on}, indent=2)
        return
    rows = [(figure.name, figure.text(), figure.goal) for figure in figures_of(result)]
    show("\n".join(_with_goals([*rows, *text_rows(path)])))


def _with_goals(rows: list[tuple[str, str, str]]) -> list[str]:
    return aligned([(name, value, f"goal {goal}" if goal else "") for name, value, goal in rows], left=(0, 2))


def _print_comparison(python: str, options: BenchOptions) -> None:
    compared = compare(python, _work(options), options.rounds, options.artifact, say)
    if options.format == "json":
        show_json(_comparison_to_dict(compared), indent=2)
        return
    show("\n".join(_comparison_lines(compared)))


def _comparison_lines(compared: Comparison) -> Iterator[str]:
    here, there = compared.rounds[0]
    for name, side in (("this version", here), ("the other", there)):
        yield f"{name}: grooming-risk {side['version']}, model {side['model_version']}"
    if compared.same_place:
        yield "Both interpreters load the same installation: the gains below are the noise of this machine."
    rows = [("", "this version", "the other", "gain", "in the rounds")]
    for figure in compared.figures:
        spread = f"{number(min(figure.gains))} to {number(max(figure.gains))}"
        rows.append((figure.here.name, figure.here.text(), figure.there.text(), number(figure.gain), spread))
    yield from aligned(rows)
    yield "Values and gains are medians of the rounds; a gain above 1 means that this version is better."


def _comparison_to_dict(compared: Comparison) -> dict[str, Any]:
    figures = [
        {
            "name": figure.here.name,
            "unit": figure.here.unit,
            "here": figure.here.value,
            "there": figure.there.value,
            "gain": figure.gain,
            "gains": figure.gains,
        }
        for figure in compared.figures
    ]
    rounds = [{"here": here, "there": there} for here, there in compared.rounds]
    return {"machine": machine(), "same_installation": compared.same_place, "figures": figures, "rounds": rounds}


def _print_engines(options: BenchOptions, engines: list[str]) -> None:
    figures = []
    for figure in measure(engines, options.workers, options.messages, options.broker):
        figures.append(figure)
        say(f"measured {figure.engine} with {figure.workers}")
    if options.format == "json":
        show_json(to_dict(figures), indent=2)
    else:
        show("\n".join(lines(figures)))


def _print_scale(options: BenchOptions, messages: int) -> None:
    columns = ("way", "messages", "messages/s", "resident MB")
    widths = (5, max(13, len(f"{messages:,}")), 11, 12)
    if options.format == "table":
        show("  ".join(name.rjust(width) for name, width in zip(columns, widths, strict=True)))
    for point in run_scale(RiskScorer(options.artifact), messages, options.conversations):
        if options.format == "json":
            show(json.dumps(asdict(point)))
        else:
            cells = _scale_cells(point)
            show("  ".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True)))


def _scale_cells(point: ScalePoint) -> tuple[str, ...]:
    memory = "-" if point.resident_megabytes is None else f"{point.resident_megabytes:,.0f}"
    return point.way, f"{point.messages:,}", f"{point.messages_per_second:,.0f}", memory
