import json

import jsonschema
import pytest

from grooming_risk import Outcome, RiskReport
from grooming_risk.report import Provenance, Span, WindowRisk, speaker_name

PROVENANCE = Provenance("0", "0", "0" * 64, "balanced", 0.5, 0.01, "0" * 64)


def report(**change):
    values = {
        "outcome": Outcome.NO_REVIEW, "abstention": None, "probability": 0.1, "interval": (0.0, 0.2), "windows": (),
        "spans": (), "first_flag": None, "evidence": (), "timeline": {}, "messages": 3, "provenance": PROVENANCE,
    }  # fmt: skip
    return RiskReport(**{**values, **change})


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": Outcome.ABSTAINED},
        {"probability": None},
        {"probability": 1.2},
        {"outcome": Outcome.REVIEW},
        {"spans": (Span(0, 2, 0.9),)},
    ],
)
def test_a_report_that_contradicts_itself_cannot_exist(change):
    with pytest.raises(ValueError, match=r"report|probability"):
        report(**change)


def test_json_round_trip_and_schema(scorer, root):
    schema = json.loads((root / "grooming_risk" / "report_schema.json").read_text())
    conversations = [
        [("a", "hi"), ("b", "hey")],
        [("a", "don't tell your parents, this is our secret"), ("b", "why? i am 12"), ("a", "send me a pic of you")]
        * 3,
        [("a", "see you at practice tomorrow"), ("b", "yes, bring the ball please")] * 40,
    ]
    for rows in conversations:
        found = scorer.score(rows)
        jsonschema.validate(found.to_dict(), schema)
        assert RiskReport.from_json(found.to_json()) == found


@pytest.mark.parametrize("text", ["", "{}", "[1]", "null", '{"schema_version": 99}', '{"schema_version": 1}'])
def test_what_is_no_report_is_refused_without_its_text(text):
    with pytest.raises(ValueError, match=r"report"):
        RiskReport.from_json(text)


def test_speaker_names():
    assert [speaker_name(n) for n in (0, 1, 25, 26, 27, 701, 702)] == ["a", "b", "z", "aa", "ab", "zz", "aaa"]


def test_results_are_frozen_and_slotted():
    window = WindowRisk(0, 1, "a", 0.0, 0.5, (0.4, 0.6), False)
    with pytest.raises(AttributeError):
        window.start = 3  # type: ignore[misc]
    assert not hasattr(window, "__dict__")


def test_a_report_makes_its_review_page(scorer):
    rows = [("a", "hello there"), ("b", "don't tell your mum about this, keep it our secret")] * 4
    markup = scorer.score(rows).to_html(rows, title="a chat")
    assert markup.startswith("<!doctype html>") and "<title>a chat</title>" in markup
