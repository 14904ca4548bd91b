"""What is skipped for plain text would have changed nothing: fast and full path agree character by character."""

import hashlib
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grooming_risk.text import normalization
from grooming_risk.text.confusables import LATIN_LOOKALIKES
from grooming_risk.text.masking import (
    CHECKSUMS,
    EXPLICIT_CHARACTER,
    ExplicitVocabulary,
    mask_explicit,
    pack_checksums,
    unpack_checksums,
)
from grooming_risk.text.normalization import NormalizedText, normalize, normalize_disguised
from grooming_risk.text.word_division import _letters

TERMS = ["Badword", "very bad thing", "bad", "straße", "ŉa b", "плохо", "x y z w", "İz"]
VOCABULARY = ExplicitVocabulary.from_terms(TERMS, b"salt")

CHARACTERS = "aAzZ09_ .-*'·|/\t\n\u200b\ufe0f\u200d❤😀éñ\u0337\u00ad\ue000\ud800\u00a0…’ﬁİıßŉΐ한ếоοй"
COMPOSED = ["s.p.r", "a b c d", "e\u0301", "и\u0306", "क\u093c", "\u0301" * 31, "\u064b" * 25, "σς", "ＡＢ"]
WORDS = [*TERMS, "Привет", "γειά", "\u0627\u0644", "नमस्ते", EXPLICIT_CHARACTER]
PIECES = st.sampled_from([*CHARACTERS, *COMPOSED, *WORDS, *map(chr, list(LATIN_LOOKALIKES)[::9])])
HOSTILE = st.one_of(
    st.lists(PIECES, max_size=14).map("".join),
    st.lists(PIECES, max_size=10).map(" ".join),
    st.text(max_size=40),
    st.text(st.characters(max_codepoint=0x250), max_size=40),
    st.text(st.characters(min_codepoint=0x370, max_codepoint=0x530), max_size=20),
    st.text(st.characters(min_codepoint=0x600, max_codepoint=0x980), max_size=20),
)


def fields(text):
    return text.text, list(text.offsets), text.obfuscations, text.run_together


@given(HOSTILE)
@example("a b c d")
@example("é" + "\u0301" * 40)
@example("кот cat")
def test_normalizing_a_plain_text_changes_nothing(text):
    assert fields(normalize(text)) == fields(normalize_disguised(text))


def test_no_character_that_a_step_would_change_is_plain():
    plain = 0
    for code in range(0x20000):
        for text in (chr(code), f"a{chr(code)}", f"{chr(code)}б{chr(code)}"):
            if not text.isascii() and normalization._is_plain(text):
                plain += 1
                assert normalize_disguised(text).text == text, hex(code)
    assert plain > 3_000


@pytest.mark.parametrize(
    "text",
    ["café, où ça?", "¿qué tal?", "Привет, как дела?", "Γειά σου", "كيف حالك؟", "क्या हाल है", "ok 😀", "it’s “fine”"],
)
def test_plain_text_of_one_alphabet_takes_the_fast_path(text):
    assert normalize(text).offsets == range(len(text))


def every_run_hashed(normalized, vocabulary):
    """Mask as directly as it can be said: hash every run of words, the longest first."""
    words = list(re.finditer(rf"\w+|{EXPLICIT_CHARACTER}", normalized.text))
    folded = [match.group().casefold() for match in words]
    spans, index = [], 0
    while index < len(words):
        most = min(vocabulary.longest, len(words) - index)
        term = (" ".join(folded[index : index + n]).encode("utf-8", "surrogatepass") for n in range(most, 0, -1))
        hashed = [hashlib.blake2b(run, digest_size=8, key=vocabulary.salt).digest() for run in term]
        length = next((most - n for n, value in enumerate(hashed) if value in vocabulary.hashes), 0)
        if length:
            spans.append((words[index].start(), words[index + length - 1].end()))
        index += max(1, length)
    return normalized.replace_spans(spans, f" {EXPLICIT_CHARACTER} ") if spans else normalized


WITHOUT_CHECKSUMS = ExplicitVocabulary(
    VOCABULARY.salt, VOCABULARY.hashes, VOCABULARY.longest, frozenset(range(CHECKSUMS))
)


@given(HOSTILE, st.booleans())
@example("a very bad thing very bad bad", False)
@example("x y z bad x y z w", False)
def test_masking_finds_what_hashing_every_run_of_words_finds(text, normal):
    before = normalize(text) if normal else NormalizedText(text, range(len(text)))
    expected = fields(every_run_hashed(before, VOCABULARY))
    assert fields(mask_explicit(before, VOCABULARY)) == expected
    assert fields(mask_explicit(before, WITHOUT_CHECKSUMS)) == expected


@given(st.frozensets(st.integers(0, CHECKSUMS - 1), max_size=50))
def test_checksums_survive_packing(checksums):
    assert unpack_checksums(pack_checksums(checksums)) == checksums


@pytest.mark.parametrize("packed", ["", "AAAA", "*" * 12])
def test_damaged_checksums_are_refused(packed):
    with pytest.raises(ValueError, match=r"bits|base64|padding|character"):
        unpack_checksums(packed)


def test_the_filter_lets_words_pass_that_are_no_term():
    """It must not tell terms from other words, or the salt would be worth nothing."""
    words = [hashlib.sha256(f"{number}".encode()).hexdigest() for number in range(11_000)]
    vocabulary, others = ExplicitVocabulary.from_terms(words[:1_000], b"salt"), words[1_000:]
    passed = sum(ExplicitVocabulary.from_terms([word], b"").first_words <= vocabulary.first_words for word in others)
    assert 0.01 < passed / len(others) < 0.02


@given(st.text(st.characters(max_codepoint=127), max_size=60))
def test_ascii_letters_are_found_as_among_other_letters(text):
    *expected, last = _letters(f"{text} é")
    assert list(_letters(text)) == expected
    assert last == (len(text) + 1, len(text) + 2)
