import itertools

from hypothesis import given
from hypothesis import strategies as st

from grooming_risk.text.short_messages import LONGEST, SHORT_CHARACTERS, SPELLED, Run


def runs(messages):
    """The run after each (speaker, text)."""
    found = [Run()]
    for index, (speaker, text) in enumerate(messages):
        found.append(found[-1].after(speaker, text, index))
    return found[1:]


def texts(messages):
    """Indices of the messages that end a text."""
    found = runs(messages)
    return [
        index for index, run in enumerate(found) if not (index + 1 < len(found) and found[index + 1].continues(run))
    ]


def test_a_message_cut_into_pieces_is_one_text():
    pieces = [("a", "how old"), ("a", "are"), ("a", "you"), ("b", "why"), ("a", "just asking you"), ("a", "ok")]
    assert [run.text for run in runs(pieces)] == ["how old", "how old are", "how old are you", "why", "", "ok"]
    assert [run.start for run in runs(pieces)] == [0, 0, 0, 3, None, 5]
    assert texts(pieces) == [2, 3, 4, 5]


def test_so_many_words_are_one_text_and_no_more():
    words = [("a", f"w{number}") for number in range(3 * LONGEST)]
    assert texts(words) == [LONGEST - 1, 2 * LONGEST - 1, 3 * LONGEST - 1]
    assert texts([("a", "two words")] * LONGEST) == [LONGEST // 2 - 1, LONGEST - 1]
    assert texts([("a", "x")] * (8 * LONGEST + 1)) == [4 * LONGEST - 1, 8 * LONGEST - 1, 8 * LONGEST]


def test_letters_in_a_row_are_a_word():
    found = runs([("a", "so"), *(("a", letter) for letter in "whereru?"), ("a", "ok"), ("b", "k"), ("b", "y")])
    assert [run.text for run in found] == [
        "so",
        "so w",
        "so w h",
        "so w h e",
        "so wher",
        "so where",
        "so wherer",
        "so whereru",
        "so whereru?",
        "so whereru? ok",
        "k",
        "k y",
    ]
    assert [run.spelled for run in found] == [SPELLED <= number <= 9 for number in range(10)] + [False] * 2


def test_marks_belong_to_their_letter():
    found = runs([("a", letter) for letter in ("\u0939\u0947", "\u0932", "\u094b", "x\u0301\u0323")])
    assert [run.continues(before) for before, run in itertools.pairwise(found)] == [True] * 3
    assert found[-1].text == "\u0939\u0947\u0932\u094bx\u0301\u0323"


def test_long_words_are_no_short_messages():
    words = ["x" * SHORT_CHARACTERS, "x" * (SHORT_CHARACTERS + 1)]
    assert texts([("a", words[0])] * 3) == [2]
    assert texts([("a", words[1])] * 3) == [0, 1, 2]
    assert {run.text for run in runs([("a", words[1])] * 3)} == {""}


def test_a_run_hides_its_words():
    found = runs([("a", "canary"), ("a", "c"), ("a", "a")])
    assert all("canary" not in repr(run) and "'c'" not in repr(run) for run in found)


MESSAGES = st.lists(st.tuples(st.sampled_from("ab"), st.text("xy  ", min_size=1, max_size=8).filter(str.strip)))


@given(MESSAGES)
def test_from_where_a_run_starts_it_can_be_read_again(messages):
    for index, run in enumerate(runs(messages)):
        if run.start is None:
            assert len(messages[index][1].split()) > 2
        else:
            again = runs(messages[run.start : index + 1])[-1]
            assert (again.text, again.words) == (run.text, run.words)
            assert "".join(run.text.split()) == "".join(
                "".join(text.split()) for _, text in messages[run.start : index + 1]
            )


def test_scripts_without_spaces_are_counted_by_characters():
    found = runs([("a", text) for text in ("你几", "岁", "呀", "放学以后一起回家吧", "好")])
    assert [run.text for run in found] == ["你几", "你几岁", "你几岁呀", "", "好"]
    assert found[2].length == 2.0
    thai = runs([("a", "กี่ขวบ"), ("a", "แล้ว"), ("a", "วันนี้ไปเรียนพิเศษไหม")])
    assert [run.text for run in thai] == ["กี่ขวบ", "กี่ขวบแล้ว", ""]
    mixed = runs([("a", "ok"), ("a", "好的"), ("a", "lol"), ("a", "哈哈")])
    assert mixed[-1].text == "ok 好的 lol 哈哈"


def test_a_run_of_chinese_ends_as_one_of_words_does():
    assert texts([("a", "好的吧")] * 12) == [9, 11]  # one and a half words each, sixteen at most


@given(
    st.lists(
        st.sampled_from(["see you", "ok", "x", "déjà vu", "как дела", "\u0939\u0947", "مرحبا", "안녕"]), max_size=40
    )
)
def test_spaced_scripts_are_counted_by_words(messages):
    found = runs([("a", text) for text in messages])
    for before, run, text in zip([Run(), *found], found, messages, strict=False):
        length = sum(0.25 if word in ("x", "\u0939\u0947") else 1.0 for word in text.split())
        assert run.length - (before.length if run.continues(before) else 0) == length
        assert run.spelled or run.text == " ".join(run.words)
