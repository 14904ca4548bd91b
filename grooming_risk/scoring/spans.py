"""What a reviewer opens of a flagged conversation: the stretches around the messages that carry a flag.

A window may remember signs from weeks before. The network's logit is a sum of one contribution of each message, so the
messages that carry it are known without hiding any of them.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from grooming_risk.report import Span

# Conventions of reading rather than tuned numbers: the share of a window's positive contributions that its stretches
# hold, the messages shown around each of them, and the largest gap within one stretch.
CARRIED = 0.9
CONTEXT = 3
LARGEST_GAP = 10

Stretches = tuple[tuple[int, int], ...]


def stretches(starts: npt.NDArray[np.int64], stops: npt.NDArray[np.int64], messages: int) -> Stretches:
    """Find what to show around the messages that carry a flag.

    Args:
        starts: Index of the first message of each text, int64, shape (n,), n > 0, ascending.
        stops: Index after the last message of each text, int64, shape (n,).
        messages: Number of messages in the conversation.

    Returns:
        Half-open ranges of message indices, ascending and apart.
    """
    ranges = [
        (max(0, int(start) - CONTEXT), min(messages, int(stop) + CONTEXT))
        for start, stop in zip(starts, stops, strict=True)
    ]
    return joined(ranges, LARGEST_GAP - 2 * CONTEXT)


def carrying(contributions: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return the messages that carry a logit: the fewest that hold `CARRIED` of what raises it, ascending.

    Args:
        contributions: What each message adds to the logit, float64, shape (n,), n > 0.

    Returns:
        int64, shape (k,), at least the strongest message.
    """
    raising = np.maximum(contributions, 0.0)
    order = np.argsort(-contributions, kind="stable")
    held = np.cumsum(raising[order])
    count = 1 + int(np.searchsorted(held, CARRIED * held[-1]))
    return np.sort(order[: max(1, min(count, int((raising > 0).sum())))])


def joined(ranges: Iterable[tuple[int, int]], gap: int = 0) -> Stretches:
    """Join half-open ranges that overlap, adjoin, or lie at most `gap` apart; the result is ascending."""
    found: list[tuple[int, int]] = []
    for start, stop in sorted(ranges):
        if found and start <= found[-1][1] + gap:
            found[-1] = (found[-1][0], max(found[-1][1], stop))
        else:
            found.append((start, stop))
    return tuple(found)


def merge_spans(flagged: Iterable[tuple[Stretches, float]]) -> tuple[Span, ...]:
    """Merge flagged windows whose stretches overlap or adjoin.

    Args:
        flagged: Stretches and probability of each flagged window.

    Returns:
        The spans, by their first message.
    """
    spans: list[tuple[Stretches, float]] = []
    for stretches, probability in flagged:
        merged, highest = stretches, probability
        apart = []
        for other, its_probability in spans:
            if _meet(merged, other):
                merged, highest = joined((*merged, *other)), max(highest, its_probability)
            else:
                apart.append((other, its_probability))
        spans = [*apart, (merged, highest)]
    return tuple(Span(parts[0][0], parts[-1][1], highest, parts) for parts, highest in sorted(spans))


def _meet(first: Stretches, second: Stretches) -> bool:
    return any(a <= other_b and other_a <= b for a, b in first for other_a, other_b in second)
