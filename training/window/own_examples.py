"""Training examples of the window model from labelled conversations of your own.

Composed conversations say which message shows which tactic; labels of whole conversations do not. Of a positive, the
window in which the labelled speaker shows most is an example of a profile, and so is any that shows nearly as much; the
others say nothing. Where the speaker is not labelled, the one who shows most is assumed, and nobody else is used.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grooming_risk.limits import speaker_numbers
from grooming_risk.model.memory import Rows, WindowSpec, windows
from grooming_risk.model.window_model import MessageVectors, WindowInput
from grooming_risk.scoring.window_scores import focus_speakers
from grooming_risk.tactics import Tactic
from training.sources.labelled_conversations import LabelledConversation
from training.window.examples import FULLEST, OTHERS, Example

NEARLY = 0.5  # share of the strongest window's evidence, from which another window of a positive counts as one


def own_examples(
    items: Sequence[tuple[LabelledConversation, MessageVectors]],
    first: int,
    spec: WindowSpec,
    random: np.random.Generator,
) -> list[Example]:
    """Make examples of windows of labelled conversations.

    Args:
        items: Conversations with their message vectors; those without text give no example.
        first: Number of the first conversation's vectors among those that the examples refer to.
        spec: Length and stride of windows.
        random: Generator of the choices.

    Returns:
        The examples, conversation by conversation.
    """
    found: list[Example] = []
    for number, (item, vectors) in enumerate(items, start=first):
        if len(vectors):
            chosen = _positive(item, vectors, spec) if item.label else _negative(vectors, spec, random)
            found.extend(Example(number, window, label) for window, label in chosen)
    return found


def _positive(item: LabelledConversation, vectors: MessageVectors, spec: WindowSpec) -> list[tuple[WindowInput, int]]:
    strengths = _strengths(vectors)
    if item.focus:
        written = [message.speaker for message in item.conversation]
        focus = speaker_numbers(written)[written.index(item.focus)]
    else:
        focus = int(np.argmax(np.bincount(vectors.speakers, weights=strengths)))
    shown = np.where(vectors.speakers == focus, strengths, 0.0)
    parts = [rows for rows in windows(vectors.memorable(spec), spec) if focus in vectors.speakers[rows]]
    if not parts:
        return []
    evidence = np.array([shown[rows].sum() for rows in parts])
    strongest = np.argsort(-evidence, kind="stable")[:FULLEST]
    kept = [parts[place] for place in strongest if evidence[place] >= NEARLY * evidence.max()]
    found = [(WindowInput(rows, focus), 1) for rows in kept]
    if item.focus:
        others = [other for other in focus_speakers(vectors, kept[0]) if other != focus]
        found += [(WindowInput(kept[0], other), 0) for other in others[:1]]
    return found


def _negative(vectors: MessageVectors, spec: WindowSpec, random: np.random.Generator) -> list[tuple[WindowInput, int]]:
    """Return all windows of a short conversation; of a long one those that show most, and some at random."""
    parts = windows(vectors.memorable(spec), spec)
    if len(parts) > FULLEST + OTHERS:
        strengths = _strengths(vectors)
        evidence = np.array([strengths[rows].sum() for rows in parts])
        strongest = np.argsort(-evidence, kind="stable")[:FULLEST]
        parts = [parts[place] for place in np.union1d(strongest, random.permutation(len(parts))[:OTHERS])]
    return [(WindowInput(rows, focus), 0) for rows in parts for focus in _two(vectors, rows, random)]


def _two(vectors: MessageVectors, rows: Rows, random: np.random.Generator) -> list[int]:
    present = focus_speakers(vectors, rows)
    return [present[place] for place in random.permutation(len(present))[:2]]


def _strengths(vectors: MessageVectors) -> np.ndarray:
    """Return the highest tactic probability of each row, float64, shape (n,)."""
    return np.asarray(1 / (1 + np.exp(-vectors.logits[:, : len(Tactic)].max(1).astype(np.float64))))
