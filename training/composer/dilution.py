"""Long conversations: harmless talk between the messages of composed ones, and long real ones as negatives.

Warning signs lie weeks and thousands of messages apart in practice. A `Spread` is drawn once for a draft and its
counterpart, so that both have the same talk at the same places with the same pauses, and the length of a conversation
tells nothing about its class. Fillers keep their texts, apart from rare typing noise, so that a set has few distinct
ones: each is encoded once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from grooming_risk.conversation import Message
from training.composer.composed import Composed
from training.composer.material import Material
from training.composer.perturb import typing_noise
from training.composer.talk import Filler, Talk, pick_talk, talk_of
from training.composer.times import Timing, draw_timing
from training.config import Dilution

JOINED = "joined"  # kind of the long real conversations
SHORTEST = 60  # messages of a conversation that is diluted far, or joined
REGULAR = 0.5  # share of the near dilutions with the same number of messages at each place
PLACES = (0.1, 1.0)  # share of the places that a far dilution uses, drawn between these
UNEVEN = 0.7  # shape of the gamma distribution of the amounts at these places: some get most of the talk
PAUSE = 0.5  # chance of a pause before a message of the draft; every talk begins after a pause
# How often a conversation may come round to the same talk; languages without real conversations have little of it.
ROUNDS = 4
FEWEST_JOINED = 300  # messages of a source whose conversations are joined


@dataclass(frozen=True, slots=True)
class Spread:
    """What makes a draft and its counterpart long.

    Attributes:
        gaps: Number of fillers before each message of the draft, and after its last.
        pauses: Whether there is a pause before each message of the draft; the last value is unused.
        fillers: Fillers in order, as many as the gaps together.
        timing: When messages are sent.
        longest: Largest number of messages; fillers at the end give way.
    """

    gaps: tuple[int, ...]
    pauses: tuple[bool, ...]
    fillers: tuple[Filler, ...] = field(repr=False)
    timing: Timing
    longest: int

    def applied(self, composed: Composed, begins: Sequence[int]) -> Composed:
        """Return a conversation made long.

        Args:
            composed: The finished draft.
            begins: For each message of the draft, the index of the first message that was made of it.

        Returns:
            The same messages in the same order with fillers between them; indices of tactic lines, speakers' names and
            times are those of the long conversation.
        """
        places = {index: place for place, index in reversed(list(enumerate(begins)))}
        left = self.fillers[: max(0, self.longest - len(composed.messages))]
        rows = _Rows(list(dict.fromkeys(message.speaker for message in composed.messages)))
        moved: list[int] = []
        for index, message in enumerate(composed.messages):
            place = places.get(index, len(self.gaps))
            gap = self.gaps[place] if place < len(self.gaps) else 0
            rows.add_fillers(left[:gap])
            left = left[gap:]
            moved.append(len(rows.texts))
            rows.add(message.speaker, message.text, place < len(self.pauses) and self.pauses[place])
        rows.add_fillers(left)
        names, messages = rows.messages(self.timing)
        return replace(
            composed,
            messages=messages,
            tactic_messages=tuple((moved[index], tactic) for index, tactic in composed.tactic_messages),
            focus=names.get(composed.focus, ""),
            fillers=len(messages) - len(composed.messages),
        )


class Diluter:
    """Draws what makes the conversations of a set long, with a generator of its own."""

    def __init__(
        self, materials: Sequence[Material], weights: Sequence[float], settings: Dilution, seed: tuple[int, int]
    ) -> None:
        self._talks = {material.language: talk_of(material) for material in materials}
        self._settings = settings
        self._random, self._block = np.random.default_rng((seed[0], 1, seed[1])), seed[1]
        long = {name: [t for t in talks if len(t.fillers) >= FEWEST_JOINED] for name, talks in self._talks.items()}
        self._long = [(m.language, w, long[m.language]) for m, w in zip(materials, weights, strict=True)]
        self._long = [item for item in self._long if item[1] and item[2]]
        self._joined = 0

    def spread(self, messages: int, language: str) -> Spread | None:
        """Draw how a draft and its counterpart become long.

        Args:
            messages: Number of messages of the draft.
            language: Its language.

        Returns:
            The spread, or None where they stay as they are.
        """
        settings, random, talks = self._settings, self._random, self._talks[language]
        drawn = random.random()
        if not talks or drawn >= settings.near + settings.far + settings.farthest:
            return None
        if drawn < settings.near:
            gaps = _near_gaps(messages, settings.near_between, random)
        elif drawn < settings.near + settings.far:
            gaps = _far_gaps(messages, SHORTEST, settings.far_messages, random)
        else:
            gaps = _far_gaps(messages, settings.far_messages, settings.farthest_messages, random)
        talk = pick_talk(talks, random)
        allowed, count = ROUNDS * len(talk.fillers), int(gaps.sum())
        if count > allowed:
            gaps = gaps * allowed // count
        fillers = self._stretch(talk, int(gaps.sum()), language)
        pauses = random.random(messages + 1) < PAUSE
        return Spread(
            tuple(gaps.tolist()), tuple(pauses.tolist()), fillers, draw_timing(random), settings.farthest_messages
        )

    def joined(self, made: int) -> Composed | None:
        """Return a long real conversation whenever there are too few of them among those made so far, else None."""
        if not self._long or self._joined >= int(self._settings.joined * (made + 1)):
            return None
        self._joined += 1
        random = self._random
        weights = np.array([weight for _, weight, _ in self._long])
        language, _, talks = self._long[int(random.choice(len(weights), p=weights / weights.sum()))]
        talk = pick_talk(talks, random)
        longest = min(self._settings.farthest_messages, len(talk.fillers))
        fillers = self._stretch(talk, _log_uniform(min(SHORTEST, longest), longest, random), language)
        rows = _Rows([])
        rows.add_fillers(fillers)
        group = f"{talk.source}:{language}:joined-{self._block}-{self._joined}"
        _, messages = rows.messages(draw_timing(random))
        return Composed(messages, 0, JOINED, talk.source, group, language, (), "")

    def _stretch(self, talk: Talk, count: int, language: str) -> tuple[Filler, ...]:
        """Return messages of a talk from the beginning of one of its conversations on, a few with typing noise."""
        random = self._random
        fillers = talk.stretch(int(random.choice(talk.starts)), count)
        for place in np.flatnonzero(random.random(count) < self._settings.noise):
            text = typing_noise(fillers[place].text, language, random)
            fillers[place] = replace(fillers[place], text=text if text.strip() else fillers[place].text)
        return tuple(fillers)


class _Rows:
    """Messages of a long conversation before they have names and times."""

    def __init__(self, speakers: list[str]) -> None:
        self.speakers: list[str] = []
        self.texts: list[str] = []
        self.pauses: list[bool] = []
        self._turn: Callable[[int], str] = (lambda turn: speakers[turn % len(speakers)]) if speakers else str

    def add(self, speaker: str, text: str, pause: bool) -> None:
        """Add a message."""
        self.speakers.append(speaker)
        self.texts.append(text)
        self.pauses.append(pause)

    def add_fillers(self, fillers: Sequence[Filler]) -> None:
        """Add fillers, written by the speakers in turn."""
        for filler in fillers:
            self.add(self._turn(filler.turn), filler.text, filler.opens)

    def messages(self, timing: Timing) -> tuple[dict[str, str], tuple[Message, ...]]:
        """Return the new name of each speaker, numbered by first appearance, and the messages."""
        names: dict[str, str] = {}
        for speaker in self.speakers:
            names.setdefault(speaker, f"s{len(names) + 1}")
        times = timing.sent_at(self.pauses)
        return names, tuple(map(Message, map(names.__getitem__, self.speakers), self.texts, times))


def _near_gaps(messages: int, most: int, random: np.random.Generator) -> np.ndarray:
    """Return gaps for every place: about as many messages at each, or exactly as many after each."""
    between = _log_uniform(1, most, random)
    if random.random() < REGULAR:
        return np.array([0] + [between] * messages)
    return random.geometric(1 / (between + 1), messages + 1) - 1


def _far_gaps(messages: int, shortest: int, longest: int, random: np.random.Generator) -> np.ndarray:
    """Return gaps that lead to a number of messages in all, large and small ones at some of the places."""
    total = _log_uniform(min(max(shortest, 3 * messages // 2), longest), longest, random)
    used = random.random(messages + 1) < random.uniform(*PLACES)
    used[int(random.integers(messages + 1))] = True
    weights = random.gamma(UNEVEN, size=messages + 1) * used
    return random.multinomial(max(0, total - messages), weights / weights.sum())


def _log_uniform(low: int, high: int, random: np.random.Generator) -> int:
    """Draw a whole number from `low` to `high` whose logarithm is about uniform."""
    return min(high, int(np.exp(random.uniform(np.log(low), np.log(high + 1)))))
