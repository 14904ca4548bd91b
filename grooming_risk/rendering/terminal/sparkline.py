"""Risk over a conversation's windows, one character for each stretch: how high it is and whether it was flagged."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from grooming_risk.report import WindowRisk

BLOCKS = "▁▂▃▄▅▆▇█"
PLAIN = ".:-=+*#@"  # each darker than the one before


@dataclass(frozen=True, slots=True)
class Stretch:
    """The highest of several neighbouring windows.

    Attributes:
        probability: calibrated, in [0, 1].
        flagged: whether one of the windows was flagged.
    """

    probability: float
    flagged: bool


def stretches(windows: Sequence[WindowRisk], columns: int) -> list[Stretch]:
    """Divide the windows of a report, in order, into stretches of equally many windows, give or take one.

    A stretch shows its highest window, so that no flagged window disappears in a long conversation.

    Args:
        windows: windows of one report.
        columns: most stretches, at least 1.

    Returns:
        At most `columns` stretches.
    """
    count = min(len(windows), columns)
    edges = [len(windows) * place // max(count, 1) for place in range(count + 1)]
    parts = [windows[start:stop] for start, stop in pairwise(edges)]
    return [
        Stretch(max(window.probability for window in part), any(window.flagged for window in part)) for part in parts
    ]


def review_height(threshold: float) -> int:
    """Return the lowest height, 1 to 7, at which a flagged stretch is drawn; see `height`."""
    top = len(BLOCKS) - 1
    return min(max(math.ceil(threshold * len(BLOCKS)), 1), top)


def height(stretch: Stretch, threshold: float) -> int:
    """Return the height of a stretch: eighths of the probability, adjusted so that the threshold stays visible.

    A flagged stretch is never drawn below `review_height`, and one that is not flagged never reaches it. This moves a
    stretch by one eighth at most.

    Args:
        stretch: the stretch to draw.
        threshold: probability at or above which a window is flagged, in [0, 1].

    Returns:
        Height, 0 to 7.
    """
    top, review = len(BLOCKS) - 1, review_height(threshold)
    eighths = min(max(int(stretch.probability * len(BLOCKS)), 0), top)
    return max(eighths, review) if stretch.flagged else min(eighths, review - 1)


def sparkline(drawn: Sequence[Stretch], threshold: float, levels: str = BLOCKS) -> str:
    """Draw one character for each stretch.

    Args:
        drawn: result of `stretches`.
        threshold: probability at or above which a window is flagged, in [0, 1].
        levels: eight characters, lowest first.

    Returns:
        The characters, in the order of the stretches.
    """
    return "".join(levels[height(stretch, threshold)] for stretch in drawn)
