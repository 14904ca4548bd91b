"""Processor time and memory of a process with all its descendants, which an engine spreads its work over (Linux)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_PROCESSES = Path("/proc")


def processor_seconds() -> float:
    """Return the processor time of all processes of this session, those that have ended included."""
    ticks = sum(sum(map(int, fields[11:15])) for _, fields in _session())
    return ticks / os.sysconf("SC_CLK_TCK")


def megabytes() -> float:
    """Return the memory of all processes of this session; what they share is counted once."""
    return sum(_proportional(process) for process, _ in _session()) / 1024


def _session() -> Iterator[tuple[Path, list[str]]]:
    """Yield the processes of this session and those they started: folder, and the fields of `stat` after the name.

    Ray's workers have sessions of their own, below a process that this one started.
    """
    found: dict[int, tuple[Path, list[str]]] = {}
    for process in _PROCESSES.glob("[0-9]*"):
        try:
            fields = (process / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        found[int(process.name)] = (process, fields)
    session = os.getsid(0)
    own = {number for number, (_, fields) in found.items() if int(fields[3]) == session}
    while started := {number for number, (_, fields) in found.items() if int(fields[1]) in own} - own:
        own |= started
    yield from (found[number] for number in own)


def _proportional(process: Path) -> int:
    """Return the proportional set size of a process, in kilobytes; 0 when it has ended."""
    try:
        for line in (process / "smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0
