"""Training examples of the window model: vectors and windows of composed conversations, labelled by focus speaker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from tqdm import tqdm

from grooming_risk.model.memory import Rows, WindowSpec, windows
from grooming_risk.model.window_model import MessageVectors, WindowInput
from grooming_risk.scoring.message_encoding import TextModels, encode_conversations
from grooming_risk.scoring.window_scores import focus_speakers
from training.composer.composed import Composed
from training.models import CONVERSATIONS_AT_ONCE

DISTINCT_TACTICS = 2  # of one speaker, from which a window shows a profile
FULLEST, OTHERS = 2, 3  # windows of a long conversation that are used: those with most tactics, and others at random
PREFIXES = 0.35  # share of positives with an example that is cut short, as a live monitor sees them


@dataclass(frozen=True, slots=True)
class Example:
    """One window for one focus speaker.

    Attributes:
        conversation: Index of the conversation's vectors.
        window: The window and its focus speaker.
        label: 1 if the focus speaker shows a profile in the window, else 0.
    """

    conversation: int
    window: WindowInput
    label: int


def read_composed(
    composed: Iterable[Composed], models: TextModels, total: int
) -> Iterator[tuple[Composed, MessageVectors]]:
    """Encode composed conversations, a few at a time.

    Args:
        composed: Conversations to encode.
        models: Models that encode them.
        total: Number of conversations, for the progress bar.

    Yields:
        Each conversation with its message vectors, in order.
    """
    source = iter(composed)
    with tqdm(total=total, desc="encode conversations", disable=None) as progress:
        while items := list(islice(source, CONVERSATIONS_AT_ONCE)):
            readings = encode_conversations([item.conversation() for item in items], models)
            yield from zip(items, (reading.vectors for reading in readings), strict=True)
            progress.update(len(items))


def examples(
    items: list[tuple[Composed, MessageVectors]], spec: WindowSpec, random: np.random.Generator
) -> list[Example]:
    """Make examples of windows for up to two focus speakers, and of beginnings of some positives.

    Args:
        items: Conversations with their message vectors.
        spec: Length and stride of windows.
        random: Generator of the choices.

    Returns:
        The examples, conversation by conversation.
    """
    found: list[Example] = []
    for number, (composed, vectors) in enumerate(items):
        signs = _signs(composed, vectors)
        chosen = _chosen(windows(vectors.memorable(spec), spec), signs, random)
        if composed.label and random.random() < PREFIXES:
            first = chosen[0]
            chosen = [*chosen, first[: int(random.integers(2, len(first) + 1))] if len(first) > 2 else first]
        for rows in chosen:
            for focus in _focus_speakers(vectors, rows, composed, random):
                label = int(focus == _focus(composed) and len(_tactics(signs, rows)) >= DISTINCT_TACTICS)
                found.append(Example(number, WindowInput(rows, focus), label))
    return found


def _chosen(found: list[Rows], signs: dict[int, set[str]], random: np.random.Generator) -> list[Rows]:
    """Return all windows of a short conversation; of a long one those with most tactics, and some at random."""
    if len(found) <= FULLEST + OTHERS:
        return found
    counts = np.array([len(_tactics(signs, rows)) for rows in found])
    fullest = np.argsort(-counts, kind="stable")[:FULLEST]
    return [found[place] for place in np.union1d(fullest, random.permutation(len(found))[:OTHERS])]


def _focus(composed: Composed) -> int:
    """Return the number of the speaker of the tactic lines, -1 without any."""
    return int(composed.focus[1:]) - 1 if composed.focus else -1


def _focus_speakers(vectors: MessageVectors, rows: Rows, composed: Composed, random: np.random.Generator) -> list[int]:
    present = focus_speakers(vectors, rows)
    first = [_focus(composed)] if _focus(composed) in present else []
    others = [speaker for speaker in present if speaker not in first]
    return first + [others[position] for position in random.permutation(len(others))[: 2 - len(first)]]


def _signs(composed: Composed, vectors: MessageVectors) -> dict[int, set[str]]:
    """Return the tactics of each row that has a tactic line; a run of short messages is one row."""
    found: dict[int, set[str]] = {}
    for index, tactic in composed.tactic_messages:
        row = int(np.searchsorted(vectors.positions, index))
        if row < len(vectors) and vectors.starts[row] <= index:
            found.setdefault(row, set()).add(tactic)
    return found


def _tactics(signs: dict[int, set[str]], rows: Rows) -> set[str]:
    inside = set(rows.tolist())
    return {tactic for row, tactics in signs.items() if row in inside for tactic in tactics}
