"""A speaker's consecutive short messages are read together: what is sent word by word says what one message would.

Messages of a single letter are one step further: each alone is nothing, a window of fifty holds two sentences of them,
and every one read with those before it would say the same again. So a speaker's letters in a row are one text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable
from dataclasses import dataclass, field

# Words of a message that counts as short. Messages cut into one or two words were hardly found when each was read on
# its own (AUROC 0.54 against 0.93, composed test conversations).
SHORT = 2
# Characters, beyond which such a message is an address or words that run together; were it read with every message that
# follows, long ones would be read sixteen times.
SHORT_CHARACTERS = 40
LONGEST = 16  # words of a run that are read together; the last ones, so that a stream reads what a finished chat does
LONGEST_SPELLED = 64  # letters that are one text: about as much as LONGEST words
# Single letters in a row that are taken for a word: chat writes "r u", "k", "y".
SPELLED = 4


@dataclass(frozen=True, slots=True)
class Run:
    """The short messages that one speaker sent last. Its `repr` hides them.

    Attributes:
        speaker: who sent them.
        words: (word, index of its message), at most LONGEST.
        letters: messages of a single letter that came after these, at most LONGEST_SPELLED.
        first_letter: index of the first of them.
    """

    speaker: Hashable = None
    words: tuple[tuple[str, int], ...] = field(default=(), repr=False)
    letters: str = field(default="", repr=False)
    first_letter: int = 0

    @property
    def start(self) -> int | None:
        """Index of the message that it begins with; None when the last message was no short one."""
        if self.words:
            return self.words[0][1]
        return self.first_letter if self.letters else None

    @property
    def text(self) -> str:
        """What its messages say together."""
        return " ".join(word for word, _ in self._all_words())

    @property
    def spelled(self) -> bool:
        """Whether it ends with a word in single letters."""
        return len(self.letters) >= SPELLED

    def after(self, speaker: Hashable, text: str, index: int) -> Run:
        """The run once this message was sent; `text` is normalised and shows something."""
        words = text.split()
        if len(words) > SHORT or len(text) > SHORT_CHARACTERS:
            return Run(speaker)
        before = self if speaker == self.speaker else Run(speaker)
        if not _is_single(words[0]) or len(words) > 1:
            return Run(speaker, (*before._all_words(), *((word, index) for word in words))[-LONGEST:])
        if before.letters and len(before.letters) + len(words[0]) <= LONGEST_SPELLED:
            return Run(speaker, before.words, before.letters + words[0], before.first_letter)
        return Run(speaker, () if before.letters else before.words, words[0], index)

    def goes_on(self, before: Run) -> bool:
        """Whether its last message added a letter to those of the run before it, and they are one text."""
        return bool(self.letters and before.letters) and self.first_letter == before.first_letter

    def _all_words(self) -> tuple[tuple[str, int], ...]:
        spelled = [self.letters] if self.spelled else list(self.letters)
        return (*self.words, *((word, self.first_letter) for word in spelled))


def _is_single(word: str) -> bool:
    """One character and the marks on it."""
    return all(unicodedata.category(character)[0] == "M" for character in word[1:])
