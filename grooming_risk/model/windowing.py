"""Overlapping windows over the messages with text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WindowSpec:
    """Length and stride of the windows. Fifty messages follow eSPD (Vogt, Leser & Akbik 2021); half of them overlap.

    Attributes:
        size: Messages of a window.
        stride: Messages between the starts of two windows.
    """

    size: int = 50
    stride: int = 25

    def __post_init__(self) -> None:
        if not 1 <= self.stride <= self.size:
            raise ValueError(f"stride must be between 1 and the window size {self.size}, got {self.stride}")


def windows(messages: int, spec: WindowSpec) -> list[range]:
    """Divide messages into windows.

    Args:
        messages: Number of messages with text, at least 0.
        spec: Length and stride.

    Returns:
        Ranges that cover all messages, in order; the last one ends with the last message.
    """
    if messages <= spec.size:
        return [range(messages)] if messages else []
    starts = [*range(0, messages - spec.size, spec.stride), messages - spec.size]
    return [range(start, start + spec.size) for start in starts]
