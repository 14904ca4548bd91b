"""Words that were run together are divided again: `whereareyou` becomes `where are you`.

The encoder learned words and their parts; a sentence without spaces is one long unknown word to it. The tokenizer has a
probability for each of its pieces, at the beginning of a word and inside one, so the most likely segmentation of the
letters also gives the beginnings of the words (Viterbi search over a unigram model; Kudo 2018, arXiv 1804.10959).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from grooming_risk.text.normalization import NormalizedText

# Shortest run of letters that is divided, and least number of words in it. Tuned on the benign dialogues of the corpus,
# 13 languages, with the spaces removed: in English 78 % of the word boundaries are found and 88 % of those found are
# right; in the other languages 62 to 81 % and 61 to 85 %. Of ten thousand words as written, one is divided in English,
# 38 in Dutch, 30 in German (compounds), 0 to 14 in the others; with a limit of nine letters, it would be 9, 81 and 63.
LONG, WORDS = 12, 3
# The same where letters were spread or sent one by one, so that words are expected to run together. On composed
# conversations of the calibration split, limits of 6, 8 and 9 letters give AUROC 0.928, 0.938 and 0.942 with spaced
# letters (0.940 without division), and 0.857, 0.856 and 0.854 with a letter a message (0.616 without division).
LONG_WHERE_HIDDEN, WORDS_WHERE_HIDDEN = 9, 2
# Least number of words of a text that is cut into pieces of words, and most letters of a piece.
IN_PIECES, LONGEST_IN_PIECES = 5, 3
# Log probabilities: the penalty of a word of one letter, and the value of a letter that no piece has.
_SINGLE, _UNKNOWN = -4.0, -16.0
_LONGEST_PIECE = 20  # letters; the tokenizer has few longer ones
_LONGEST_JUDGED = 40  # letters by which a word is judged
_WORD_START = "▁"
_VOWEL = re.compile("[aeiou]")
_ASCII_LETTERS = re.compile(r"[A-Za-z]+")


class WordDivision:
    """Divides words by the piece probabilities of a unigram tokenizer. Thread-safe; it keeps no text."""

    def __init__(self, pieces: Iterable[tuple[str, float]]) -> None:
        """Index the pieces.

        Args:
            pieces: Pieces with their log probabilities; those that begin a word start with `▁`.
        """
        self._begins: dict[str, float] = {}
        self._inside: dict[str, float] = {}
        # In ascending order, so that of two pieces that differ in case the more likely one stays.
        for piece, score in sorted(pieces, key=lambda item: item[1]):
            if piece.startswith(_WORD_START):
                self._begins[_folded(piece[1:])] = score + (_SINGLE if len(piece) == 2 else 0.0)
            else:
                self._inside[_folded(piece)] = score
        self._pieces = frozenset((*self._begins, *self._inside))
        self._starred: dict[str, str] | None = None  # built when first needed, by two threads at worst

    def divide(self, text: NormalizedText, hidden: bool = False) -> NormalizedText:
        """Insert spaces where words run together; nothing else changes.

        Args:
            text: A normalized text.
            hidden: Whether its letters were sent one by one; shorter runs of letters are divided then, as in a text
                whose letters were spread.

        Returns:
            The text with spaces; the same object when nothing is divided.
        """
        hidden = hidden or text.run_together
        long, words = (LONG_WHERE_HIDDEN, WORDS_WHERE_HIDDEN) if hidden else (LONG, WORDS)
        if max(map(len, text.text.split()), default=0) < long:
            return text
        places: list[int] = []
        for start, stop in _letters(text.text):
            if stop - start >= long:
                found = self._word_starts(_folded(text.text[start:stop]))
                places += [start + place for place in found if len(found) + 1 >= words]
        return _spaced(text, places) if places else text

    def divided(self, letters: str) -> str:
        """Return letters in their most likely division into words."""
        places = [0, *self._word_starts(_folded(letters)), len(letters)]
        return " ".join(letters[start:stop] for start, stop in pairwise(places))

    def knows_little_of(self, words: Sequence[str]) -> bool:
        """Check whether the tokenizer has to spell out most of a text.

        Args:
            words: Words of the text, in lower case.

        Returns:
            Whether fewer than three in four of the words are a piece, and so are fewer than half of the letters; in a
            text of five or more words that all have at most three letters, fewer than nine in ten.
        """
        if 4 * sum(map(self._begins.__contains__, words)) >= 3 * len(words):
            return False
        share = self.known_share(words)
        in_pieces = len(words) >= IN_PIECES and max(map(len, words)) <= LONGEST_IN_PIECES
        return bool(self._begins) and share < (0.9 if in_pieces else 0.5)

    def known_share(self, words: Sequence[str]) -> float:
        """Return the share of the letters of words that are in words which are a piece."""
        return sum(map(len, filter(self._begins.__contains__, words))) / max(1, sum(map(len, words)))

    def likelihood(self, words: Sequence[str]) -> float:
        """Return the log likelihood of words by letter, in nats; the space after a word counts as one."""
        judged = [word[:_LONGEST_JUDGED] for word in words]
        return sum(map(self._spelled, judged)) / max(1, sum(map(len, judged)) + len(judged))

    def likeliest_word(self, words: Sequence[str]) -> str:
        """Return the likeliest of words, the first when the tokenizer has none of them as a piece."""
        return max(words, key=lambda word: self._begins.get(word, -math.inf))

    def unstarred(self, word: str) -> str:
        """Return the likeliest word that a word with stars for vowels may be; itself when there is none."""
        if self._starred is None:
            starred: dict[str, str] = {}
            for piece in sorted(self._begins, key=self._begins.__getitem__):
                if len(piece) > 1 and piece.isascii() and piece.isalpha():
                    starred[_VOWEL.sub("*", piece)] = piece
            self._starred = starred
        lower = word.lower()
        found = self._starred.get(_VOWEL.sub("*", lower), "")
        fits = all(letter in ("*", known) for letter, known in zip(lower, found, strict=False))
        return found if found and fits else word

    def _spelled(self, word: str) -> float:
        """Return the log likelihood of the most likely pieces of one word; of a piece, its own."""
        whole = self._begins.get(word)
        if whole is not None:
            return whole
        best = [0.0]
        for stop in range(1, len(word) + 1):
            found = best[-1] + _UNKNOWN
            for start in range(max(0, stop - _LONGEST_PIECE), stop):
                score = (self._inside if start else self._begins).get(word[start:stop])
                if score is not None and best[start] + score > found:
                    found = best[start] + score
            best.append(found)
        return best[-1]

    def _word_starts(self, letters: str) -> list[int]:
        """Return where words begin in the most likely segmentation, without the first."""
        begun, inner, pieces = self._begins.get, self._inside.get, self._pieces
        best, back = [0.0], [(0, True)]
        for stop in range(1, len(letters) + 1):
            found, way = best[-1] + _UNKNOWN, (stop - 1, False)
            for start in range(max(0, stop - _LONGEST_PIECE), stop):
                piece = letters[start:stop]
                if piece not in pieces:  # as most are
                    continue
                score = begun(piece)
                if score is not None and best[start] + score > found:
                    found, way = best[start] + score, (start, True)
                score = inner(piece) if start else None
                if score is not None and best[start] + score > found:
                    found, way = best[start] + score, (start, False)
            best.append(found)
            back.append(way)
        places, stop = [], len(letters)
        while stop:
            stop, is_start = back[stop]
            if is_start and stop:
                places.append(stop)
        return places[::-1]


def _letters(text: str) -> Iterator[tuple[int, int]]:
    """Yield ranges of letters with their marks."""
    if text.isascii():
        yield from (match.span() for match in _ASCII_LETTERS.finditer(text))
        return
    start = 0
    for index, character in enumerate(text):
        if not _is_letter(character):
            if index > start:
                yield start, index
            start = index + 1
    if len(text) > start:
        yield start, len(text)


def _is_letter(character: str) -> bool:
    return character.isalpha() or unicodedata.category(character)[0] == "M"


def _folded(text: str) -> str:
    """Convert to lower case letter by letter, without changing the length: İ would become two characters."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _spaced(text: NormalizedText, places: list[int]) -> NormalizedText:
    characters: list[str] = []
    offsets: list[int] = []
    before = 0
    for place in places:
        characters += [text.text[before:place], " "]
        offsets += [*text.offsets[before:place], text.offsets[place]]
        before = place
    return replace(text, text="".join([*characters, text.text[before:]]), offsets=(*offsets, *text.offsets[before:]))
