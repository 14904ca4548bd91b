"""Harmless talk of one language: what long conversations are filled with, in the order in which it was written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from training.composer.material import Material
from training.sources.long_conversations import in_a_row, people_in_turn

AUTHORED = "authored"
# With fewer messages of real conversations than this, a language's authored dialogues are its talk too.
FEWEST_REAL = 1_000


@dataclass(frozen=True, slots=True)
class Filler:
    """One harmless message.

    Attributes:
        turn: Number of its speaker, from 0; conversations with fewer speakers count round.
        text: Its text.
        opens: Whether a conversation of the source begins with it.
    """

    turn: int
    text: str = field(repr=False)
    opens: bool


@dataclass(frozen=True, slots=True)
class Talk:
    """All conversations of one source, one after the other.

    Attributes:
        source: Name of the source, or AUTHORED.
        fillers: Their messages.
        starts: Indices of the messages that open a conversation, int, shape (conversations,).
    """

    source: str
    fillers: tuple[Filler, ...] = field(repr=False)
    starts: np.ndarray = field(repr=False)

    def stretch(self, start: int, count: int) -> list[Filler]:
        """Return messages from an index on, and from the beginning again after the last."""
        found = list(self.fillers[start : start + count])
        while len(found) < count:
            found += self.fillers[: count - len(found)]
        return found


def talk_of(material: Material) -> list[Talk]:
    """Return the talk of a language, source by source; empty for a language that has none."""
    found = []
    for source, proxies in material.proxies.items():
        row = in_a_row(proxies)
        texts = ([text for _, text, _ in proxy.messages] for proxy in row)
        found.append(_talk(source, zip(people_in_turn(row), texts, strict=True)))
    plain = [dialogue for dialogue in material.dialogues if dialogue.kind == "plain"]
    if plain and sum(len(talk.fillers) for talk in found) < FEWEST_REAL:
        speakers = (_numbers([message.speaker for message in dialogue.messages]) for dialogue in plain)
        texts = ([message.text for message in dialogue.messages] for dialogue in plain)
        found.append(_talk(AUTHORED, zip(speakers, texts, strict=True)))
    return found


def pick_talk(talks: Sequence[Talk], random: np.random.Generator) -> Talk:
    """Draw a source by the square root of its size, so that large ones come first and small ones come at all."""
    weights = np.sqrt([len(talk.fillers) for talk in talks])
    return talks[int(random.choice(len(talks), p=weights / weights.sum()))]


def _talk(source: str, conversations: Iterable[tuple[list[int], list[str]]]) -> Talk:
    fillers: list[Filler] = []
    starts = []
    for turns, texts in conversations:
        starts.append(len(fillers))
        fillers += [Filler(turn, text, not place) for place, (turn, text) in enumerate(zip(turns, texts, strict=True))]
    return Talk(source, tuple(fillers), np.array(starts))


def _numbers(speakers: Sequence[str]) -> list[int]:
    names = list(dict.fromkeys(speakers))
    return [names.index(speaker) for speaker in speakers]
