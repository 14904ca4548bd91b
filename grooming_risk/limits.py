"""How much of a conversation is kept in mind at once. What is beyond a limit is read all the same, and marked.

Input that is refused at a limit is a place to hide: whoever writes past it is not read any more. So the speaker who was
heard least recently is forgotten, and a long message is read in parts. The state of a live monitor stays bounded.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

# Ligatures of whole phrases and squared words: how many letters they are written out as (Unicode NFKC). No other
# character becomes more than four. A message of them would cost as much as one that is eighteen times as long.
_PHRASES = {"\ufdfa": 18, "\ufdfb": 8}
_SQUARED, _LONGEST_SQUARED = re.compile("[\u3300-\u33ff]"), 6
LONGEST_EXPANSION = max(_PHRASES.values())
# Parts of a message that are read. The longest messages of any service (65,536 characters) have nine.
_MOST_PARTS = 16
# Conversations of so many times `Limits.messages` are refused; scoring them at once would need gigabytes of memory.
_MOST_TIMES = 5

NAMES = ("messages", "characters", "speakers")
Speaker = TypeVar("Speaker", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a conversation. One that is beyond a limit is read to its end, and its results are marked.

    Attributes:
        messages: Messages of a conversation beyond which it is marked. More than five times as many are refused where
            they have to be in memory at once; a live monitor reads on.
        characters: Characters (code points) that are read as one text, where ligatures of whole words count as their
            letters; a longer message is read in parts. A message of over 16 parts is refused.
        speakers: Speakers of a conversation that are told apart; of more, the one who was heard least recently counts
            as somebody new when they write again.
    """

    messages: int = 200_000
    characters: int = 8_000
    speakers: int = 1_000

    @property
    def most_messages(self) -> int:
        """Most messages of a conversation that is scored at once; more are refused."""
        return _MOST_TIMES * self.messages

    @property
    def longest(self) -> int:
        """Most characters of a message; a longer one is refused."""
        return _MOST_PARTS * self.characters


class SpeakerNumbers(Generic[Speaker]):
    """Numbers speakers in the order in which they are first heard, and keeps a bounded number of them in mind."""

    def __init__(self, most: int, known: Iterable[tuple[Speaker, int]] = (), given: int = 0) -> None:
        """Start with those who are in mind.

        Args:
            most: Most speakers in mind; of more, the one who was heard least recently is forgotten.
            known: Speakers and their numbers, those heard least recently first.
            given: How many numbers were given.
        """
        self._most, self._given = most, given
        self._known: OrderedDict[Speaker, int] = OrderedDict(known)
        self._forget()

    def __len__(self) -> int:
        return len(self._known)

    @property
    def given(self) -> int:
        """How many numbers were given."""
        return self._given

    @property
    def known(self) -> list[tuple[Speaker, int]]:
        """The speakers in mind and their numbers, those heard least recently first."""
        return list(self._known.items())

    def of(self, speaker: Speaker) -> int | None:
        """Return the number of a speaker in mind, or None."""
        return self._known.get(speaker)

    def heard(self, speaker: Speaker) -> int:
        """Return the number of the speaker of the next message; a new one for somebody who is not in mind."""
        number = self._known.get(speaker)
        if number is None:
            number = self._known[speaker] = self._given
            self._given += 1
            self._forget()
        else:
            self._known.move_to_end(speaker)
        return number

    def _forget(self) -> None:
        while len(self._known) > self._most:
            self._known.popitem(last=False)


def speaker_numbers(speakers: Iterable[Speaker], most: int = Limits().speakers) -> list[int]:
    """Return the number of the speaker of each message of a conversation.

    Args:
        speakers: The speaker of each message.
        most: Most speakers in mind, as in `SpeakerNumbers`.

    Returns:
        One number for each message, in order of first appearance.
    """
    numbers: SpeakerNumbers[Speaker] = SpeakerNumbers(most)
    return [numbers.heard(speaker) for speaker in speakers]


def beyond(messages: bool, characters: bool, speakers: bool) -> tuple[str, ...]:
    """Return the names of the limits that a conversation is beyond."""
    return tuple(name for name, passed in zip(NAMES, (messages, characters, speakers), strict=True) if passed)


def written_length(text: str) -> int:
    """Return the number of characters of a text, where ligatures of whole phrases and words count as their letters."""
    if text.isascii():
        return len(text)
    more = sum(text.count(phrase) * (length - 1) for phrase, length in _PHRASES.items())
    return len(text) + more + len(_SQUARED.findall(text)) * (_LONGEST_SQUARED - 1)
