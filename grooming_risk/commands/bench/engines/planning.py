"""What a stream of messages would need, from measured figures: for the page that plans a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

_SECONDS_OF_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What no measurement here can tell.

    Attributes:
        messages_per_day: Messages of a day.
        peak: Messages of the busiest hour, as a multiple of the average hour.
        busy: Share of its time that a core may be busy in that hour.
        price: Price of a core for an hour, in US dollars, with its memory.
    """

    messages_per_day: float = 1e9
    peak: float = 2.0
    busy: float = 0.7
    price: float = 0.04


@dataclass(frozen=True, slots=True)
class Plan:
    """What an engine needs.

    Attributes:
        engine: Its name.
        cores: Cores in the busiest hour.
        gigabytes: Memory of that many workers.
        core_hours: Core hours a day, without the reserve, as a cluster that grows and shrinks uses them.
        dollars: Price of a day with all cores always on.
        state_terabytes: State that is written to the changelog in a day; 0 where none is.
    """

    engine: str
    cores: int
    gigabytes: float
    core_hours: float
    dollars: float
    state_terabytes: float


def plans(figures: Sequence[Mapping[str, Any]], asked: Assumptions) -> Iterator[Plan]:
    """Plan for every engine that was measured, from its slowest measurement by processor time.

    Args:
        figures: "figures" of what `bench --engine --format json` prints.
        asked: What is assumed.

    Yields:
        A plan for each engine, in the order of the figures.
    """
    for engine in dict.fromkeys(row["engine"] for row in figures if not row["engine"].startswith("library")):
        rows = [row for row in figures if row["engine"] == engine]
        speed = min(row["per_processor_second"] for row in rows)
        memory = max(row["megabytes"] / row["workers"] for row in rows)
        average = asked.messages_per_day / _SECONDS_OF_A_DAY / speed
        cores = ceil(average * asked.peak / asked.busy)
        written = max(row["state_bytes"] for row in rows) * asked.messages_per_day
        yield Plan(engine, cores, cores * memory / 1_024, average * 24, cores * 24 * asked.price, written / 1e12)


def figures_table(content: Mapping[str, Any]) -> str:
    """Return measured figures as Markdown.

    Args:
        content: What `bench --engine --format json` prints.

    Returns:
        A table, and a line about the machine.
    """
    own = {row["engine"]: row["per_processor_second"] for row in content["figures"]}
    lines = [
        "| engine | workers | messages | messages/s per worker | per processor second | of the library's | MB | load |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in content["figures"]:
        beside = own.get("library-live" if row["engine"] in ("kafka", "library-live") else "library")
        share = f"{row['per_processor_second'] / beside:.0%}" if beside else "-"
        cells = [
            row["engine"],
            row["workers"],
            f"{row['messages']:,}",
            f"{row['per_worker']:,.0f}",
            f"{row['per_processor_second']:,.0f}",
            share,
            f"{row['megabytes']:,.0f}",
            f"{row['load']:.1f}",
        ]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    lines += [
        "",
        f"Measured on {content['measured_on']} with version {content['library_version']} on {content['machine']}. "
        '"Load" is the number of processes that wanted to run when a measurement began: where it is above the number '
        "of cores, other work took its share, so that messages a second are lower than on an idle machine, and the "
        "figure by processor time is the one to plan with.",
    ]
    return "\n".join(lines)


def plan_table(content: Mapping[str, Any], asked: Assumptions | None = None) -> str:
    """Return plans as Markdown.

    Args:
        content: What `bench --engine --format json` prints.
        asked: What is assumed; None for the defaults.

    Returns:
        A sentence about what is assumed, and a table.
    """
    chosen = asked or Assumptions()
    lines = [
        f"Assumed: {chosen.messages_per_day:,.0f} messages a day, {chosen.peak:g} times the average in the busiest "
        f"hour, cores busy for {chosen.busy:.0%} of that hour, and ${chosen.price:.2f} for a core and an hour. "
        "Everything else is computed from the measurements.",
        "",
        "| engine | cores | memory | core hours a day, on average | price of a day, always on | state written a day |",
        "|---|---|---|---|---|---|",
    ]
    for plan in plans(content["figures"], chosen):
        written = f"{plan.state_terabytes:,.1f} TB" if plan.state_terabytes else "none"
        lines.append(
            f"| {plan.engine} | {plan.cores:,} | {plan.gigabytes:,.0f} GB | {plan.core_hours:,.0f} | "
            f"${plan.dollars:,.0f} | {written} |"
        )
    return "\n".join(lines)
