"""The last step of composing, the same for every kind: neutral speakers, typing noise, split messages, times."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

import numpy as np

from grooming_risk.conversation import Message
from training.composed import Composed
from training.perturb import split_message, typing_noise

NOISY = 0.4  # share of conversations with typing noise
NOISE_IN_NOISY = 0.6  # share of messages of a noisy conversation
SPLIT = 0.05  # share of messages sent as two
UNTIMED = 0.3  # share of conversations without times
MEDIAN_GAP = 35.0  # seconds; chats among strangers, BYU proxies
BREAK = 0.04  # share of gaps that are breaks of hours


@dataclass(frozen=True, slots=True)
class Draft:
    """A conversation before noise and times; fields as in `Composed`, messages as (speaker, text)."""

    messages: list[tuple[str, str]] = field(repr=False)
    label: int
    kind: str
    source: str
    group: str
    language: str
    tactic_messages: tuple[tuple[int, str], ...]
    focus: str


def finish(draft: Draft, random: np.random.Generator) -> Composed:
    """Noise and times; indices of tactic lines follow their messages (the first part of a split one)."""
    noisy = random.random() < NOISY
    names: dict[str, str] = {}
    rows: list[tuple[str, str]] = []
    moved: dict[int, int] = {}
    for index, (speaker, text) in enumerate(draft.messages):
        name = names.setdefault(speaker, f"s{len(names) + 1}")
        if noisy and random.random() < NOISE_IN_NOISY:
            text = typing_noise(text, random)
        parts = split_message(text, random) if random.random() < SPLIT else [text]
        moved[index] = len(rows)
        rows += [(name, part) for part in parts if part.strip()]
    times = _times(len(rows), random)
    return Composed(
        messages=tuple(Message(name, text, sent_at) for (name, text), sent_at in zip(rows, times, strict=True)),
        label=draft.label,
        kind=draft.kind,
        source=draft.source,
        group=draft.group,
        language=draft.language,
        tactic_messages=tuple((moved[index], tactic) for index, tactic in draft.tactic_messages),
        focus=names.get(draft.focus, ""),
    )


def _times(count: int, random: np.random.Generator) -> list[datetime | None]:
    if random.random() < UNTIMED:
        return [None] * count
    gaps = random.lognormal(np.log(MEDIAN_GAP), 1.0, count)
    gaps[random.random(count) < BREAK] *= 200
    start = datetime(2025, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=int(random.integers(0, 31_536_000)))
    return [start + timedelta(seconds=float(offset)) for offset in np.cumsum(gaps)]
