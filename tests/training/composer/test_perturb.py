import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grooming_risk.text.normalization import normalize
from training.composer.abbreviations import abbreviations_of
from training.composer.disguises import DISGUISES
from training.composer.perturb import (
    HELD_OUT_EVASION,
    TRAINED_EVASION,
    TYPING,
    abbreviations,
    cut_messages,
    homoglyphs,
    joined,
    lower_case,
    mixed_script,
    no_accents,
    split_message,
    typing_noise,
    zero_width,
)
from training.corpus.lines import languages_of

TEXT = "Are you coming to the café match tomorrow, because I want to bring your jacket?"
EVASION = (*TRAINED_EVASION, *HELD_OUT_EVASION)
OF_WORDS = [kind for kind in EVASION if kind not in DISGUISES]  # those that leave a short message alone


@pytest.mark.parametrize("noise", TYPING, ids=lambda noise: noise.__name__)
def test_each_noise_changes_something_and_leaves_most(noise):
    random = np.random.default_rng(0)
    changed = [noise(TEXT, "en", random) for _ in range(20)]
    assert any(other != TEXT for other in changed)
    assert all(0.5 < len(other) / len(TEXT) < 1.5 for other in changed)


def test_noise_follows_its_seed_and_splitting_loses_no_word():
    first, second = (typing_noise("What are you doing tonight?", "en", np.random.default_rng(5)) for _ in range(2))
    assert first == second
    text = "one two three four five"
    assert " ".join(split_message(text, np.random.default_rng(0))) == text
    assert split_message("one two", np.random.default_rng(0)) == ["one two"]


@pytest.mark.parametrize("language", [name for name in languages_of() if name != "mix"])
def test_every_language_shortens_words_of_its_own(language):
    pattern, table = abbreviations_of(language)
    assert table is not abbreviations_of("xx")[1] or language == "en"
    random = np.random.default_rng(0)
    assert any(abbreviations(word, language, random) == short for word, short in table.items() for _ in range(9))
    assert not pattern.search("zzqqzz")


def test_turkish_lower_case_and_accents_of_latin_letters_only():
    random = np.random.default_rng(0)
    assert lower_case("ILIK İYİ", "tr", random) == "ılık iyi"
    assert no_accents("Mañana déjà için", "es", random) == "Manana deja icin"
    for text in ("नमस्ते", "مرحبًا", "йод"):
        assert no_accents(text, "hi", random) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("evasion", OF_WORDS, ids=lambda evasion: evasion.__name__)
def test_each_evasion_changes_every_message_that_has_a_word_to_change(evasion):
    random = np.random.default_rng(1)
    for _ in range(30):
        assert evasion(TEXT, random) != [TEXT]
    assert "".join(evasion("hi", random)) == "hi"
    assert evasion("", random) in ([""], [])


@pytest.mark.parametrize("evasion", [homoglyphs, mixed_script, zero_width], ids=lambda evasion: evasion.__name__)
def test_normalization_undoes_these_evasions_exactly(evasion):
    random = np.random.default_rng(2)
    plain = "Please keep this between the two of us tomorrow"
    for _ in range(50):
        assert normalize(evasion(plain, random)[0]).text == normalize(plain).text


def test_cutting_loses_no_word():
    random = np.random.default_rng(3)
    for _ in range(20):
        parts = cut_messages(TEXT, random)
        assert " ".join(parts) == TEXT
        assert all(1 <= len(part.split()) <= 2 for part in parts)


def test_joining_keeps_both():
    random = np.random.default_rng(4)
    both = {joined("first thing", "other thing", random) for _ in range(40)}
    assert all("first thing" in text and "other thing" in text for text in both)
    assert len(both) > 6


@settings(max_examples=60)
@given(st.text(max_size=80), st.integers(0, 2**32), st.sampled_from(["en", "tr", "ar", "mix"]))
def test_any_text_can_be_perturbed(text, seed, language):
    random = np.random.default_rng(seed)
    assert isinstance(typing_noise(text, language, random), str)
    for evasion in EVASION:
        assert all(isinstance(part, str) for part in evasion(text, random))
