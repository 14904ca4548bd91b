"""Score the windows of an encoded conversation: which rows, for which speakers, how high, and whether readable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from grooming_risk.decision.abstention import AbstentionThresholds
from grooming_risk.model.memory import Rows, WindowSpec, windows
from grooming_risk.model.window_model import MessageVectors, WindowInput, WindowModel
from grooming_risk.scoring.language import readable
from grooming_risk.scoring.spans import carrying
from grooming_risk.tactics import Tactic

# Logits are rounded before any comparison: padding moves float32 sums by about 1e-6, and the same input must always
# fall on the same side of a threshold.
DECIMALS = 4
# Speakers that one window is scored for. In a room of fifty, half of them say something noteworthy by chance; scoring a
# window for each cost three times as much as for two people.
MOST_FOCUS = 3
# Texts that a window remembers from which on it is read without them as well. Chance signs pile up in long talk: with
# ten of them, the logit of a flagged sample of the library fell from 6.2 to 4.1, with thirty to 0.3.
CROWDED = 10


class WindowModels(Protocol):
    """The parts of an artefact that windows need; training scores windows before an artefact is complete."""

    @property
    def window_model(self) -> WindowModel:
        """The window model."""

    @property
    def window_spec(self) -> WindowSpec:
        """Length and stride of the windows."""


def score_windows(vectors: MessageVectors, models: WindowModels) -> list[tuple[WindowInput, float]]:
    """Score every window for every speaker in it, with what it remembers and, where that is much, without.

    Args:
        vectors: Messages of the conversation.
        models: The window model, and length and stride of the windows.

    Returns:
        Each window, in order, with the rows and for the speaker that give the highest logit, and that logit rounded to
        `DECIMALS`.
    """
    return score_rows(windows(vectors.memorable(models.window_spec), models.window_spec), vectors, models)


def score_rows(
    windows_rows: Sequence[Rows], vectors: MessageVectors, models: WindowModels
) -> list[tuple[WindowInput, float]]:
    """Score the windows that read these rows, as `score_windows` does."""
    inputs = [
        WindowInput(view, focus)
        for rows in windows_rows
        for view in _views(rows, models.window_spec)
        for focus in focus_speakers(vectors, view)
    ]
    logits = np.round(models.window_model.logits(vectors, inputs), DECIMALS)
    best: dict[int, tuple[WindowInput, float]] = {}
    for window, logit in zip(inputs, logits, strict=True):
        end = int(window.rows[-1])
        if end not in best or logit > best[end][1]:
            best[end] = (window, float(logit))
    return list(best.values())


def _views(rows: Rows, spec: WindowSpec) -> list[Rows]:
    """Return the rows of a window, and those of its last texts alone where it remembers many before them."""
    return [rows] if len(rows) - spec.size < CROWDED else [rows, rows[-spec.size :]]


def focus_speakers(vectors: MessageVectors, rows: Rows) -> list[int]:
    """Return the speakers that a window is scored for: those whose noteworthy messages say most, at most `MOST_FOCUS`.

    Args:
        vectors: Messages of the conversation.
        rows: Rows that the window reads, at least one.

    Returns:
        Numbers of the speakers, ascending; without a noteworthy message, the speaker of the message with the highest
        tactic logit.
    """
    noteworthy = rows[vectors.noteworthy[rows]]
    speakers, places = np.unique(vectors.speakers[noteworthy], return_inverse=True)
    if len(speakers) <= MOST_FOCUS and len(speakers):
        return [int(speaker) for speaker in speakers]
    strongest = vectors.logits[rows, : len(Tactic)].max(1)
    if not len(speakers):
        return [int(vectors.speakers[rows[int(np.argmax(strongest))]])]
    sums = np.zeros(len(speakers))
    np.add.at(sums, places, 1 / (1 + np.exp(-strongest[vectors.noteworthy[rows]].astype(np.float64))))
    chosen = np.sort(np.argsort(-np.round(sums, DECIMALS), kind="stable")[:MOST_FOCUS])
    return [int(speaker) for speaker in speakers[chosen]]


def window_place(rows: Rows, vectors: MessageVectors, spec: WindowSpec) -> tuple[int, int, tuple[int, ...]]:
    """Return the place of a window in its conversation.

    Args:
        rows: Rows that the window reads.
        vectors: Messages of the conversation.
        spec: Length of the windows.

    Returns:
        Index of the first message of its last texts, the index after its last message, and the indices of the messages
        that it remembers from before.
    """
    remembered = max(0, len(rows) - spec.size)
    first, last = rows[remembered], rows[-1]
    start = int(vectors.starts[first])
    # The parts of a long message have one index.
    before = dict.fromkeys(int(position) for position in vectors.positions[rows[:remembered]] if position < start)
    return start, int(vectors.positions[last]) + 1, tuple(before)


def carrying_rows(windows: Sequence[WindowInput], vectors: MessageVectors, model: WindowModel) -> list[Rows]:
    """Return for each window the rows of the messages that carry its logit."""
    if not windows:
        return []
    found = model.contributions(vectors, windows)
    return [window.rows[carrying(contributions)] for window, contributions in zip(windows, found, strict=True)]


def readable_rows(rows: Rows, vectors: MessageVectors, thresholds: AbstentionThresholds) -> bool:
    """Check that the messages which carry a logit are not in a language that is not scored."""
    return readable(vectors.rows(rows), thresholds)
