import pytest

from grooming_risk.text.masking import EXPLICIT_CHARACTER, ExplicitVocabulary, mask_explicit
from grooming_risk.text.normalization import normalize

VOCABULARY = ExplicitVocabulary.from_terms(["Badword", "very bad thing", "bad"], b"salt")
MASKED = f" {EXPLICIT_CHARACTER} "


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("nothing here", "nothing here"),
        ("a badword.", f"a {MASKED}."),
        ("BADWORD", MASKED),
        ("a very bad thing happened", f"a {MASKED} happened"),
        ("very bad", f"very {MASKED}"),
        ("badly, embadword", "badly, embadword"),
        ("bad bad", f"{MASKED} {MASKED}"),
    ],
)
def test_terms_are_replaced_longest_first(given, wanted):
    assert mask_explicit(normalize(given), VOCABULARY).text == wanted


def test_hidden_terms_are_found_after_normalisation():
    assert EXPLICIT_CHARACTER in mask_explicit(normalize("bаd\u200bword"), VOCABULARY).text


def test_nobody_can_type_the_token():
    text = mask_explicit(normalize(f"[EXPLICIT] {EXPLICIT_CHARACTER}"), VOCABULARY).text
    assert EXPLICIT_CHARACTER not in text


def test_offsets_survive():
    masked = mask_explicit(normalize("a badword b"), VOCABULARY)
    assert len(masked.offsets) == len(masked.text)
    assert masked.offsets[masked.text.index("b")] == 10


def test_the_vocabulary_holds_no_words(artifact):
    assert all(isinstance(value, bytes) and len(value) == 8 for value in artifact.vocabulary.hashes)
    assert len(artifact.vocabulary.hashes) > 1000


def test_words_on_both_sides_of_a_masked_one_are_no_term():
    vocabulary = ExplicitVocabulary.from_terms(["see you", "practice"], b"salt")
    masked = mask_explicit(normalize("see practice you"), vocabulary)
    assert mask_explicit(masked, vocabulary).text == masked.text == f"see  {EXPLICIT_CHARACTER}  you"
