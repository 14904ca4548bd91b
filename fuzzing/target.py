"""What is fuzzed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to fuzz.

    Attributes:
        name: of the target, and of the folder of its cases.
        check: takes an input and raises when a promise of the library is broken. The same input does the same.
        seeds: inputs to begin with; small ones.
        modules: whose words the input is likely to need.
    """

    name: str
    check: Callable[[bytes], None]
    seeds: Callable[[], Iterable[bytes]]
    modules: tuple[str, ...]
