"""Normalize a message, and keep for every character its origin in the message.

Steps: put letters that are forced to run from right to left in the order in which they are seen; remove invisible and
private-use characters (joiners stay inside emoji); replace control characters, lone surrogates, and shapes of letters
that no language writes; compose with NFKC (Unicode UAX 15); apply the skeleton of UTS 39 to tokens that mix Latin with
another alphabet or look-alikes of several alphabets, but never to words that are entirely Cyrillic, Greek or Arabic;
join letters that are spread out, as in "s p r e a d" or "s.p.r.e.a.d".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from grooming_risk.text.confusables import LATIN_LOOKALIKES
from grooming_risk.text.letter_shapes import SHAPES, STRETCH

_WORD = re.compile(r"\w+")
_ASCII_LETTER = re.compile(r"[A-Za-z]")
_JOINER, _EMOJI_STYLE = "\u200d", "\ufe0f"
# Default-ignorable code points that are not of category Cf (Unicode DerivedCoreProperties).
_IGNORABLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u3164\uffa0") | frozenset(
    chr(code) for code in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
)
# Single letters with the same separator between all of them. Punctuation counts from three letters on. Spaces count
# from four letters on, because people write "y r u" and "i c u"; or from three on where the text has little else.
_SPREAD = re.compile(r"(?<![^\W_])[^\W\d_](?:([ .\-*'_·|/])[^\W\d_](?:\1[^\W\d_])+)(?![^\W_])")
# What every match of `_SPREAD` ends with; it is found faster, because separators are rare.
_MAY_BE_SPREAD = re.compile(r"([ .\-*'_·|/])[^\W\d_]\1[^\W\d_]")
_SPREAD_BY_SPACES, _MOSTLY_SPREAD = 4, 6
_ONE_SPACE = re.compile(r"(?<=\S) (?=\S)")
# Combining marks in a row that are kept, as in the Stream-Safe Text Format of UAX 15; no word needs half as many.
# Without a limit, ordering them is quadratic: 8 seconds for 128,000 marks of two kinds in turn.
_MARKS_IN_A_ROW = 30
# Characters that stay as they are in a text of one alphabet: no look-alike of a letter of another one is among them.
_COMMON = (
    r" -@\[-`{-~¡-¬®-¿×÷\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2600-\u27bf\U0001f300-\U0001f6ff\U0001f900-\U0001f9ff"
)
_OF_ONE_ALPHABET = re.compile(
    "|".join(
        f"[{_COMMON}{letters}]*+"
        for letters in (
            r"A-Za-zÀ-ÖØ-öø-ɏ\u1e00-\u1eff",
            r"\u0400-\u0481\u048a-\u04ff",
            r"\u0386\u0388-\u03ce",
            r"\u060c\u061b\u061f-\u063f\u0641-\u0652\u0660-\u066d\u0671-\u06d5\u06f0-\u06ff",
            r"\u0900-\u097f",
        )
    )
)
_MANY_MARKS = re.compile(r"[\u064b-\u0652\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962-\u0963]{20}")
# Struck-through and similar overlays: h̷o̷w̷.
_OVERLAYS = frozenset("\u0334\u0335\u0336\u0337\u0338")
_REMOVED = _OVERLAYS | _IGNORABLE | {STRETCH}
# Letters forced to run from right to left, to the end of that or of the line. Letters that do so by themselves are left
# alone: Hebrew, Arabic and the like.
_OVERRIDE = "\u202e"
_OVERRIDDEN = re.compile("\u202e([^\u202c\u202e\n\r\u2029\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+)")


@dataclass(frozen=True, slots=True)
class NormalizedText:
    """A normalized text and the origin of its characters. Its `repr` hides the text.

    Attributes:
        text: The normalized text.
        offsets: For each character of `text`, the index of the original character it came from; never decreasing.
        obfuscations: Number of characters that were removed or replaced because they disguise the text.
        run_together: Whether these include spaces between single letters, so that words may have lost theirs too.
    """

    text: str
    offsets: Sequence[int]
    obfuscations: int = 0
    run_together: bool = False

    def __repr__(self) -> str:
        return f"NormalizedText(characters={len(self.text)}, obfuscations={self.obfuscations})"

    def replace_spans(self, spans: list[tuple[int, int]], replacement: str) -> NormalizedText:
        """Replace ordered, disjoint [start, stop) spans; the offsets of a replacement are those of the span's start."""
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
    """Normalize the text of one message.

    Args:
        text: Any string; it may contain lone surrogates and NUL.

    Returns:
        The normalized text.
    """
    return NormalizedText(text, range(len(text))) if _is_plain(text) else normalize_disguised(text)


def normalize_disguised(text: str) -> NormalizedText:
    """Normalize a text step by step, whatever is in it; `normalize` returns the same, faster for a plain text."""
    characters, offsets, obfuscations = _visible(*_as_displayed(text))
    normal = "".join(characters)
    run_together, changed = False, True
    # A replaced or newly adjacent letter may compose with the mark or jamo after it, and turn two words into one mixed
    # word. Each round leaves less to do, so this ends.
    while changed:
        if not unicodedata.is_normalized("NFKC", normal):
            characters, offsets = _compose(list(normal), offsets)
            normal = "".join(characters)
        separators = _separators(normal)
        if STRETCH in normal:  # composing brings it in: some forms of Arabic marks stand on one
            separators.update(index for index, character in enumerate(normal) if character == STRETCH)
        if separators:
            run_together |= "  " not in normal and any(normal[index] == " " for index in separators)
            kept = [index for index in range(len(normal)) if index not in separators]
            normal, offsets = "".join(normal[index] for index in kept), [offsets[index] for index in kept]
        normal, replaced = _skeleton(normal)
        changed = bool(separators or replaced)
        obfuscations += len(separators) + replaced
    return NormalizedText(normal, tuple(offsets), obfuscations, run_together)


