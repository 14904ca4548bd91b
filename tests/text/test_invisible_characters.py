"""Invisible characters are listed in four places for four purposes; here the lists are held against each other.

The normalizer removes them, WhatsApp's phrases are compared without them, the review page names them, and training
puts them into words. The corpus check goes by the same Unicode categories as the normalizer.
"""

import sys
import unicodedata

import pytest

from grooming_risk.readers.whatsapp.phrases import MARKS
from grooming_risk.rendering.html.markup import escape
from grooming_risk.text.normalization import normalize

CATEGORIES = ("Cc", "Cf", "Cs", "Zl", "Zp", "Mn")
FILLERS = "\u115f\u1160\u3164\uffa0"  # letters that show nothing
CANDIDATES = [c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c) in CATEGORIES or c in FILLERS]

# The page leaves these alone: it shows messages as they are, and writing and emoji need them.
SHOWN_AS_THEY_ARE = (
    "\u0334-\u0338 \u034f \u0600-\u0605 \u06dd \u070f \u0890-\u0891 \u08e2 \u17b4-\u17b5 \u180b-\u180d \u200c-\u200d "
    "\ufe00-\ufe0f \U000110bd \U000110cd \U00013430-\U0001343f \U0001bca0-\U0001bca3 \U0001d173-\U0001d17a \U000e0001 "
    "\U000e0020-\U000e007f \U000e0100-\U000e01ef"
)


def removed(character):
    return normalize(f"a{character}b").text == "ab"


def named(character):
    return str(escape(character)) != f"&#{ord(character)};"


def members(ranges):
    for first, _, last in (part.partition("-") for part in ranges.split()):
        yield from map(chr, range(ord(first), ord(last or first) + 1))


def test_marks_of_whatsapp_are_removed():
    assert all(map(removed, MARKS))


def test_what_the_page_names_shows_nothing():
    for character in CANDIDATES:
        if ord(character) >= 0x7F and named(character):
            assert normalize(f"a{character}b").text in ("ab", "a b", "a\ufffdb"), hex(ord(character))
    others = set(map(chr, range(0x80, 0x10000))).difference(CANDIDATES)
    shown = [c for c in others if named(c) and unicodedata.category(c) != "Cn"]  # unassigned
    assert shown == []


def test_what_is_removed_is_named_on_the_page_or_part_of_a_writing_system():
    left_alone = {character for character in CANDIDATES if removed(character) and not named(character)}
    assert left_alone <= set(members(SHOWN_AS_THEY_ARE))


@pytest.mark.parametrize("seed", range(8))
def test_what_training_puts_into_words_is_removed(seed):
    numpy = pytest.importorskip("numpy")
    perturb = pytest.importorskip("training.composer.perturb")
    text = "see you at the football match tomorrow"
    (hidden,) = perturb.zero_width(text, numpy.random.default_rng(seed))
    assert hidden != text
    assert normalize(hidden).text == text
