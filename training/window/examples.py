"""Training examples of the window model: vectors and windows of composed conversations, labelled by focus speaker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from tqdm import tqdm

from grooming_risk.model.window_model import MessageVectors, WindowInput
from grooming_risk.model.windowing import WindowSpec, windows
from grooming_risk.scoring.message_encoding import TextModels, encode_conversations
from training.composer.composed import Composed
from training.models import CONVERSATIONS_AT_ONCE

DISTINCT_TACTICS = 2  # of one speaker, from which a window shows a profile
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
    """Make examples of every window for up to two focus speakers, and of prefixes of some positives.

    Args:
        items: Conversations with their message vectors.
        spec: Length and stride of windows.
        random: Generator of the choices.

    Returns:
        The examples, conversation by conversation.
    """
    found: list[Example] = []
    for number, (composed, vectors) in enumerate(items):
        spans = windows(len(vectors.positions), spec)
        if composed.label and random.random() < PREFIXES:
            stop = int(random.integers(2, spans[0].stop + 1)) if spans[0].stop > 2 else spans[0].stop
            spans = [*spans, range(spans[0].start, stop)]
        for span in spans:
            for focus in _focus_speakers(vectors, span, composed, random):
                found.append(Example(number, WindowInput(span, focus), _label(composed, vectors, span, focus)))
    return found


def _focus_speakers(vectors: MessageVectors, span: range, composed: Composed, random: np.random.Generator) -> list[int]:
    present = [int(speaker) for speaker in np.unique(vectors.speakers[span.start : span.stop])]
    focus = int(composed.focus[1:]) - 1 if composed.focus else -1
    first = [focus] if focus in present else []
    others = [speaker for speaker in present if speaker != focus]
    return first + [others[position] for position in random.permutation(len(others))[: 2 - len(first)]]


def _label(composed: Composed, vectors: MessageVectors, span: range, focus: int) -> int:
    if not composed.focus or focus != int(composed.focus[1:]) - 1:
        return 0
    inside = {int(position) for position in vectors.positions[span.start : span.stop]}
    return int(len({tactic for index, tactic in composed.tactic_messages if index in inside}) >= DISTINCT_TACTICS)