def _is_plain(text: str) -> bool:
    """Check by cheap tests that no step changes a text: it is printable, composed, of one alphabet, and not spread."""
    if not text.isprintable():
        return False
    if not text.isascii():
        if not _OF_ONE_ALPHABET.fullmatch(text) or not unicodedata.is_normalized("NFKC", text):
            return False
        if _MANY_MARKS.search(text):
            return False
    return not (_MAY_BE_SPREAD.search(text) and _SPREAD.search(text))


def _separators(text: str) -> set[int]:
    """Return the indices of the separators between spread letters."""
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
    """Return the spaces of a text of single characters, at least half of them letters: i ' m  1 5."""
    words = text.split()
    letters = sum(word.isalpha() for word in words)
    if len(words) < _MOSTLY_SPREAD or 2 * letters < len(words) or any(len(word) > 1 for word in words):
        return set()
    return {match.start() for match in _ONE_SPACE.finditer(text)}


def _mostly_spread(text: str) -> bool:
    """Check whether most words of a text are single letters, at least six, and wider gaps separate some of them."""
    words = text.split()
    single = sum(len(word) == 1 for word in words)
    return "  " in text and single >= _MOSTLY_SPREAD and 2 * single > len(words)


def _as_displayed(text: str) -> tuple[str, Sequence[int]]:
    """Return a text with what is forced to run from right to left in the order that is seen, and its origins.

    All characters that change their order get the origin of the first of them.
    """
    if _OVERRIDE not in text:
        return text, range(len(text))
    parts: list[str] = []
    origins: list[int] = []
    position = 0
    for match in _OVERRIDDEN.finditer(text):
        start, stop = match.span(1)
        parts += [text[position:start], text[start:stop][::-1]]
        origins += [*range(position, start), *[start] * (stop - start)]
        position = stop
    return "".join([*parts, text[position:]]), [*origins, *range(position, len(text))]


def _visible(text: str, origins: Sequence[int]) -> tuple[list[str], list[int], int]:
    characters: list[str] = []
    offsets: list[int] = []
    hidden = marks = 0
    for index, character in zip(origins, text, strict=True):
        category = unicodedata.category(character)
        only_marks, count = _marks(character)
        if only_marks and marks + count > _MARKS_IN_A_ROW:
            hidden += 1
            continue
        if characters and _is_emoji_joint(characters[-1], character):
            pass
        elif character in _REMOVED or category in ("Cf", "Co", "Cn"):
            hidden += 1
            continue
        elif category == "Cs":
            character = "\ufffd"
        elif category in ("Cc", "Zl", "Zp"):
            character = " "
        elif ord(character) in SHAPES:
            character = SHAPES[ord(character)]
            hidden += 1
        marks = marks + count if only_marks else count
        characters.append(character)
        offsets.append(index)
    return characters, offsets, hidden


@lru_cache(maxsize=4_096)
def _marks(character: str) -> tuple[bool, int]:
    """Check whether a character decomposes into marks alone, and count the marks at its end."""
    parts = unicodedata.normalize("NFKD", character)
    count = next((n for n, part in enumerate(reversed(parts)) if not unicodedata.combining(part)), len(parts))
    return count == len(parts), count


def _is_emoji_joint(before: str, character: str) -> bool:
    """Check whether a character is a joiner or emoji style after a symbol, where it belongs to an emoji."""
    if character not in (_JOINER, _EMOJI_STYLE):
        return False
    after_style = character == _JOINER and before == _EMOJI_STYLE
    # After NFKC, because a squared letter is a symbol only before.
    return after_style or unicodedata.category(unicodedata.normalize("NFKC", before)[-1]) in ("So", "Sk")


def _compose(characters: list[str], offsets: list[int]) -> tuple[list[str], list[int]]:
    """Compose with NFKC cluster by cluster; the offsets of a composed cluster are those of its first character."""
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
    """Yield ranges that can be composed on their own: a starter with the marks and jamo that may combine with it."""
    start = 0
    for index in range(1, len(characters)):
        character = characters[index]
        if not _continues(character):
            yield start, index
            start = index
    if characters:
        yield start, len(characters)


def _continues(character: str) -> bool:
    # A character starts a cluster only if neither it nor the first character it decomposes into combines backwards.
    first = unicodedata.normalize("NFKD", character)[0]
    return unicodedata.combining(first) > 0 or "\u1161" <= first <= "\u11ff" or unicodedata.category(first) == "Mc"


def _skeleton(text: str) -> tuple[str, int]:
    """Replace Latin look-alikes in tokens that mix alphabets; return the text and the number of replacements."""
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
    """Check whether a token has Latin look-alikes of two alphabets or more, which no language mixes in a word."""
    alphabets = {_alphabet(character) for character in token if ord(character) in LATIN_LOOKALIKES}
    return len(alphabets) > 1


@cache
def _alphabet(character: str) -> str:
    return unicodedata.name(character).split()[0]
