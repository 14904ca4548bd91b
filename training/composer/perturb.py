"""Typing noise, and ways to hide words from filters; applied to both classes alike, so that neither tells them apart.

Typing noise is what hurried people do to a message. Evasion is deliberate: some kinds are trained on, the others are
kept for the test, so that robustness is measured on kinds that training has never seen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from grooming_risk.text.confusables import LATIN_LOOKALIKES
from training.composer.abbreviations import abbreviations_of
from training.composer.disguises import DISGUISES

_EMOJI = ("😂", "😅", "🙂", "😊", "👍", "🙏", "😭", "🔥", "💀", "😉", "❤️", "😎", "🤔", "xd", "lol", "haha", ":)", ":D")
_JOINTS = (" ", " ", ". ", ", ", "... ", " - ", "\n")
_KEYBOARD = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wqryuiopoasdfghjklzxcvbnbn", strict=True))

# A noise changes a text, given its language and a generator; an evasion returns the messages that replace it.
Noise = Callable[[str, str, np.random.Generator], str]
Evasion = Callable[[str, np.random.Generator], list[str]]


def lower_case(text: str, language: str, random: np.random.Generator) -> str:
    """Write everything in lower case; Turkish has two letters i."""
    return (text.replace("İ", "i").replace("I", "ı") if language == "tr" else text).lower()


def no_punctuation(text: str, language: str, random: np.random.Generator) -> str:
    """Drop commas, full stops and quotation marks."""
    return re.sub(r"[.,;'\"!¡¿،؛।۔]+", "", text)


def no_accents(text: str, language: str, random: np.random.Generator) -> str:
    """Drop the accents of Latin letters, as hurry and keyboards of other countries do."""
    return "".join(
        unicodedata.normalize("NFD", letter)[0] if "À" <= letter <= "ɏ" else letter
        for letter in unicodedata.normalize("NFC", text)
    )


def abbreviations(text: str, language: str, random: np.random.Generator) -> str:
    """Abbreviate common words, each with a chance of two in three."""
    pattern, short = abbreviations_of(language)
    return pattern.sub(
        lambda m: short.get(m.group().lower(), m.group()) if random.random() < 2 / 3 else m.group(), text
    )


def typos(text: str, language: str, random: np.random.Generator) -> str:
    """Swap, drop, double or mistype one letter in twenty-five."""
    out: list[str] = []
    letters = list(text)
    position = 0
    while position < len(letters):
        letter = letters[position]
        if letter.isalpha() and random.random() < 0.04:
            kind = random.integers(4)
            if kind == 0 and position + 1 < len(letters):
                out += [letters[position + 1], letter]
                position += 1
            elif kind == 1:
                out += [letter, letter]
            elif kind == 2:
                out.append(_KEYBOARD.get(letter.lower(), letter))
        else:
            out.append(letter)
        position += 1
    return "".join(out)


def elongation(text: str, language: str, random: np.random.Generator) -> str:
    """Repeat the last letter of one word."""
    words = text.split(" ")
    chosen = int(random.integers(len(words)))
    if words[chosen][-1:].isalpha():
        words[chosen] += words[chosen][-1] * int(random.integers(1, 4))
    return " ".join(words)


def emoji(text: str, language: str, random: np.random.Generator) -> str:
    """Add a smiley or a laugh at the end."""
    return f"{text} {_EMOJI[int(random.integers(len(_EMOJI)))]}"


TYPING: tuple[Noise, ...] = (lower_case, no_punctuation, no_accents, abbreviations, typos, elongation, emoji)
# Chance of each kind in a noisy message, in the order of TYPING: case and punctuation go first when people hurry.
_CHANCE = (0.6, 0.5, 0.35, 0.4, 0.3, 0.12, 0.15)


def typing_noise(text: str, language: str, random: np.random.Generator) -> str:
    """Apply each kind of typing noise with its chance."""
    for noise, chance in zip(TYPING, _CHANCE, strict=True):
        if random.random() < chance:
            text = noise(text, language, random)
    return text


def joined(text: str, other: str, random: np.random.Generator) -> str:
    """Join two texts into one message, in either order, as chats do."""
    first, second = (text, other) if random.random() < 0.5 else (other, text)
    return f"{first}{_JOINTS[int(random.integers(len(_JOINTS)))]}{second}"


def split_message(text: str, random: np.random.Generator) -> list[str]:
    """Split a message of four words or more in two; a shorter one stays whole."""
    words = text.split(" ")
    if len(words) < 4:
        return [text]
    place = int(random.integers(2, len(words) - 1))
    return [" ".join(words[:place]), " ".join(words[place:])]


_LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7", "b": "8", "g": "9"}
_PUNCTUATION = (".", "-", "_", "*", "'")
_INVISIBLE = ("\u200b", "\u200c", "\u200d", "\u2060")
_LIKE: dict[str, list[str]] = {}
for _code, _letter in LATIN_LOOKALIKES.items():
    _LIKE.setdefault(_letter, []).append(chr(_code))
# First code points of the alphabets a-z that NFKC folds: bold, sans-serif, monospace, full width.
_STYLES = (0x1D41A, 0x1D5BA, 0x1D68A, 0xFF41)
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_CHOSEN_WORD = 0.5  # chance that a word of four letters or more is changed; at least one is


def _words_changed(text: str, random: np.random.Generator, change: Callable[[str], str]) -> list[str]:
    found = list(_LONG_WORD.finditer(text))
    chosen = [match for match in found if random.random() < _CHOSEN_WORD]
    if found and not chosen:
        chosen = [found[int(random.integers(len(found)))]]
    for match in reversed(chosen):
        text = text[: match.start()] + change(match.group()) + text[match.end() :]
    return [text]


def _letters_changed(word: str, random: np.random.Generator, offers: Callable[[str], Sequence[str]]) -> str:
    """Replace half of the letters that have a substitute, at least one."""
    places = [place for place, letter in enumerate(word) if offers(letter)]
    chosen = {place for place in places if random.random() < 0.5} or set(places[:1])
    return "".join(
        offers(letter)[int(random.integers(len(offers(letter))))] if place in chosen else letter
        for place, letter in enumerate(word)
    )


def leet(text: str, random: np.random.Generator) -> list[str]:
    """Write digits and signs for letters: s3cr3t."""
    return _words_changed(
        text, random, lambda word: _letters_changed(word, random, lambda letter: _LEET.get(letter.lower(), ""))
    )


def inner_punctuation(text: str, random: np.random.Generator) -> list[str]:
    """Put marks between the letters of a word: s.e.c.r.e.t."""
    mark = _PUNCTUATION[int(random.integers(len(_PUNCTUATION)))]
    return _words_changed(text, random, mark.join)


def zero_width(text: str, random: np.random.Generator) -> list[str]:
    """Put invisible characters between the letters of a word."""
    return _words_changed(text, random, lambda word: _INVISIBLE[int(random.integers(len(_INVISIBLE)))].join(word))


def spaced_letters(text: str, random: np.random.Generator) -> list[str]:
    """Put spaces between the letters of a word: s e c r e t."""
    return _words_changed(text, random, " ".join)


def homoglyphs(text: str, random: np.random.Generator) -> list[str]:
    """Write some letters of a word as letters of other scripts that look the same."""
    return _words_changed(
        text, random, lambda word: _letters_changed(word, random, lambda letter: _LIKE.get(letter, []))
    )


def mixed_script(text: str, random: np.random.Generator) -> list[str]:
    """Write some letters of a word as mathematical or full-width ones."""
    start = _STYLES[int(random.integers(len(_STYLES)))]
    return _words_changed(
        text,
        random,
        lambda word: _letters_changed(
            word, random, lambda letter: chr(start + ord(letter) - ord("a")) if "a" <= letter <= "z" else ""
        ),
    )


def cut_messages(text: str, random: np.random.Generator) -> list[str]:
    """Send one message as many of one or two words each."""
    words = text.split()
    if len(words) < 3:
        return [text]
    edges = [0]
    while edges[-1] < len(words):
        edges.append(min(len(words), edges[-1] + int(random.integers(1, 3))))
    return [" ".join(words[start:stop]) for start, stop in pairwise(edges)]


def no_spaces(text: str, random: np.random.Generator) -> list[str]:
    """Run all words together."""
    return ["".join(text.split())]


def single_letters(text: str, random: np.random.Generator) -> list[str]:
    """Send each letter as a message."""
    return list("".join(text.split()))


# The first six kinds that are kept for the test resemble a trained one; none is trained by accident.
TRAINED_EVASION: tuple[Evasion, ...] = (leet, inner_punctuation, zero_width)
HELD_OUT_EVASION: tuple[Evasion, ...] = (
    spaced_letters,
    homoglyphs,
    mixed_script,
    cut_messages,
    no_spaces,
    single_letters,
    *DISGUISES,
)
# Of these, the ones that the evaluation measures on composed conversations: the first six, and the case of letters. All
# of them are tried on the bundled samples (`tests/training/composer/test_disguises.py`).
MEASURED_EVASION = HELD_OUT_EVASION[:9]
