"""Normalise a message and keep, for every character, where it came from.

Steps: invisible and private-use characters are removed (joiners stay inside emoji), controls and lone surrogates are
neutralised, NFKC (Unicode UAX 15), and the TR39 skeleton (Unicode UTS 39) on tokens that mix Latin with another
alphabet or look-alikes of several alphabets, never on real Cyrillic, Greek or Arabic words. Letters that are spread
out, as in "s p r e a d" or "s.p.r.e.a.d", are joined.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from grooming_risk.text.confusables import LATIN_LOOKALIKES

_WORD = re.compile(r"\w+")
_ASCII_LETTER = re.compile(r"[A-Za-z]")
_JOINER, _EMOJI_STYLE = "\u200d", "\ufe0f"
# Default-ignorable code points that are not of category Cf (Unicode DerivedCoreProperties).
_IGNORABLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u3164\uffa0") | frozenset(
    chr(code) for code in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
)
# Single letters with the same separator between all of them. A mark between letters spreads a word from three letters
# on; spaces from four on, since chat writes "y r u" and "i c u", or from three on where little else is written.
_SPREAD = re.compile(r"(?<![^\W_])[^\W\d_](?:([ .\-*'_·|/])[^\W\d_](?:\1[^\W\d_])+)(?![^\W_])")
_SPREAD_BY_SPACES, _MOSTLY_SPREAD = 4, 6
_ONE_SPACE = re.compile(r"(?<=\S) (?=\S)")
# Combining marks in a row that are kept: the Stream-Safe Text Format of UAX 15 (no word needs half as many). Without it
# putting them in order is quadratic: 8 seconds for 128,000 of two kinds in turn.
_MARKS_IN_A_ROW = 30
# Struck-through and similar overlays: h̷o̷w̷.
_OVERLAYS = frozenset("\u0334\u0335\u0336\u0337\u0338")


@dataclass(frozen=True, slots=True)
class NormalizedText:
    """A normalised text with the way back. Its `repr` hides the text.

    Attributes:
        text: the normalised text.
        offsets: for each character of `text` the index of the original character it came from, never decreasing.
        obfuscations: characters that were removed or replaced because they hide what is written.
        run_together: whether spaces between single letters were among them, and words may have lost theirs too.
    """

    text: str
    offsets: Sequence[int]
    obfuscations: int = 0
    run_together: bool = False

    def __repr__(self) -> str:
        return f"NormalizedText(characters={len(self.text)}, obfuscations={self.obfuscations})"

    def replace_spans(self, spans: list[tuple[int, int]], replacement: str) -> NormalizedText:
        """Replace ordered, disjoint [start, stop) spans; the replacement points at the start of what it replaces."""
        text: list[str] = []
        offsets: list[int] = []
        position = 0
        for start, stop in spans:
            text += [self.text[position:start], replacement]
            offsets += self.offsets[position:start]
            offsets += [self.offsets[start]] * len(replacement)
            position = stop
        return replace(self, text="".join([*text, self.text[position:]]), offsets=(*offsets, *self.offsets[position:]))


def normalize(text: str) -> NormalizedText:
    """Normalise one message.

    Args:
        text: any string, lone surrogates and NUL included.
    """
    if text.isascii() and text.isprintable() and not _SPREAD.search(text):
        return NormalizedText(text, range(len(text)))
    characters, offsets, obfuscations = _visible(text)
    normal = "".join(characters)
    run_together, changed = False, True
    # A mark or jamo may join only a letter that was replaced or came beside it, and make one mixed word of two: each
    # round has fewer to do.
    while changed:
        if not unicodedata.is_normalized("NFKC", normal):
            characters, offsets = _compose(list(normal), offsets)
            normal = "".join(characters)
        separators = _separators(normal)
        if separators:
            run_together |= "  " not in normal and any(normal[index] == " " for index in separators)
            kept = [index for index in range(len(normal)) if index not in separators]
            normal, offsets = "".join(normal[index] for index in kept), [offsets[index] for index in kept]
        normal, replaced = _skeleton(normal)
        changed = bool(separators or replaced)
        obfuscations += len(separators) + replaced
    return NormalizedText(normal, tuple(offsets), obfuscations, run_together)


def _separators(text: str) -> set[int]:
    """What stands between spread letters."""
    found = list(_SPREAD.finditer(text))
    if not found:
        return set()
    enough = 3 if _mostly_spread(text) else _SPREAD_BY_SPACES
    removed = _all_spread(text)
    for match in found:
        if match.group(1) != " " or len(match.group()) >= 2 * enough - 1:
            removed.update(range(match.start() + 1, match.end(), 2))
    return removed


def _all_spread(text: str) -> set[int]:
    """The spaces between single characters where nothing else is written, half of them letters: i ' m  1 5."""
    words = text.split()
    letters = sum(word.isalpha() for word in words)
    if len(words) < _MOSTLY_SPREAD or 2 * letters < len(words) or any(len(word) > 1 for word in words):
        return set()
    return {match.start() for match in _ONE_SPACE.finditer(text)}


