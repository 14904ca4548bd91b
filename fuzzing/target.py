"""A target: one thing to fuzz."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to fuzz.

    Attributes:
        name: Name of the target, and of the folder of its cases.
        check: Takes an input and raises when a promise of the library is broken; deterministic.
        seeds: First inputs, small ones.
        modules: Modules whose strings an input is likely to need.
    """

    name: str
    check: Callable[[bytes], None]
    seeds: Callable[[], Iterable[bytes]]
    modules: tuple[str, ...]
