"""A message that is too long to be read at once is read in parts, and nothing of it is lost or hidden."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grooming_risk import Conversation, Outcome, RiskScorer
from grooming_risk.commands.demo import SAMPLES
from grooming_risk.limits import Limits, written_length
from grooming_risk.readers import read_file
from grooming_risk.text.long_messages import parts
from grooming_risk.text.message_text import joined_texts

LETTERS = st.sampled_from("ab .!?\n\ufdfa\u3316é😀")


@given(st.text(LETTERS, max_size=300), st.integers(18, 60))
def test_the_parts_are_the_text_and_none_is_too_long(text, most):
    found = list(parts(text, most))
    assert "".join(found) == text
    assert all(written_length(part) <= most for part in found)
    assert len(found) == 1 or written_length(text) > most


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("How are you? See you at nine tonight", ["How are you? ", "See you at nine ", "tonight"]),
        ("see you at nine tonight", ["see you at nine ", "tonight"]),
        ("one\ntwo three\nfour five six", ["one\ntwo three\n", "four five six"]),
        ("x" * 45, ["x" * 20, "x" * 20, "x" * 5]),
    ],
)
def test_it_is_cut_after_a_sentence_else_after_a_word_else_anywhere(text, expected):
    assert list(parts(text, 20)) == expected


def test_a_long_message_gives_several_texts_with_its_index_and_ends_a_run():
    rows = [("a", "ok"), ("a", "see you at the match. " * 3), ("a", "ok"), ("a", "then")]
    found = joined_texts(Conversation.from_messages(rows), most=30)
    assert [(text.index, text.first) for text in found] == [(0, 0), (1, 1), (1, 1), (1, 1), (3, 2)]
    assert found[-1].text.text == "ok then"


ONE_ROW = pytest.mark.xfail(reason="the window model has one row for a text, whatever it says", strict=True)


@pytest.mark.parametrize("characters", [50, pytest.param(8_000, marks=ONE_ROW)])
def test_all_signs_in_one_message(characters):
    """The lines of a warning sample as one message: read by sentences they are flagged, read as one text they hide."""
    (exported,) = read_file(next(SAMPLES.glob("4_*.json")))
    texts = [message.text for message in exported.conversation if message.speaker == "a"]
    reader = RiskScorer(digest_key=b"a key of the tests only", limits=Limits(characters=characters))
    report = reader.score([("a", "\n".join(texts)), ("b", "I am going to tell my mum.")])
    assert report.outcome is Outcome.REVIEW
    assert (report.beyond_limits, report.first_flag, report.evidence[0].message) == (("characters",), 0, 0)
