import itertools

from hypothesis import given
from hypothesis import strategies as st

from grooming_risk.short_messages import LONGEST, LONGEST_SPELLED, SHORT_CHARACTERS, SPELLED, Run


def runs(messages):
    """The run after each (speaker, text)."""
    found = [Run()]
    for index, (speaker, text) in enumerate(messages):
        found.append(found[-1].after(speaker, text, index))
    return found[1:]


def test_a_message_cut_into_pieces_is_read_whole_at_its_last_piece():
    pieces = [("a", "how old"), ("a", "are"), ("a", "you"), ("b", "why"), ("a", "just asking you"), ("a", "ok")]
    assert [run.text for run in runs(pieces)] == ["how old", "how old are", "how old are you", "why", "", "ok"]
    assert [run.start for run in runs(pieces)] == [0, 0, 0, 3, None, 5]


def test_only_the_last_words_of_a_long_run_are_read():
    found = runs([("a", f"w{number}") for number in range(3 * LONGEST)])[-1]
    assert found.text.split() == [f"w{number}" for number in range(2 * LONGEST, 3 * LONGEST)]
    assert found.start == 2 * LONGEST


def test_letters_in_a_row_are_one_text():
    found = runs([("a", "so"), *(("a", letter) for letter in "whereru?"), ("a", "ok"), ("b", "k"), ("b", "y")])
    assert [run.text for run in found] == [
        "so", "so w", "so w h", "so w h e", "so wher", "so where", "so wherer", "so whereru", "so whereru?",
        "so whereru? ok", "k", "k y",
    ]  # fmt: skip
    goes_on = [run.goes_on(before) for before, run in zip([Run(), *found], found, strict=False)]
    assert goes_on == [False, False, *[True] * 7, False, False, True]
    assert [run.spelled for run in found] == [number >= SPELLED for number in range(9)] + [False] * 3


def test_marks_belong_to_their_letter():
    found = runs([("a", letter) for letter in ("\u0939\u0947", "\u0932", "\u094b", "x\u0301\u0323")])
    assert [run.goes_on(before) for before, run in itertools.pairwise(found)] == [True] * 3
    assert found[-1].text == "\u0939\u0947\u0932\u094bx\u0301\u0323"


def test_so_many_letters_are_one_text_and_no_more():
    found = runs([("a", "x")] * (2 * LONGEST_SPELLED + 1))
    fresh = [index for index, (before, run) in enumerate(zip([Run(), *found], found, strict=False))
             if not run.goes_on(before)]  # fmt: skip
    assert fresh == [0, LONGEST_SPELLED, 2 * LONGEST_SPELLED]
    assert max(len(run.letters) for run in found) == LONGEST_SPELLED


def test_long_words_are_no_short_messages():
    """Else much text would be read sixteen times."""
    words = ["x" * SHORT_CHARACTERS, "x" * (SHORT_CHARACTERS + 1)]
    found = [runs([("a", word)] * (2 * LONGEST)) for word in words]
    assert max(len(run.text) for run in found[0]) < LONGEST * (SHORT_CHARACTERS + 1)
    assert {run.text for run in found[1]} == {""}


def test_a_run_hides_its_words():
    found = runs([("a", "canary"), ("a", "c"), ("a", "a")])
    assert all("canary" not in repr(run) and "'ca'" not in repr(run) for run in found)


MESSAGES = st.lists(st.tuples(st.sampled_from("ab"), st.text("xy  ", min_size=1, max_size=8).filter(str.strip)))


@given(MESSAGES)
def test_from_where_a_run_starts_it_can_be_read_again(messages):
    for index, run in enumerate(runs(messages)):
        if run.start is None:
            assert len(messages[index][1].split()) > 2
        else:
            again = runs(messages[run.start : index + 1])[-1]
            assert (again.text, again.letters) == (run.text, run.letters)
