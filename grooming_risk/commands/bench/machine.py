"""The machine that a benchmark runs on: processor, cores, and the memory of this process."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

from grooming_risk.rendering.numbers import count


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def machine() -> str:
    """Return processor, cores and Python version in one line."""
    return f"{_processor()}, {count(cores(), 'core')}, Python {platform.python_version()}"


def resident_megabytes() -> float | None:
    """Return the memory that this process holds now; its highest so far on macOS, None where neither is known."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2
    except (OSError, IndexError, ValueError):
        pass
    try:
        import resource
    except ImportError:  # Windows does not have this module
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
