"""The table: what a reviewer needs, within the width of the terminal, and no text unless a row carries it."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grooming_risk import AbstentionReason, Evidence, Outcome
from grooming_risk.rendering.numbers import format_probability
from grooming_risk.rendering.terminal.cells import Terminal, width
from grooming_risk.rendering.terminal.report import ReportRow, render_table
from grooming_risk.report import Provenance, RiskReport, Span, WindowRisk
from tests.support.examples import examples

PROVENANCE = Provenance("0", "0", "0" * 64, "balanced", 0.5, 0.01, "0" * 64)
EVIDENCE = (Evidence(4, "a", ("secrecy",), (), 2.5), Evidence(6, "b", (), ("support_cue",), -1.5))
ABSTAINED = RiskReport(
    Outcome.ABSTAINED, AbstentionReason.TOO_LITTLE_TEXT, None, None, (), (), None, (), {}, (), 2, PROVENANCE
)


def review(windows=1, spans=((3, 9),), timeline=None, provenance=PROVENANCE):
    risks = tuple(
        WindowRisk(n, n + 9, (), "a", 1.0, 0.95 if n == 0 else 0.2, (0.1, 0.99), n == 0) for n in range(windows)
    )
    return RiskReport(
        Outcome.REVIEW,
        None,
        0.95,
        (0.8, 0.99),
        risks,
        tuple(Span(*span, 0.95, (span,)) for span in spans),
        5,
        EVIDENCE,
        {"secrecy": (4, 7)} if timeline is None else timeline,
        (),
        12,
        provenance,
    )


def table(*rows, columns=80, encoding="utf-8", color=False, explain=False):
    return render_table(rows, color, terminal=Terminal(columns, encoding), explain=explain)


def test_the_table_says_what_a_reviewer_needs():
    text = table(ReportRow("chat", review()), ReportRow("short", ABSTAINED))
    for wanted in (
        "REVIEW",
        "0.950 [0.800, 0.990]",
        "first flag at message 5",
        "secrecy [4, 7]",
        "messages to review: 3-8",
        "lowered the score: 6 (speaker b, -1.5)",
        "abstained",
        "not scored: too little text",
    ):
        assert wanted in text
    assert "\x1b" not in text
    row = text.splitlines()[1].split()
    assert row == ["chat", "REVIEW", "4", "█", "0.950", "[0.800,", "0.990]"]  # what to read stands before the score


def test_what_was_not_scored_says_what_to_do_and_that_it_is_no_low_score():
    signs = replace(ABSTAINED, timeline={"meeting": (1,)})
    plain, explained = (
        " ".join(table(ReportRow("short", signs), explain=explain).split()) for explain in (False, True)
    )
    for text in (plain, explained):
        assert "abstained: not scored does not mean a low score" in text
    for wanted in ("If somebody reported it, read it", "Here they are often wrong. tactics, by message: meeting [1]"):
        assert wanted in explained
        assert wanted not in plain
    assert "often wrong" not in table(ReportRow("short", ABSTAINED), explain=True)
    assert "abstained:" not in table(ReportRow("chat", review()))


def test_the_sparkline_and_its_threshold():
    text = table(ReportRow("chat", review(windows=6)))
    assert "█▂▂▂▂▂" in text
    assert "flagged at ▅ or above (threshold 0.500, operating point balanced)" in " ".join(text.split())
    plain = table(ReportRow("chat", review(windows=6)), encoding="ascii")
    assert "@:::::" in plain
    assert plain.isascii()


def test_each_threshold_is_named_once():
    other = Provenance("0", "0", "0" * 64, "high_recall", 0.03, 0.01, "0" * 64)
    rows = [ReportRow(str(n), review(provenance=given)) for n, given in enumerate((PROVENANCE, PROVENANCE, other))]
    text = " ".join(table(*rows).split())
    assert text.count("operating point balanced") == text.count("operating point high_recall") == 1
    assert "risk:" not in table(ReportRow("short", ABSTAINED)).split("\n", 1)[1]


def test_colour_only_when_asked_and_to_the_flagged_window_alone():
    text = table(ReportRow("chat", review(windows=3)), color=True)
    assert "\x1b[1;35mREVIEW" in text
    assert "\x1b[1;35m█\x1b[0m▂▂" in text
    assert re.sub(r"\x1b\[[0-9;]*m", "", text) == table(ReportRow("chat", review(windows=3)))


@pytest.mark.parametrize(
    ("value", "wanted"), [(0.0, "<0.001"), (0.0123, "0.012"), (0.99999, ">0.999"), (1.0, ">0.999")]
)
def test_no_probability_is_rounded_to_certainty(value, wanted):
    assert format_probability(value) == wanted


NAMES = st.text(st.characters(exclude_categories=()), max_size=90) | st.sampled_from(
    ["会話" * 30, "chat.json#c-1", "a\x1b[2J\r\n\u202eb" + "x" * 500, "\x1b]0;t\x07", "e\u0301" * 70]
)


@settings(max_examples=examples(60))
@given(
    st.lists(NAMES, min_size=1, max_size=4),
    st.sampled_from([66, 80, 81, 120, 300]),
    st.sampled_from(["utf-8", "ascii", "latin-1"]),
    st.booleans(),
    st.sampled_from([1, 2, 40, 800]),
)
def test_every_line_fits_whatever_the_names_are(names, columns, encoding, explain, windows):
    long = {"platform_shift": tuple(range(400)), "supervision_check": tuple(range(100_000, 100_040))}
    spans = tuple((n, n + 3) for n in range(0, 400, 4))
    rows = [ReportRow(name, review(windows, spans, long)) for name in names] + [ReportRow(names[0], ABSTAINED)]
    text = table(*rows, columns=columns, encoding=encoding, explain=explain)
    text.encode(encoding)
    assert all(width(line) <= columns for line in text.split("\n"))
    assert all(character.isprintable() or character in "\n\u200c\u200d" for character in text)


def test_columns_stand_below_each_other_with_wide_names():
    lines = table(ReportRow("会話のファイル.json", review()), ReportRow("chat.json", review())).splitlines()
    rows = [line for line in lines if "REVIEW" in line]
    assert len({width(line[: line.index("REVIEW")]) for line in rows}) == 1


def test_names_are_cut_in_the_middle_and_intervals_give_way_first():
    name = "an-export-with-a-long-name-of-2026-03.jsonl#conversation-0042"
    narrow, wide = (table(ReportRow(name, review()), columns=columns) for columns in (80, 140))
    assert "[0.800, 0.990]" not in narrow
    assert "[0.800, 0.990]" in wide
    assert "…ersation-0042" in narrow


def test_an_interval_stands_where_it_just_fits():
    fitting, longer = ("x" * length for length in (31, 32))
    for name, shown in ((fitting, True), (longer, False)):
        text = table(ReportRow(name, review()))
        assert name in text
        assert ("[0.800, 0.990]" in text) == shown


def test_no_rows_are_a_header_alone():
    assert table().split() == ["conversation", "outcome", "read", "first", "risk", "probability"]


def test_many_stretches_are_counted():
    text = table(ReportRow("chat", review(spans=[(n, n + 2) for n in range(0, 40, 4)])))
    assert "0-1, 4-5, 8-9, 12-13, 16-17, 20-21, and 4 more stretches" in " ".join(text.split())


def test_not_explained_leaves_the_columns_empty():
    bare = RiskReport(
        Outcome.REVIEW,
        None,
        0.9,
        (0.8, 1.0),
        review().windows,
        (Span(0, 9, 0.9, ((0, 9),)),),
        3,
        (),
        {},
        (),
        9,
        PROVENANCE,
    )
    lines = table(ReportRow("chat", bare), explain=True).splitlines()
    assert lines[1].split()[:4] == ["chat", "REVIEW", "-", "█"]
    assert "  scored without evidence" in lines
