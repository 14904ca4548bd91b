import pytest

from grooming_risk import AbstentionReason, Evidence, Outcome
from grooming_risk.rendering.terminal import Row, format_probability, render_table
from grooming_risk.report import Provenance, RiskReport, Span

PROVENANCE = Provenance("0", "0", "0" * 64, "balanced", 0.5, 0.01, "0" * 64)
REVIEW = RiskReport(
    Outcome.REVIEW, None, 0.95, (0.8, 0.99), (), (Span(3, 9, 0.95),), 5,
    (Evidence(4, "a", ("secrecy",), (), 2.5), Evidence(6, "b", (), ("support_cue",), -1.5)), {"secrecy": (4, 7)}, 12,
    PROVENANCE,
)  # fmt: skip
ABSTAINED = RiskReport(
    Outcome.ABSTAINED, AbstentionReason.TOO_LITTLE_TEXT, None, None, (), (), None, (), {}, 2, PROVENANCE
)


def test_the_table_says_what_a_reviewer_needs():
    text = render_table([Row("chat", REVIEW), Row("short", ABSTAINED)], color=False)
    for wanted in ("REVIEW", "0.950", "0.800-0.990", "message 5", "4 (speaker a, +2.5)", "secrecy [4, 7]",
                   "messages 3-8 to review", "lowered the score: 6 (speaker b, -1.5)", "abstained",
                   "not scored: too little text"):  # fmt: skip
        assert wanted in text
    assert "\x1b" not in text


def test_colour_only_when_asked():
    assert "\x1b[1;33m" in render_table([Row("chat", REVIEW)], color=True)


@pytest.mark.parametrize(
    ("value", "wanted"), [(0.0, "<0.001"), (0.0123, "0.012"), (0.99999, ">0.999"), (1.0, ">0.999")]
)
def test_no_probability_is_rounded_to_certainty(value, wanted):
    assert format_probability(value) == wanted


def test_a_name_out_of_a_file_cannot_control_the_terminal():
    for row in (Row("a\x1b[2J\r\n\u202eb" + "x" * 500, REVIEW), Row("\x1b]0;t\x07", ABSTAINED)):
        text = render_table([row], color=False)
        assert all(character.isprintable() or character == "\n" for character in text)
        assert max(map(len, text.splitlines())) < 250
