"""Capitals that carry nothing are lowered: shouting, and capitals in the middle of words.

The encoder learned sentences as people write them, and lower case as people type. Capitals throughout are other pieces
to it, so that it reads next to nothing. A sentence with its usual capitals stays as it is, and so do acronyms.
"""

from __future__ import annotations

import re
from itertools import pairwise

# Letters from which a word in capitals is not an acronym. In a text that has more words in capitals than others, and at
# least so many, shorter ones are lowered too.
SHOUTED, SHOUTED_WORDS = 5, 3
# Words with capitals in the middle from which the whole text is lowered, when they are half of it; one more, a third.
ODD_WORDS = 2
_CAPITALS = re.compile("[A-Za-z][A-Z]")  # every text that is lowered has it


def without_shouting(text: str) -> str:
    """Return a text whose meaningless capitals are lowered; the same object when there are none."""
    rest = text[1:]
    if rest.islower() and (text.isascii() or rest[0].islower() or text.islower()):  # the quickest test
        return text
    if text.isascii() and not _CAPITALS.search(text):
        return text
    words = text.split()
    upper = [word for word in words if word.isupper()]
    odd = sum(_is_odd(word) for word in words if not word.islower())
    if not upper and not odd:
        return text
    cased = sum(word.isupper() or word.lower() != word or word.islower() for word in words)
    several = sum(len(word) > 1 for word in upper) >= SHOUTED_WORDS and 2 * len(upper) > cased
    strange = (odd >= ODD_WORDS and 2 * odd >= cased) or (odd > ODD_WORDS and 3 * odd >= cased)
    if several or strange or (text.isupper() and _letters(text) >= SHOUTED):
        return _lowered(text)
    if odd or any(_letters(word) >= SHOUTED for word in upper):
        return _words_lowered(text)
    return text


def _words_lowered(text: str) -> str:
    out: list[str] = []
    position = 0
    for word in text.split():
        start = text.index(word, position)
        lower = _very_odd(word) or (word.isupper() and _letters(word) >= SHOUTED)
        out += [text[position:start], _lowered(word) if lower else word]
        position = start + len(word)
    return "".join([*out, text[position:]])


def _is_odd(word: str) -> bool:
    """Check whether a capital follows a small letter in a word, or small letters follow several capitals."""
    return not word.isupper() and (_turns(word) > 0 or (word[:2].isupper() and word[:2].isalpha()))


def _very_odd(word: str) -> bool:
    """Check whether capitals follow small letters twice and in short distances: aLtErNaTe, but not CamelCaseName."""
    return not word.isupper() and 3 * _turns(word) >= max(6, _letters(word))


def _turns(word: str) -> int:
    return sum(one.islower() and other.isupper() for one, other in pairwise(word))


def _letters(word: str) -> int:
    return sum(map(str.isalpha, word))


def _lowered(text: str) -> str:
    """Convert to lower case without changing the length: İ would become two characters."""
    lower = text.lower()
    return lower if len(lower) == len(text) else text.replace("İ", "i").lower()
