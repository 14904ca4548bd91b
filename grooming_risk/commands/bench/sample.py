"""The conversations that a benchmark reads: a fixed sample of real chat, and as many variations of it as are needed.

`sample.json` has stretches of the BYU chitchat data set, English chat between strangers (MIT, see NOTICE), and a sixth
of it are complete benign dialogues of this project in other languages. How fast a text is read depends on what it says,
on how long it is and on whether it was read before, because each distinct text of a batch is encoded once. In
195,000 messages of the data set, 4.5 % repeat a text of the same 2,048 messages (here 2.9 %), nine of ten of them have
one or two words, and 14 % repeat a text of any message before. Messages have 9.8 words on average, 7 in the median and
22 in the ninth decile (here 9.3, 7 and 21). Model 1.3.0 sees some tactic (from .1) or cue (from
.5) in 26 % of the English messages, as in all of that data set, and in 48 % of the others. The first round gives the
sample as it is; in later rounds messages of three words or more have a word exchanged, and shorter ones stay as they
are, which raises that share from 36 to 40 %, measured when a third of the sample was in other languages.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).with_name("sample.json")
# A message of fewer words is repeated in real chat, and so it is here.
_VARIED_WORDS = 3
_BEGINNING = datetime(2026, 1, 5, 16, tzinfo=UTC)
_PAUSE = 3_600  # seconds between two stretches of one long conversation

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class SampleConversation:
    """A conversation of the sample. Its `repr` hides the text.

    Attributes:
        language: Code of its language.
        messages: Speaker, seconds since the message before, and text of each message.
    """

    language: str
    messages: tuple[tuple[str, int, str], ...] = field(repr=False)


class Sample:
    """Gives out conversations and messages without end, the same ones in every run with the same seed."""

    def __init__(self, seed: int = 1) -> None:
        """Read the sample.

        Args:
            seed: Seed of the variations.
        """
        self._conversations = _read()
        self._random = random.Random(seed)
        self._words: dict[str, list[str]] = {}
        for conversation in self._conversations:
            words = self._words.setdefault(conversation.language, [])
            words.extend(word for _, _, text in conversation.messages for word in text.split())
        self._endless = self._rounds()

    def conversations(self, messages: int) -> Iterator[list[Row]]:
        """Iterate over the next conversations until they have this many messages; the last one may be cut off."""
        while messages > 0:
            rows = next(self._endless)[:messages]
            messages -= len(rows)
            yield rows

    def _rounds(self) -> Iterator[list[Row]]:
        order, varied = list(self._conversations), False
        while True:
            for conversation in order:
                yield self._rows(conversation, varied=varied)
            varied = True
            self._random.shuffle(order)

    def one_long_conversation(self, messages: int) -> Iterator[Row]:
        """Iterate over the messages of one conversation, which goes on through the whole sample and its variations."""
        clock = _BEGINNING
        for rows in self.conversations(messages):
            ahead = clock - datetime.fromisoformat(rows[0]["sent_at"])
            for row in rows:
                clock = datetime.fromisoformat(row["sent_at"]) + ahead
                yield {**row, "sent_at": clock.isoformat()}
            clock += timedelta(seconds=_PAUSE)

    def interleaved(self, messages: int, conversations: int) -> Iterator[Row]:
        """Iterate over messages of many conversations, in turn, each with the number of its conversation.

        Args:
            messages: Number of messages.
            conversations: Number of conversations that go on at the same time.

        Yields:
            Messages with "conversation", "speaker", "text" and "sent_at".
        """
        last = len(self._conversations) - 1
        places = [(self._random.randint(0, last), 0) for _ in range(conversations)]
        for number in range(messages):
            slot = number % conversations
            which, index = places[slot]
            speaker, _, text = self._conversations[which].messages[index]
            sent_at = _BEGINNING + timedelta(seconds=number)
            text = self._varied(text, self._conversations[which].language)
            yield {"conversation": f"c{slot}", "speaker": speaker, "text": text, "sent_at": sent_at.isoformat()}
            ends = index + 1 == len(self._conversations[which].messages)
            places[slot] = (self._random.randint(0, last), 0) if ends else (which, index + 1)

    def _rows(self, conversation: SampleConversation, *, varied: bool) -> list[Row]:
        clock, rows = _BEGINNING, []
        for speaker, seconds, text in conversation.messages:
            clock += timedelta(seconds=seconds)
            shown = self._varied(text, conversation.language) if varied else text
            rows.append({"speaker": speaker, "text": shown, "sent_at": clock.isoformat()})
        return rows

    def _varied(self, text: str, language: str) -> str:
        """Return a text with one word exchanged for one that is as frequent, or a short text as it is."""
        words = text.split()
        if len(words) < _VARIED_WORDS:
            return text
        words[self._random.randrange(len(words))] = self._random.choice(self._words[language])
        return " ".join(words)


@lru_cache(maxsize=1)
def _read() -> tuple[SampleConversation, ...]:
    rows = json.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(
        SampleConversation(row["language"], tuple((who, gap, text) for who, gap, text in row["messages"]))
        for row in rows
    )
