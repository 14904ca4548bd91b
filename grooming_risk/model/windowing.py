"""Overlapping windows over the messages that carry text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WindowSpec:
    """Window length and stride, in messages. Fifty follows eSPD (Vogt, Leser & Akbik 2021); half of it overlaps."""

    size: int = 50
    stride: int = 25

    def __post_init__(self) -> None:
        if not 1 <= self.stride <= self.size:
            raise ValueError(f"stride {self.stride} must be between 1 and the window size {self.size}")


def windows(messages: int, spec: WindowSpec) -> list[range]:
    """Ranges of positions that cover all messages; the last one ends at the last message.

    Args:
        messages: how many messages there are, at least 0.
        spec: length and stride.
    """
    if messages <= spec.size:
        return [range(messages)] if messages else []
    starts = [*range(0, messages - spec.size, spec.stride), messages - spec.size]
    return [range(start, start + spec.size) for start in starts]
