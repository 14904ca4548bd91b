"""Forked processes open the networks again, because they cannot inherit locks that other threads held.

A child has only the thread that forked. Without this, with three threads scoring, 4 of 150 children waited forever in a
session of their parent, and so did every child that was forked while its scorer was loading.
"""

from __future__ import annotations

import os
from threading import RLock
from typing import Protocol
from weakref import WeakSet

# Held while models are loaded; a fork waits for it, so that no child finds them half-loaded.
LOADING = RLock()


class Reopened(Protocol):
    """An object that closes its resources in a forked child and opens them again when needed."""

    def reopen(self) -> None:
        """Forget what is open; called in the child before anything else."""


_reopened: WeakSet[Reopened] = WeakSet()


def reopen_in_children(item: Reopened) -> None:
    """Register an object whose `reopen` every forked child calls, as long as the object lives."""
    with LOADING:
        _reopened.add(item)


def _in_child() -> None:
    LOADING.release()
    for item in list(_reopened):
        item.reopen()


if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(before=LOADING.acquire, after_in_parent=LOADING.release, after_in_child=_in_child)
