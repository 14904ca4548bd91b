"""What `bench --engine` prints."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from grooming_risk.commands.bench.engines.measuring import EngineFigure
from grooming_risk.commands.bench.machine import machine
from grooming_risk.rendering.terminal.columns import aligned
from grooming_risk.version import __version__


def to_dict(figures: list[EngineFigure]) -> dict[str, Any]:
    """Return figures with what they were measured on, as plain JSON types."""
    rows = [
        {**asdict(figure), "per_worker": figure.per_worker, "per_processor_second": figure.per_processor_second}
        for figure in figures
    ]
    day = datetime.now(UTC).date().isoformat()
    return {"machine": machine(), "library_version": __version__, "measured_on": day, "figures": rows}


def lines(figures: list[EngineFigure]) -> list[str]:
    """Return figures as the lines of a table."""
    rows = [("", "workers", "messages", "messages/s per worker", "per processor second", "MB", "load")]
    rows += [
        (
            figure.engine,
            str(figure.workers),
            f"{figure.messages:,}",
            f"{figure.per_worker:,.0f}",
            f"{figure.per_processor_second:,.0f}",
            f"{figure.megabytes:,.0f}",
            f"{figure.load:.1f}",
        )
        for figure in figures
    ]
    return aligned(rows)
