from hypothesis import given
from hypothesis import strategies as st

from grooming_risk.short_messages import LONGEST, read_together


def test_a_message_cut_into_pieces_is_read_whole_at_its_last_piece():
    pieces = [("a", "how old"), ("a", "are"), ("a", "you"), ("b", "why"), ("a", "just asking you"), ("a", "ok")]
    assert read_together(pieces) == ["how old", "how old are", "how old are you", "why", "just asking you", "ok"]


def test_only_the_last_words_of_a_long_run_are_read():
    found = read_together([("a", f"w{number}") for number in range(3 * LONGEST)])
    assert found[-1].split() == [f"w{number}" for number in range(2 * LONGEST, 3 * LONGEST)]


MESSAGES = st.lists(st.tuples(st.sampled_from("ab"), st.text("xy  ", min_size=1, max_size=8).filter(str.strip)))


@given(MESSAGES, st.integers(0, 20))
def test_what_comes_later_changes_nothing(messages, stop):
    assert read_together(messages)[:stop] == read_together(messages[:stop])
