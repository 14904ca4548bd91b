"""Work side by side with joblib, in order and with progress; the results never depend on the number of jobs.

`using_jobs` sets the number of jobs for everything inside it. joblib.Memory is not used: it keeps a representation of
the arguments beside the results, and arguments here hold message text.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any

from joblib import Parallel, effective_n_jobs, parallel_config
from tqdm import tqdm

from training.options import UsageError

Task = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]  # what `joblib.delayed(function)(…)` returns


def add_jobs(parser: argparse.ArgumentParser) -> None:
    """Add `--jobs`."""
    parser.add_argument(
        "--jobs", type=int, default=-1, metavar="N", help="processes side by side (default: one for each core)"
    )


def using_jobs(jobs: int) -> AbstractContextManager[Any]:
    """Return a context in which work is done by this many processes.

    Args:
        jobs: Number of processes; -1 for one for each core.

    Returns:
        The context.

    Raises:
        UsageError: The number is neither positive nor -1.
    """
    if jobs < 1 and jobs != -1:
        raise UsageError(f"--jobs must be at least 1, or -1 for one for each core, got {jobs}")
    return parallel_config(n_jobs=jobs)


def jobs_here() -> int:
    """Return how many processes work side by side in this context; 1 outside of `using_jobs`."""
    return int(effective_n_jobs(Parallel().n_jobs))


def in_order(tasks: Iterable[Task], label: str = "", total: int | None = None, threads: bool = False) -> Iterator[Any]:
    """Yield the result of each task, in the order of the tasks.

    Args:
        tasks: Calls, as `joblib.delayed(function)(…)` makes them.
        label: Description of the progress bar; empty for none.
        total: Number of tasks, if known.
        threads: Whether they run in threads of this process, for short calls that leave Python's lock.

    Yields:
        The results.
    """
    parallel = Parallel(return_as="generator", prefer="threads" if threads else "processes", batch_size=1)
    yield from tqdm(parallel(tasks), desc=label, total=total, disable=None if label else True)
