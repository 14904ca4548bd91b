"""The last step of composing, the same for every kind: neutral speakers, noise, evasion, split messages, times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from grooming_risk.conversation import Message
from training.composer.composed import Composed
from training.composer.dilution import Spread
from training.composer.perturb import TRAINED_EVASION, Evasion, split_message, typing_noise
from training.composer.times import usual_times

NOISY = 0.4  # share of conversations with typing noise
NOISE_IN_NOISY = 0.6  # share of messages of a noisy conversation
SPLIT = 0.05  # share of messages sent as two
EVASIVE = 0.08  # share of conversations in which one speaker hides words from filters


@dataclass(frozen=True, slots=True)
class Draft:
    """A conversation before noise and times.

    Attributes:
        messages: Speaker and text of each message.
        label: As in `Composed`, like the fields below.
        kind: How it was made.
        source: Carrier source or context family.
        group: The carrier or dialogue that it was made from.
        language: Corpus code.
        tactic_messages: Indices of the inserted tactic lines and their tactics.
        focus: Speaker of these lines.
        manner: How the recipient reacts.
    """

    messages: list[tuple[str, str]] = field(repr=False)
    label: int
    kind: str
    source: str
    group: str
    language: str
    tactic_messages: tuple[tuple[int, str], ...]
    focus: str
    manner: str = ""


def finish(draft: Draft, random: np.random.Generator, spread: Spread | None = None) -> Composed:
    """Apply noise, the evasion of one speaker, split messages, harmless talk in between, and times.

    Args:
        draft: The conversation.
        random: Generator of the choices; what it gives does not depend on `spread`.
        spread: What makes the conversation long, or None.

    Returns:
        The finished conversation.
    """
    noisy = random.random() < NOISY
    names: dict[str, str] = {}
    messages = []
    for speaker, text in draft.messages:
        if noisy and random.random() < NOISE_IN_NOISY:
            text = typing_noise(text, draft.language, random)
        messages.append(Message(names.setdefault(speaker, f"s{len(names) + 1}"), text))
    composed = Composed(
        messages=tuple(messages),
        label=draft.label,
        kind=draft.kind,
        source=draft.source,
        group=draft.group,
        language=draft.language,
        tactic_messages=draft.tactic_messages,
        focus=names.get(draft.focus, ""),
        manner=draft.manner,
    )
    if random.random() < EVASIVE:
        speaker = str(random.choice(list(names.values())))
        composed = evaded(composed, TRAINED_EVASION[int(random.integers(len(TRAINED_EVASION)))], speaker, random)
    composed, begins = _in_parts(
        composed, lambda message: split_message(message.text, random) if random.random() < SPLIT else [message.text]
    )
    times = usual_times(len(composed.messages), random)
    if spread:
        return spread.applied(composed, begins)
    timed = tuple(replace(message, sent_at=at) for message, at in zip(composed.messages, times, strict=True))
    return replace(composed, messages=timed)


def evaded(composed: Composed, evasion: Evasion, speaker: str | None, random: np.random.Generator) -> Composed:
    """Hide words in every message of a speaker.

    Args:
        composed: A conversation.
        evasion: Way to hide them.
        speaker: Speaker who does it, or None for everybody.
        random: Generator of the choices.

    Returns:
        The changed conversation; indices of tactic lines follow their messages.
    """
    changed, _ = _in_parts(
        composed,
        lambda message: evasion(message.text, random) if speaker in (None, message.speaker) else [message.text],
    )
    return replace(changed, evasion=evasion.__name__)


def _in_parts(composed: Composed, parts_of: Callable[[Message], list[str]]) -> tuple[Composed, list[int]]:
    """Replace messages by their parts, and return the index of each one's first; indices of tactic lines follow it."""
    moved: list[int] = []
    messages: list[Message] = []
    for message in composed.messages:
        moved.append(len(messages))
        messages += [replace(message, text=part) for part in parts_of(message) if part.strip()]
    tactics = tuple((min(moved[index], len(messages) - 1), tactic) for index, tactic in composed.tactic_messages)
    return replace(composed, messages=tuple(messages), tactic_messages=tactics), moved
