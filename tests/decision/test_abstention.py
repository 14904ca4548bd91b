import pytest

from grooming_risk import AbstentionReason
from grooming_risk.decision.abstention import (
    MOST_TOKENS,
    AbstentionThresholds,
    TokenStatistics,
    reason_to_abstain,
)

THRESHOLDS = AbstentionThresholds(12, 0.9, 20, -1.0)


@pytest.mark.parametrize(
    ("statistics", "wanted"),
    [
        (TokenStatistics(), AbstentionReason.NO_TEXT),
        (TokenStatistics(2, 5, 5.0, -1.4), AbstentionReason.TOO_LITTLE_TEXT),
        (TokenStatistics(1, 5, 5.0, 3.0), None),
        (TokenStatistics(9, 90, -180.0, 3.0), AbstentionReason.UNSUPPORTED_LANGUAGE),
        (TokenStatistics(3, 15, -30.0, -1.4), None),
        (TokenStatistics(9, 90, 90.0, -1.4), None),
    ],
)
def test_reasons(statistics, wanted):
    assert reason_to_abstain(statistics, THRESHOLDS) is wanted


def test_what_is_flagged_is_not_taken_back_because_of_the_language_of_the_rest():
    foreign = TokenStatistics(9, 90, -180.0, 3.0)
    assert reason_to_abstain(foreign, THRESHOLDS, flagged=True) is None
    assert reason_to_abstain(TokenStatistics(2, 5, 5.0, -1.4), THRESHOLDS, flagged=True) is not None


def test_one_long_text_weighs_no_more_than_a_few_ordinary_ones():
    found = TokenStatistics()
    for _ in range(8):
        found = found.plus(10, 10.0, -3.0)
    after = found.plus(8_000, -16_000.0, -3.0)
    assert after.tokens == 80 + MOST_TOKENS
    assert after.language == pytest.approx(80.0 - 2 * MOST_TOKENS)
    assert found.plus(0, 0.0, -5.0).tokens == 80


def test_each_reason_is_reached_through_the_scorer(scorer):
    cases = {
        AbstentionReason.NO_TEXT: [{"speaker": "a", "text": "", "kind": "media"}, ("b", "\u200b \n")],
        AbstentionReason.TOO_LITTLE_TEXT: [("a", "hi"), ("b", "hey")],
        AbstentionReason.UNSUPPORTED_LANGUAGE: [
            ("a", "god kväll, hur gick provet i fysik idag"),
            ("b", "bra, men jag hann inte lösa den sista uppgiften"),
            ("a", "inte jag heller, vi frågar läraren på rasten imorgon"),
        ],
    }
    for reason, rows in cases.items():
        report = scorer.score(rows)
        assert report.abstention is reason
        assert report.probability is None


def test_a_single_strong_line_is_scored(scorer):
    report = scorer.score([("a", "i will hurt you if you tell")])
    assert report.probability is not None
    assert "pressure" in report.timeline
