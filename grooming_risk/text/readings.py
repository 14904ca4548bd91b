"""Texts that are written so that people read them and machines do not, read as people read them.

What is certain is undone always: encodings, glue between words, shouting. What could be a text in another language is
compared with its readings: backwards, upside down, without accents, without doubled letters, the pieces of words put
together. A reading takes the place of a text only where the tokenizer knows few words of the text and the reading is
far more likely; so real text in an alphabet or language that the model does not serve stays as it is. A text whose
words are known costs a look-up each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from grooming_risk.text.encodings import decoded
from grooming_risk.text.glued_words import without_glue
from grooming_risk.text.letter_case import without_shouting
from grooming_risk.text.letter_shapes import (
    ONLY_TURNED,
    has_letters_marked_twice,
    is_turned,
    latin_readings,
    marked_words,
    turned_around,
    without_marks,
)
from grooming_risk.text.normalization import normalize
from grooming_risk.text.word_division import IN_PIECES, LONGEST_IN_PIECES, WordDivision

# Log likelihood by letter (words count one more), in nats: a text above WRITTEN is read as it is, and a reading must
# reach READING and be GAIN better. Everyday English messages have -1.8 to -3.3, the same backwards about -4. Set on
# 31,000 lines of 36 languages (Tatoeba, chats, the corpus): with them and the limits below, fewer than 1 in 1,000 lines
# get another reading.
WRITTEN, READING, GAIN = -3.2, -3.1, 0.8
# Letters of a text from which it may have another reading; fewer say too little.
ENOUGH = 8
# Least share of a reading's letters that are in words which are a piece.
KNOWN, KNOWN_IN_LATIN = 0.6, 0.7
FEWEST_BACKWARDS = 3  # different words; "blah blah" would be read as "halb halb"
# Share of the words with marks from which marks may be a disguise: languages that have them leave more words without.
MARKED = 0.85
# Words by which both are judged, so that a long text costs no more.
JUDGED = 100

_LETTERS = re.compile(r"[^\W\d_]+")
_VOWEL = re.compile("[aeiou]", re.I)
# Greek as it is written has accents; what only resembles Latin letters has none.
_GREEK_ACCENTS = re.compile("[άέήίόύώΆΈΉΊΌΎΏ]")
_LATIN_AND_OTHERS = re.compile(r"[a-z\u0370-\u052f]+")
_OTHER_LETTERS = re.compile(r"[\u0370-\u052f]")
# Marks that did not compose with the letter before them; more than one for so many letters are not a language's.
_STRANGE_MARK = re.compile(r"(?<=[a-zA-Z])[\u0300-\u036f]+")
_STRANGE_MARKS = re.compile(r"(?<=[a-zA-Z\u00c0-\u024f\u1e00-\u1eff])[\u0300-\u036f]+")
STRANGE_MARKS = 6
_MAY_BE_STRANGE = re.compile(f"[\u0300-\u036f{ONLY_TURNED}]")
_ALL_DOUBLED = re.compile(r"(?:([^\W\d_])\1|[\W\d_])*")
_DOUBLED = re.compile(r"([^\W\d_])\1")
_STARRED = re.compile(r"(?<![\w*])[a-z*]+(?![\w*])", re.I)


def readable(text: str, folded: Sequence[str], words: WordDivision) -> str:
    """Return a normalized text as people read it; the same object when that is how it is written.

    Args:
        text: A normalized text.
        folded: Its words, case-folded.
        words: What the tokenizer knows of words.

    Returns:
        The text, which is normalized too.
    """
    plain = decoded(text)
    if plain is not text:
        plain = normalize(plain).text
    plain = without_shouting(without_glue(plain))
    if "*" in plain:
        plain = _STARRED.sub(lambda match: _unstarred(match.group(), words), plain)
    if not plain.isascii():
        plain = _without_strange_letters(plain, words)
    if plain is not text or words.knows_little_of(folded):
        plain = _likeliest(plain, words)
    return text if plain == text else normalize(plain).text


def _without_strange_letters(text: str, words: WordDivision) -> str:
    """Return a text without marks on most letters that never have them, and with its letters turned upright."""
    if not _MAY_BE_STRANGE.search(text):
        return text
    if len(_STRANGE_MARK.findall(text)) > sum(map(str.isalpha, text)) / STRANGE_MARKS:
        text = _STRANGE_MARKS.sub("", text)
    if is_turned(text):
        return max(turned_around(text), key=lambda reading: words.likelihood(_words_of(reading)[:JUDGED]))
    return text


def _likeliest(text: str, words: WordDivision) -> str:
    """Return the likeliest reading of a text, which is the text itself unless another is far more likely."""
    found = _words_of(text)
    if sum(map(len, found)) < ENOUGH or not words.knows_little_of(found):
        return text
    if _ALL_DOUBLED.fullmatch(text):
        return _DOUBLED.sub(r"\1", text)
    offered = [
        (reading, parts)
        for reading, share in _readings(text, words)
        if words.known_share(parts := _words_of(reading)[:JUDGED]) >= share
    ]
    if not offered or (written := words.likelihood(found[:JUDGED])) > WRITTEN:
        return text
    likelihood, best = max((words.likelihood(parts), reading) for reading, parts in offered)
    return best if likelihood > max(READING, written + GAIN) else text


def _readings(text: str, words: WordDivision) -> Iterator[tuple[str, float]]:
    """Yield other readings of a text, each with the share of its letters that must be in known words."""
    parts = text.split()
    if len(set(parts)) >= FEWEST_BACKWARDS:
        yield text[::-1], KNOWN
    yield _DOUBLED.sub(r"\1", text), KNOWN
    if not text.isascii():
        plain = without_marks(text)
        known = words.known_share(_words_of(plain)[:JUDGED]) >= KNOWN  # asked first, because it costs least
        if known and not has_letters_marked_twice(text) and marked_words(text) >= MARKED:
            yield plain, KNOWN
        if _OTHER_LETTERS.search(plain) and not _GREEK_ACCENTS.search(text):
            latin = _LATIN_AND_OTHERS.sub(lambda match: words.likeliest_word(latin_readings(match.group())), plain)
            yield latin, KNOWN_IN_LATIN
    if len(parts) >= IN_PIECES and all(len(part) <= LONGEST_IN_PIECES for part in parts):
        yield words.divided("".join(parts)), KNOWN


def _unstarred(word: str, words: WordDivision) -> str:
    """Return a word with letters for its stars; itself where the stars are emphasis around it."""
    hidden = "*" in word.strip("*") or ("*" in word and not _VOWEL.search(word))
    return words.unstarred(word) if hidden else word


def _words_of(text: str) -> list[str]:
    """Return the words of a text without digits, in lower case."""
    return _LETTERS.findall(text.lower())
