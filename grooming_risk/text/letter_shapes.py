"""Letters drawn in another way, which NFKC and the look-alikes of UTS 39 leave as they are.

What no language writes is read as the letter that it shows, always: small capitals, letters in circles and squares,
the Arabic stretching line. Letters of other alphabets that merely resemble Latin ones are offered as readings of a
text, and `readings` takes one only if it makes words of what was none.
"""

from __future__ import annotations

import unicodedata
from itertools import islice, product
from string import ascii_lowercase, ascii_uppercase

_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True))
_FIRST_IN_CIRCLE, _FIRST_IN_SQUARE = 0x1F150, 0x1F170
# Drawn shape → letter. None of them is a letter of a language's spelling; phonetic notation has some.
SHAPES: dict[int, str] = {
    **{ord(shape): letter for shape, letter in _SMALL_CAPITALS.items()},
    **{_FIRST_IN_CIRCLE + place: letter for place, letter in enumerate(ascii_uppercase)},
    **{_FIRST_IN_SQUARE + place: letter for place, letter in enumerate(ascii_uppercase)},
}
STRETCH = "\u0640"  # kashida, which stretches an Arabic word and means nothing

TURNED: dict[int, str] = {
    ord(turned): letter for turned, letter in zip("ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz", ascii_lowercase, strict=True)
}
# Those that are read upside down only; the others are letters as they stand.
TURNED_LETTERS = 2  # of one text
ONLY_TURNED = "ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎ"
_ONLY_TURNED = {ord(letter): TURNED[ord(letter)] for letter in ONLY_TURNED}

# What a Greek or Cyrillic letter may show, the likeliest first: by its shape, or by its sound where the shape is rare.
_SHOWN = {
    "α": "a", "β": "b", "γ": "yg", "δ": "d", "ε": "e", "ζ": "z", "η": "nh", "θ": "o", "ι": "i", "κ": "k", "λ": "l",
    "μ": "mu", "ν": "vn", "ξ": "ex", "ο": "o", "π": "np", "ρ": "pr", "ς": "sc", "σ": "os", "τ": "t", "υ": "u",
    "φ": "fo", "χ": "x", "ψ": "wy", "ω": "wo",
    "а": "a", "б": "b", "в": "bv", "г": "rg", "д": "da", "е": "e", "ж": "x", "з": "ez", "и": "nui", "й": "un",
    "к": "k", "л": "lnj", "м": "m", "н": "hn", "о": "o", "п": "np", "р": "pr", "с": "cs", "т": "t", "у": "yu",
    "ф": "fo", "х": "xh", "ц": "u", "ч": "y", "ш": "w", "щ": "w", "ъ": "b", "ы": "b", "ь": "b", "э": "e", "ю": "o",
    "я": "r", "ѕ": "s", "і": "i", "ј": "j", "һ": "h", "ԁ": "d", "ԍ": "g", "ԛ": "q", "ԝ": "w", "ѵ": "v", "є": "e",
}  # fmt: skip
_MOST_READINGS = 64  # of one word

# Letters with a stroke, which do not decompose into a letter and a mark.
_VOWELS = frozenset("aeiou")
_STROKES = str.maketrans("øłđħŧıƀɍɨʉɇ", "oldhtibriue")


def without_marks(text: str) -> str:
    """Return a text without the marks and strokes of its Latin letters, in lower case."""
    if text.isascii():
        return text.lower()
    out: list[str] = []
    for character in unicodedata.normalize("NFD", text.lower()):
        if not (unicodedata.combining(character) and out and out[-1].isascii()):
            out.append(character)
    return unicodedata.normalize("NFC", "".join(out).translate(_STROKES))


def marked_words(text: str) -> float:
    """Return the share of words with a marked Latin letter among the words of a text that have a vowel or a mark."""
    words = [word for word in text.lower().split() if any(letter.isalpha() for letter in word)]
    unmarked = [word for word in words if without_marks(word) == word]
    marked = len(words) - len(unmarked)
    return marked / max(1, marked + sum(not _VOWELS.isdisjoint(word) for word in unmarked))


def has_letters_marked_twice(text: str) -> bool:
    """Check whether some letter of a text has two marks, as Vietnamese has in most sentences."""
    return any(len(unicodedata.normalize("NFD", character)) > 2 for character in text if not character.isascii())


def latin_readings(word: str) -> list[str]:
    """Return the words that a word with Greek or Cyrillic letters may show in Latin ones, the likeliest first."""
    return ["".join(letters) for letters in islice(product(*(_SHOWN.get(c, c) for c in word)), _MOST_READINGS)]


def is_turned(text: str) -> bool:
    """Check whether some letters of a text are upside down, which hardly any language writes."""
    return sum(ord(character) in _ONLY_TURNED for character in text) >= TURNED_LETTERS


def turned_around(text: str) -> list[str]:
    """Return readings of a text whose letters are turned upside down: from its end, and in their order."""
    return [text.translate(TURNED)[::-1], text.translate(_ONLY_TURNED)]
