"""Aligned columns: cells stand below each other whatever their characters, and prose keeps to its width."""

from hypothesis import given
from hypothesis import strategies as st

from grooming_risk.rendering.terminal.cells import Terminal, harmless, width
from grooming_risk.rendering.terminal.columns import READABLE, aligned, definitions, join_cells, prose

CELL = st.text("ab会한\u0301é", min_size=1, max_size=8).map(harmless)
ROWS = st.integers(1, 4).flatmap(lambda size: st.lists(st.tuples(*[CELL] * size), min_size=1, max_size=5))


def test_the_first_column_is_aligned_to_the_left_and_figures_to_the_right():
    rows = [("point", "rate", "note"), ("balanced", "0.175 %", "x"), ("会話", "2 %", "longer")]
    assert aligned(rows, left=(0, 2)) == [
        "point        rate  note",
        "balanced  0.175 %  x",
        "会話          2 %  longer",
    ]


@given(ROWS, st.sets(st.integers(0, 3)))
def test_columns_are_as_wide_in_every_row_and_hold_the_cells(rows, left):
    lines = aligned([(*row, "|") for row in rows], left)
    assert len({width(line) for line in lines}) == 1
    assert [tuple(line.split()) for line in lines] == [(*row, "|") for row in rows]


def test_a_padded_cell_may_hold_colour_codes():
    bold = Terminal(color=True).bold("ab  ")
    assert join_cells((bold, "1"), [4, 3], left=(0,)) == f"{bold}    1"


def test_definitions_hang_beside_their_terms():
    lines = definitions([("rate", ["one two three four five six seven"]), ("95 % bound", ["first", "second"])], 32)
    assert lines == [
        "rate        one two three four",
        "            five six seven",
        "95 % bound  first",
        "            second",
    ]


@given(st.lists(st.sampled_from(["a", "word", "12 %", "longer-word"]), max_size=80), st.integers(1, 300))
def test_prose_keeps_its_words_its_width_and_its_per_cent_signs(words, columns):
    lines = prose(" ".join(words), columns)
    assert " ".join(" ".join(lines).split()) == " ".join(words)
    assert all(width(line) <= max(20, min(columns, READABLE)) for line in lines)
    assert not any(line.startswith("%") for line in lines)
