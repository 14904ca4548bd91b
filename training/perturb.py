"""Typing noise: what hurried people do to a message. Applied to both classes alike, so that noise tells nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

# Abbreviations of chat English; whole words only.
_SHORT = {
    "you": "u", "are": "r", "your": "ur", "you're": "ur", "please": "pls", "because": "cuz", "okay": "k",
    "people": "ppl", "thanks": "thx", "really": "rly", "tomorrow": "tmrw", "tonight": "2nite", "with": "w",
    "what": "wat", "don't": "dont", "i'm": "im", "can't": "cant", "about": "abt", "though": "tho", "for": "4",
    "to": "2", "see": "c", "why": "y", "message": "msg", "picture": "pic", "minutes": "mins", "going to": "gonna",
    "want to": "wanna", "i don't know": "idk", "right now": "rn", "to be honest": "tbh", "oh my god": "omg",
}  # fmt: skip
_ABBREVIATIONS = re.compile(r"\b(" + "|".join(sorted(map(re.escape, _SHORT), key=len, reverse=True)) + r")\b", re.I)
_EMOJI = ("😂", "😅", "🙂", "😊", "👍", "🙏", "😭", "🔥", "💀", "😉", "❤️", "😎", "🤔", "xd", "lol", "haha", ":)", ":D")
_JOINTS = (" ", " ", ". ", ", ", "... ", " - ", "\n")
_KEYBOARD = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wqryuiopoasdfghjklzxcvbnbn", strict=True))

Noise = Callable[[str, np.random.Generator], str]


def lower_case(text: str, random: np.random.Generator) -> str:
    """Everything in lower case."""
    return text.lower()


def no_punctuation(text: str, random: np.random.Generator) -> str:
    """Without commas, full stops and quotation marks."""
    return re.sub(r"[.,;'\"!]+", "", text)


def abbreviations(text: str, random: np.random.Generator) -> str:
    """Common words cut short, each two times in three."""
    return _ABBREVIATIONS.sub(lambda m: _SHORT[m.group().lower()] if random.random() < 2 / 3 else m.group(), text)


def typos(text: str, random: np.random.Generator) -> str:
    """One letter in twenty-five swapped, dropped, doubled or hit beside."""
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


def elongation(text: str, random: np.random.Generator) -> str:
    """The last letter of one word stretched."""
    words = text.split(" ")
    chosen = int(random.integers(len(words)))
    if words[chosen][-1:].isalpha():
        words[chosen] += words[chosen][-1] * int(random.integers(1, 4))
    return " ".join(words)


def emoji(text: str, random: np.random.Generator) -> str:
    """A smiley or a laugh at the end."""
    return f"{text} {_EMOJI[int(random.integers(len(_EMOJI)))]}"


TYPING: tuple[Noise, ...] = (lower_case, no_punctuation, abbreviations, typos, elongation, emoji)
# Chance of each kind in a noisy message, in the order of TYPING: case and punctuation go first when people hurry.
_CHANCE = (0.6, 0.5, 0.4, 0.3, 0.12, 0.15)


def typing_noise(text: str, random: np.random.Generator) -> str:
    """A message as a hurried person types it."""
    for noise, chance in zip(TYPING, _CHANCE, strict=True):
        if random.random() < chance:
            text = noise(text, random)
    return text


def joined(text: str, other: str, random: np.random.Generator) -> str:
    """Two things said in one message, in either order, as chat joins them."""
    first, second = (text, other) if random.random() < 0.5 else (other, text)
    return f"{first}{_JOINTS[int(random.integers(len(_JOINTS)))]}{second}"


def split_message(text: str, random: np.random.Generator) -> list[str]:
    """A message of four words or more sent as two; a shorter one whole."""
    words = text.split(" ")
    if len(words) < 4:
        return [text]
    place = int(random.integers(2, len(words) - 1))
    return [" ".join(words[:place]), " ".join(words[place:])]
