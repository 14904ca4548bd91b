"""Evidence below a conversation: without text, or with the caller's own, masked and harmless."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grooming_risk import Conversation, Evidence, Outcome
from grooming_risk.errors import InvalidConversationError
from grooming_risk.rendering.excerpts import chosen_evidence
from grooming_risk.rendering.terminal.cells import Terminal, width
from grooming_risk.rendering.terminal.evidence import (
    SourceText,
    evidence_lines,
    risk_curve,
    text_lines,
    without_explicit,
)
from grooming_risk.rendering.terminal.report import ReportRow, render_table
from grooming_risk.report import Provenance, RiskReport, Span, WindowRisk
from grooming_risk.text.masking import ExplicitVocabulary

VOCABULARY = ExplicitVocabulary.from_terms(["zorp", "zorp blah"], b"salt")
PROVENANCE = Provenance("0", "0", "0" * 64, "balanced", 0.5, 0.01, "0" * 64)
PAGE = Terminal()


def report(evidence=(), messages=40, outcome=Outcome.REVIEW, windows=1):
    risks = tuple(
        WindowRisk(n, n + 20, (), "a", 1.0, 0.9, (0.8, 0.95), outcome is Outcome.REVIEW) for n in range(windows)
    )
    spans = (Span(0, 20, 0.9, ((0, 20),)),) if outcome is Outcome.REVIEW else ()
    return RiskReport(
        outcome,
        None,
        0.9,
        (0.8, 0.95),
        risks,
        spans,
        3 if spans else None,
        tuple(evidence),
        {},
        (),
        messages,
        PROVENANCE,
    )


def chat(messages=40, text="line {}"):
    return Conversation.from_messages([("kim" if n % 2 else "会話", text.format(n)) for n in range(messages)])


GIVEN = (
    Evidence(10, "a", ("secrecy",), (), 4.0),
    Evidence(11, "b", (), ("support_cue",), -2.0),
    Evidence(30, "a", ("meeting", "flattery"), ("stranger_cue",), 1.0),
    Evidence(31, "b", (), ("peer_cue",), 0.01),
)


def test_signed_bars_strongest_first_and_counter_evidence_marked():
    lines = evidence_lines(report(GIVEN), PAGE)
    assert lines == [
        "  raised the score (change of the logit)",
        "      10 a   +4.0 ████████ secrecy",
        "      30 a   +1.0 ██       meeting, flattery, stranger_cue",
        "  counter-evidence: lowered the score",
        "      11 b   -2.0 ░░░░     support_cue (innocent reading)",
        "  counter-evidence: points to an innocent reading, moved the score little",
        "      31 b    0.0          peer_cue (innocent reading)",
        "  probability 0.900 [0.800, 0.950] at a prevalence of 0.01",
    ]


def test_ascii_bars_differ_too():
    lines = evidence_lines(report(GIVEN), Terminal(encoding="ascii"))
    assert "+4.0 ########" in lines[1]
    assert "-2.0 ----" in lines[4]
    assert "\n".join(lines).isascii()


def test_several_windows_give_a_curve():
    lines = evidence_lines(report(GIVEN, windows=5), PAGE)
    assert lines[0].strip() == "risk over messages 0-39; 5 of 5 windows flagged, highest at messages 0-19"
    assert lines[1].strip() == "█" * 5
    assert risk_curve(report(windows=5), 8, PAGE) == "█████   "


def test_what_is_not_listed_is_counted_and_nothing_is_an_answer():
    many = [Evidence(n, "a", (), (), 3.0 - n / 20) for n in range(40)]
    hidden = 40 - len(chosen_evidence(report(many)))
    assert f"  {hidden} other messages moved it less; --format json lists all" in evidence_lines(report(many), PAGE)
    nothing = report([Evidence(0, "a", (), (), 0.001)], outcome=Outcome.NO_REVIEW)
    assert "no single message moved the score" in evidence_lines(nothing, PAGE)[0]


def test_no_text_without_its_source_and_none_without_explaining():
    source = SourceText(chat(), VOCABULARY)
    bare = render_table([ReportRow("chat", report(GIVEN))], False, terminal=PAGE, explain=True)
    folded = render_table([ReportRow("chat", report(GIVEN), source)], False, terminal=PAGE)
    shown = render_table([ReportRow("chat", report(GIVEN), source)], False, terminal=PAGE, explain=True)
    assert "line" not in bare + folded
    assert "kim" not in bare + folded
    assert "line 10" in shown
    assert "line" not in repr(source)


def test_text_stands_beside_the_evidence_with_two_messages_around():
    lines = text_lines(report(GIVEN), SourceText(chat(), VOCABULARY), PAGE)
    assert lines[0] == "  text, by speaker: a is 会話, b is kim"
    assert lines[1] == "    … 8 messages"
    shown = [int(found.group(1)) for line in lines if (found := re.match(r"..\s*(\d+) [ab]", line))]
    assert shown == [8, 9, 10, 11, 12, 13, 28, 29, 30, 31, 32, 33]
    marks = {line[0]: line for line in lines if line[0] in "<>"}
    assert marks[">"].split() == [">", "30", "a", "+1.0", "line", "30"]
    assert marks["<"].split() == ["<", "11", "b", "-2.0", "line", "11"]


def test_text_cannot_act_and_is_wrapped_and_cut():
    hostile = chat(text="{}\x1b[2J\u202eevil\r\nlie " + "word " * 300)
    lines = text_lines(report(GIVEN), SourceText(hostile, VOCABULARY), PAGE)
    assert all(width(line) <= 80 for line in lines)
    assert all(character.isprintable() for line in lines for character in line)
    assert any("more characters]" in line for line in lines)
    starts = {len(line) - len(line.lstrip()) for line in lines if line.strip().startswith("word")}
    assert len(starts) == 1  # what goes on in the next line stands below its own text


def test_messages_without_text_say_so():
    rows = [{"speaker": "a", "text": "", "kind": kind} for kind in ("media", "deleted", "system", "text")]
    conversation = Conversation.from_messages([*rows, ("b", "hello")])
    given = report([Evidence(2, "a", (), (), 1.0)], messages=5)
    shown = "\n".join(text_lines(given, SourceText(conversation, VOCABULARY), PAGE))
    for wanted in ("[media]", "[deleted]", "[system]", "[empty]", "hello"):
        assert wanted in shown


def test_the_wrong_conversation_is_refused():
    with pytest.raises(InvalidConversationError, match="40 messages"):
        text_lines(report(GIVEN, messages=40), SourceText(chat(39), VOCABULARY), PAGE)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a zorp b", "a [EXPLICIT] b"),
        ("ZORP", "[EXPLICIT]"),
        ("Zorp  Blah!", "[EXPLICIT]!"),
        ("z\u200bor\u0337p, you", "[EXPLICIT], you"),
        ("z.o.r.p then zorp", "[EXPLICIT] then [EXPLICIT]"),
        ("ｚｏｒｐ é ｋｅｐｔ", "[EXPLICIT] é ｋｅｐｔ"),
        ("nothing here \u200b", "nothing here \u200b"),
    ],
)
def test_explicit_terms_are_replaced_and_the_rest_stays_as_written(text, shown):
    assert without_explicit(text, VOCABULARY) == shown


@given(
    st.lists(
        st.sampled_from(["zorp", "z o r p", "zo\u200brp", "ok", "会話", "é", ", ", " ", "\ufb01", "😀"]), max_size=8
    )
)
def test_no_explicit_term_is_left_and_nothing_else_is_lost(parts):
    text = " ".join(parts)
    shown = without_explicit(text, VOCABULARY)
    assert without_explicit(shown.replace("[EXPLICIT]", "[]"), VOCABULARY) == shown.replace("[EXPLICIT]", "[]")
    for kept in ("ok", "会話", "é", "😀"):
        assert shown.count(kept) == text.count(kept)
