import pytest

from grooming_risk import AbstentionReason
from grooming_risk.decision.abstention import AbstentionThresholds, TokenStatistics, reason_to_abstain

THRESHOLDS = AbstentionThresholds(12, 0.9, 20, -1.0)


@pytest.mark.parametrize(
    ("statistics", "wanted"),
    [
        (TokenStatistics(0, 0, 0.0, 0.0), AbstentionReason.NO_TEXT),
        (TokenStatistics(2, 5, 1.0, 0.2), AbstentionReason.TOO_LITTLE_TEXT),
        (TokenStatistics(1, 5, 1.0, 0.95), None),
        (TokenStatistics(9, 90, -2.0, 0.95), AbstentionReason.UNSUPPORTED_LANGUAGE),
        (TokenStatistics(3, 15, -2.0, 0.2), None),
        (TokenStatistics(9, 90, 1.0, 0.2), None),
    ],
)
def test_reasons(statistics, wanted):
    assert reason_to_abstain(statistics, THRESHOLDS) is wanted


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
