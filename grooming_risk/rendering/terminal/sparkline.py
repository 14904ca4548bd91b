"""Risk over a conversation's windows, one character a stretch: how high it is, and whether it reaches the threshold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from grooming_risk.report import WindowRisk

BLOCKS = "▁▂▃▄▅▆▇█"
PLAIN = ".:-=+*#@"  # each darker than the one before


@dataclass(frozen=True, slots=True)
class Peak:
    """The highest of some neighbouring windows.

    Attributes:
        probability: calibrated, in [0, 1].
        flagged: whether one of them is flagged.
    """

    probability: float
    flagged: bool


def peaks(windows: Sequence[WindowRisk], columns: int) -> list[Peak]:
    """The windows in order, in at most `columns` stretches of the same number of windows, give or take one.

    A stretch shows its highest window, so that no flagged window disappears in a long conversation.

    Args:
        windows: of a report.
        columns: at least 1.
    """
    count = min(len(windows), columns)
    edges = [len(windows) * place // max(count, 1) for place in range(count + 1)]
    stretches = [windows[start:stop] for start, stop in pairwise(edges)]
    return [
        Peak(max(window.probability for window in part), any(window.flagged for window in part)) for part in stretches
    ]


def review_height(threshold: float) -> int:
    """The lowest height, in 1 to 7, that a flagged stretch is drawn at; see `height`."""
    top = len(BLOCKS) - 1
    return min(max(math.ceil(threshold * len(BLOCKS)), 1), top)


def height(peak: Peak, threshold: float) -> int:
    """Height of a stretch, 0 to 7: eighths of the probability, and the threshold kept visible.

    What is flagged is never drawn below `review_height` and what is not never reaches it. That moves a stretch by one
    eighth at most.

    Args:
        peak: the stretch.
        threshold: probability at or above which a window is flagged, in [0, 1].
    """
    top, review = len(BLOCKS) - 1, review_height(threshold)
    eighths = min(max(int(peak.probability * len(BLOCKS)), 0), top)
    return max(eighths, review) if peak.flagged else min(eighths, review - 1)


def sparkline(stretches: Sequence[Peak], threshold: float, levels: str = BLOCKS) -> str:
    """One character for each stretch.

    Args:
        stretches: of `peaks`.
        threshold: probability at or above which a window is flagged, in [0, 1].
        levels: eight characters, lowest first.
    """
    return "".join(levels[height(peak, threshold)] for peak in stretches)
