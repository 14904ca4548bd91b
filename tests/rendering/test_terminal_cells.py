"""Text in a terminal: it cannot control the terminal, and its measured width is the width that is shown."""

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grooming_risk.rendering.terminal.cells import Terminal, cut, flow, harmless, pad, width, wrap

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=80) | st.text(
    "ab 会한\u0301\u202e\u200d\u200b\x1b[\r\n\t\ud800😀é", max_size=40
)


@given(ANY_TEXT)
def test_harmless_text_holds_nothing_that_acts(text):
    shown = harmless(text)
    assert harmless(shown) == shown
    for character in shown:
        assert unicodedata.category(character)[0] != "C" or character in "\u200c\u200d"
        assert character == " " or unicodedata.category(character)[0] != "Z"
    assert len(shown) <= len(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;title\x07\x9b31m", "\ufffd]0;title\ufffd\ufffd31m"),
        ("one\r\ntwo\tthree\u2028four", "one  two three four"),
        ("\u202eright to left\u2066", "\ufffdright to left\ufffd"),
        ("सर्\u200dवर نمی\u200cدانم", "सर्\u200dवर نمی\u200cدانم"),
        ("z" + "\u0335" * 50 + "o", "z" + "\u0335" * 4 + "o"),
    ],
)
def test_worked_examples(text, shown):
    assert harmless(text) == shown


def test_wide_characters_take_two_columns_and_marks_none():
    assert [width(text) for text in ("abc", "会話", "e\u0301", "한", "ｈ", "สวัสดี")] == [3, 4, 1, 2, 2, 4]


@given(ANY_TEXT, st.integers(6, 40))
def test_cut_text_fits_and_keeps_both_ends(text, columns):
    text = harmless(text)
    shown = cut(text, columns, "…")
    assert width(shown) <= columns
    if shown != text:
        start, end = shown.split("…", 1) if text.count("…") == 0 else (shown[:1], "")
        assert text.startswith(start)
        assert text.endswith(end)
    assert width(pad(shown, columns)) == columns


@given(ANY_TEXT, st.integers(2, 30))
def test_wrapped_text_fits_and_loses_nothing(text, columns):
    text = harmless(text)
    lines = wrap(text, columns)
    assert lines
    assert all(width(line) <= columns for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_items_stay_whole_where_they_fit():
    assert flow(["one [1, 2]", "two [3]", "three [4]"], 20) == ["one [1, 2], two [3],", "three [4]"]
    assert flow(["a very long item indeed"], 10) == ["a very", "long item", "indeed"]


@pytest.mark.parametrize(
    ("encoding", "unicode"),
    [("utf-8", True), ("cp437", False), ("ascii", False), ("latin-1", False), ("cp1252", False)],
)
def test_what_the_encoding_lacks_is_replaced(encoding, unicode):
    terminal = Terminal(encoding=encoding)
    assert ("█" in terminal.glyphs.levels) == unicode
    shown = terminal.safe("会話 naïve \x1b") + terminal.glyphs.levels + terminal.glyphs.raised + terminal.glyphs.lowered
    shown.encode(encoding)
    assert width(shown) >= 20


def test_a_terminal_is_read_from_the_stream(monkeypatch):
    monkeypatch.setenv("COLUMNS", "132")
    assert Terminal.of(io.TextIOWrapper(io.BytesIO(), "ascii"), color=True) == Terminal(132, "ascii", True)
    monkeypatch.setenv("COLUMNS", "7")  # too narrow for any table
    assert Terminal.of(io.StringIO(), color=False) == Terminal(66, "ascii", False)


def test_codes_only_with_colours():
    plain, colored = Terminal(), Terminal(color=True)
    for paint in ("bold", "dim", "raised", "sign"):
        assert getattr(plain, paint)("x") == "x"
        assert getattr(colored, paint)("x").startswith("\x1b[")
        assert getattr(colored, paint)("x").endswith("x\x1b[0m")
