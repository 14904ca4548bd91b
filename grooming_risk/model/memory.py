"""Which texts of a conversation one window reads: the last fifty, and before them what is remembered.

A window ends with a text. It reads the last `size` texts before that place, memorable or not, and ahead of them the
last `remembered` memorable texts from before, however far back they are. So signs that are weeks and thousands of
messages apart are read in one window, and how dense they are stays visible in the last fifty.

A text is memorable if the encoder finds a tactic in it. The screen passes on 25 % of real texts to the encoder, which
finds one in 2.4 % of all (calibration split; 38 % and 5 % in unseen sources), so a window remembers several times as
much of the past as with all that the screen passes on. The threshold was chosen on the vignettes: with 15 harmless
messages between every two, AUROC is .897 when all noteworthy texts are remembered, and .916, .913 and .919 from .1, .15
and .2 on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class WindowSpec:
    """Length and stride of the windows. Fifty messages follow eSPD (Vogt, Leser & Akbik 2021); half of them overlap.

    Attributes:
        size: Texts of a window that follow each other up to its end.
        stride: Texts between the ends of two windows.
        remembered: Most memorable texts from before that a window reads as well; 0 for none.
        memorable: Lowest tactic probability that the encoder gives a text which is remembered, in [0, 1).
    """

    size: int = 50
    stride: int = 25
    remembered: int = 30
    memorable: float = 0.2

    def __post_init__(self) -> None:
        if not 1 <= self.stride <= self.size:
            raise ValueError(f"stride must be between 1 and the window size {self.size}, got {self.stride}")
        if self.remembered < 0:
            raise ValueError(f"remembered must be 0 or more, got {self.remembered}")
        if not 0 <= self.memorable < 1:
            raise ValueError(f"memorable must be at least 0 and less than 1, got {self.memorable}")


def window_ends(texts: int, spec: WindowSpec) -> list[int]:
    """Return where windows end: after the first `size` texts, then every `stride` texts, and at the last one.

    Args:
        texts: Number of texts, at least 0.
        spec: Length and stride.

    Returns:
        Numbers of texts before each end, ascending; empty without texts.
    """
    if texts <= spec.size:
        return [texts] if texts else []
    return [*range(spec.size, texts, spec.stride), texts]


def window_rows(memorable: npt.NDArray[np.bool_], end: int, spec: WindowSpec) -> Rows:
    """Return the rows that the window with an end reads, in the order of the conversation.

    Args:
        memorable: bool, shape (n,), whether each text may be remembered.
        end: Number of texts before the end, from 1 to n.
        spec: Length and stride.

    Returns:
        int64, shape (k,), at most `size` + `remembered` row numbers, ascending.
    """
    start = max(0, end - spec.size)
    before = np.flatnonzero(memorable[:start])[max(0, int(memorable[:start].sum()) - spec.remembered) :]
    return np.concatenate([before, np.arange(start, end)]).astype(np.int64)


def windows(memorable: npt.NDArray[np.bool_], spec: WindowSpec) -> list[Rows]:
    """Return the rows of every window of a conversation, in order.

    Args:
        memorable: bool, shape (n,), whether each text may be remembered.
        spec: Length and stride.

    Returns:
        One array for each end of `window_ends`; together they cover all texts.
    """
    found = np.flatnonzero(memorable)
    rows: list[Rows] = []
    for end in window_ends(len(memorable), spec):
        start = max(0, end - spec.size)
        known = int(np.searchsorted(found, start))
        before = found[max(0, known - spec.remembered) : known]
        rows.append(np.concatenate([before, np.arange(start, end)]).astype(np.int64))
    return rows