def _mostly_spread(text: str) -> bool:
    """Whether most of the words are single letters, these are many, and wider gaps divide them."""
    words = text.split()
    single = sum(len(word) == 1 for word in words)
    return "  " in text and single >= _MOSTLY_SPREAD and 2 * single > len(words)


def _visible(text: str) -> tuple[list[str], list[int], int]:
    characters: list[str] = []
    offsets: list[int] = []
    hidden = marks = 0
    for index, character in enumerate(text):
        category = unicodedata.category(character)
        only_marks, count = _marks(character)
        if only_marks and marks + count > _MARKS_IN_A_ROW:
            hidden += 1
            continue
        if characters and _is_emoji_joint(characters[-1], character):
            pass
        elif character in _OVERLAYS or character in _IGNORABLE or category in ("Cf", "Co", "Cn"):
            hidden += 1
            continue
        elif category == "Cs":
            character = "\ufffd"
        elif category in ("Cc", "Zl", "Zp"):
            character = " "
        marks = marks + count if only_marks else count
        characters.append(character)
        offsets.append(index)
    return characters, offsets, hidden


@lru_cache(maxsize=4_096)
def _marks(character: str) -> tuple[bool, int]:
    """Whether it is marks and nothing else, and how many marks it ends with; decomposed, as they are put in order."""
    parts = unicodedata.normalize("NFKD", character)
    count = next((n for n, part in enumerate(reversed(parts)) if not unicodedata.combining(part)), len(parts))
    return count == len(parts), count


def _is_emoji_joint(before: str, character: str) -> bool:
    """A joiner or emoji style right after a symbol, as far as is kept, belongs to the emoji, and hides nothing."""
    if character not in (_JOINER, _EMOJI_STYLE):
        return False
    after_style = character == _JOINER and before == _EMOJI_STYLE
    # What NFKC makes of it: a squared letter is a symbol only until then.
    return after_style or unicodedata.category(unicodedata.normalize("NFKC", before)[-1]) in ("So", "Sk")


def _compose(characters: list[str], offsets: list[int]) -> tuple[list[str], list[int]]:
    """NFKC cluster by cluster; every character of a composed cluster points at the cluster's first original."""
    out: list[str] = []
    origin: list[int] = []
    for start, stop in _clusters(characters):
        composed = unicodedata.normalize("NFKC", "".join(characters[start:stop]))
        if len(composed) == stop - start:  # one for one: keep the finer offsets
            origin += offsets[start:stop]
        else:
            origin += [offsets[start]] * len(composed)
        out += composed
    return out, origin


def _clusters(characters: list[str]) -> Iterator[tuple[int, int]]:
    """Ranges that normalise on their own: a starter with what can combine with it (marks, conjoining jamo)."""
    start = 0
    for index in range(1, len(characters)):
        character = characters[index]
        if not _continues(character):
            yield start, index
            start = index
    if characters:
        yield start, len(characters)


def _continues(character: str) -> bool:
    # A character may start its cluster only when it neither combines backwards nor decomposes into one that does.
    first = unicodedata.normalize("NFKD", character)[0]
    return unicodedata.combining(first) > 0 or "\u1161" <= first <= "\u11ff" or unicodedata.category(first) == "Mc"


def _skeleton(text: str) -> tuple[str, int]:
    """Latin look-alikes replaced in tokens that mix alphabets; how many were."""
    replaced = 0

    def in_latin(match: re.Match[str]) -> str:
        nonlocal replaced
        token = match.group()
        if token.isascii() or not (_ASCII_LETTER.search(token) or _of_several_alphabets(token)):
            return token
        latin = token.translate(LATIN_LOOKALIKES)
        replaced += sum(before != after for before, after in zip(token, latin, strict=True))
        return latin

    return _WORD.sub(in_latin, text), replaced


def _of_several_alphabets(token: str) -> bool:
    """Whether its Latin look-alikes come from two alphabets or more: no language writes a word like that."""
    alphabets = {_alphabet(character) for character in token if ord(character) in LATIN_LOOKALIKES}
    return len(alphabets) > 1


@cache
def _alphabet(character: str) -> str:
    return unicodedata.name(character).split()[0]
