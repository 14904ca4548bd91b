"""What a forked child cannot inherit: locks that other threads held at that moment, and the runtimes behind them.

A child has only the thread that forked. Measured with three threads scoring: 4 of 150 children waited for ever in a
session of their parent, and so did every child that was forked while its scorer was loading.
"""

from __future__ import annotations

import os
from threading import RLock
from typing import Protocol
from weakref import WeakSet

# Held while models are read and opened; a fork waits for it, so no child finds them half open.
LOADING = RLock()


class Reopened(Protocol):
    """Something that opens again in a forked child what it had open."""

    def reopen(self) -> None:
        """Runs in the child, before anything else does."""


_reopened: WeakSet[Reopened] = WeakSet()


def reopen_in_children(item: Reopened) -> None:
    """From now on every forked child calls `item.reopen()`, for as long as the item lives."""
    with LOADING:
        _reopened.add(item)


def _in_child() -> None:
    LOADING.release()
    for item in list(_reopened):
        item.reopen()


if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(before=LOADING.acquire, after_in_parent=LOADING.release, after_in_child=_in_child)
