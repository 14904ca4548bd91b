import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grooming_risk.model.artifact import Artifact
from grooming_risk.text.normalization import NormalizedText, normalize
from grooming_risk.text.word_division import LONG, LONG_WHERE_HIDDEN, WordDivision
from training.corpus.lines import load_corpus


@pytest.fixture(scope="module")
def words():
    return Artifact().tokenizer.words


def divided(words, text, hidden=False):
    return words.divide(normalize(text), hidden).text


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("whereareyougoing", "where are you going"),
        ("IsThisTheBigHouse?", "Is This The Big House?"),
        ("wherewereyou,whatdidyoudo", "where were you,what did you do"),
        ("wowohnstdugerade", "wo wohnst du gerade"),
        ("quantosañostienes", "quantos años tienes"),
        ("elleétaitdanslamaison", "elle était dans la maison"),
        ("whereareyou", "whereareyou"),  # too short to be sure of
        ("where are you going", "where are you going"),
        ("unfortunately", "unfortunately"),
        ("congratulations", "congratulations"),
        ("1234567890123456", "1234567890123456"),
        ("", ""),
    ],
)
def test_divide(words, given, wanted):
    assert divided(words, given) == wanted


def test_less_is_needed_where_letters_were_spread(words):
    assert divided(words, "whereareyou", hidden=True) == "where are you"
    assert divided(words, "basketball", hidden=True) == "basketball"


@pytest.mark.parametrize("language", ["en", "es", "fr", "de", "it", "id"])
def test_messages_without_their_spaces_are_read_again_and_words_are_left_alone(words, language):
    """At least as well as the constants were tuned for, over messages of the corpus."""
    dialogues = (dialogue for dialogue in load_corpus([language]).dialogues if dialogue.kind == "plain")
    texts = [m.text for dialogue in itertools.islice(dialogues, 60) for m in dialogue.messages if m.text.isprintable()]
    joints = found = wrong = 0
    for text in texts:
        whole = [word for word in text.split() if word.isalpha()]
        if len("".join(whole)) < LONG:
            continue
        expected = set(itertools.accumulate(map(len, whole[:-1])))
        got = set(itertools.accumulate(map(len, divided(words, "".join(whole)).split()[:-1])))
        joints, found, wrong = joints + len(expected), found + len(expected & got), wrong + len(got - expected)
    assert joints > 500
    assert found / joints > 0.65
    assert found / (found + wrong) > 0.7
    written = [word for text in texts for word in text.split()]
    assert sum(divided(words, word) != normalize(word).text for word in written) / len(written) < 0.006


PIECES = [("▁ab", -2.0), ("▁b", -3.0), ("a", -4.0), ("ba", -1.0), ("▁é", -2.0), ("ß", -5.0), ("▁", -3.0), ("▁İ", -1.0)]


@given(st.text("abéßİi \u0301.-1", max_size=60), st.booleans())
def test_only_spaces_are_added(text, hidden):
    before = NormalizedText(text, range(len(text)), 2)
    after = WordDivision(PIECES).divide(before, hidden)
    assert after.text.replace(" ", "") == text.replace(" ", "")
    assert len(after.offsets) == len(after.text)
    assert list(after.offsets) == sorted(after.offsets)
    assert all(
        text[offset] == letter for letter, offset in zip(after.text, after.offsets, strict=True) if letter != " "
    )
    assert after.obfuscations == 2


@given(st.lists(st.text("ab", min_size=1, max_size=LONG_WHERE_HIDDEN - 1)))
def test_short_words_are_never_divided(parts):
    text = " ".join(parts)
    assert WordDivision(PIECES).divide(NormalizedText(text, range(len(text))), hidden=True).text == text


def test_pieces_that_say_nothing_divide_nothing():
    assert WordDivision([]).divide(normalize("abcdefghijklmnop")).text == "abcdefghijklmnop"
