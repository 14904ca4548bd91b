"""Processor time and memory of a process with all its descendants, which an engine spreads its work over (Linux)."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

_PROCESSES = Path("/proc")
# Seconds between two looks: a worker that ends is counted up to the last look before, and Ray ends its actors with each
# data set. Memory takes longer to read.
_PAUSE, _LOOKS_FOR_MEMORY = 0.1, 10
_UTIME, _STIME, _STARTED = 11, 12, 19  # places in `stat`, after the name

Times = dict[tuple[str, str], int]


class Usage:
    """Processor time and memory of all processes of this session while a `with` block runs."""

    def __init__(self) -> None:
        """Count nothing yet."""
        self.processor_seconds = 0.0
        self.megabytes = 0.0  # the most at one moment; what processes share is counted once
        self._before: Times = {}
        self._last: Times = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Usage:
        """Begin to count."""
        self._before = _times()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End, and sum up."""
        self._look(memory=True)
        self._over.set()
        self._thread.join()
        ticks = sum(last - self._before.get(process, 0) for process, last in self._last.items())
        self.processor_seconds = ticks / os.sysconf("SC_CLK_TCK")

    def _watch(self) -> None:
        looks = 0
        while not self._over.wait(_PAUSE):
            looks += 1
            self._look(memory=looks % _LOOKS_FOR_MEMORY == 0)

    def _look(self, *, memory: bool) -> None:
        self._last.update(_times())
        if memory:
            self.megabytes = max(self.megabytes, megabytes())


def megabytes() -> float:
    """Return the memory of all processes of this session; what they share is counted once."""
    return sum(_proportional(process) for process, _ in _session()) / 1024


def _times() -> Times:
    """Return the ticks that each process of this session has used, by number and start."""
    return {
        (process.name, fields[_STARTED]): int(fields[_UTIME]) + int(fields[_STIME]) for process, fields in _session()
    }


def _session() -> Iterator[tuple[Path, list[str]]]:
    """Yield the processes of this session: folder, and the fields of `stat` after the name."""
    own = os.getsid(0)
    for process in _PROCESSES.glob("[0-9]*"):
        try:
            fields = (process / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if int(fields[3]) == own:
            yield process, fields


def _proportional(process: Path) -> int:
    """Return the proportional set size of a process, in kilobytes; 0 when it has ended."""
    try:
        for line in (process / "smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0
