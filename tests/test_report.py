import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grooming_risk import AbstentionReason, Evidence, Outcome, RiskReport
from grooming_risk.conversation import speaker_name
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.report import Provenance, Span, WindowRisk
from grooming_risk.schemas.report_form import SCHEMA
from tests.support.review_records_fixture import places

PROVENANCE = Provenance("0", "0", "0" * 64, "balanced", 0.5, 0.01, "0" * 64)


def report(**change):
    values = {
        "outcome": Outcome.NO_REVIEW,
        "abstention": None,
        "probability": 0.1,
        "interval": (0.0, 0.2),
        "windows": (),
        "spans": (),
        "first_flag": None,
        "evidence": (),
        "timeline": {},
        "unread": (),
        "messages": 3,
        "provenance": PROVENANCE,
    }
    return RiskReport(**{**values, **change})


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": Outcome.ABSTAINED},
        {"probability": None},
        {"probability": 1.2},
        {"outcome": Outcome.REVIEW},
        {"spans": (Span(0, 2, 0.9, ((0, 2),)),)},
    ],
)
def test_a_report_that_contradicts_itself_cannot_exist(change):
    with pytest.raises(ValueError, match=r"report|probability"):
        report(**change)


def test_json_round_trip_and_schema(scorer, root):
    schema = json.loads((root / "grooming_risk" / "schemas" / "report_schema.json").read_text())
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


PROBABILITIES = st.floats(0, 1)
INDICES = st.integers(0, 200_000)
SPEAKERS = st.integers(0, 1_000).map(speaker_name)
NAMES = st.lists(st.text(max_size=8), max_size=3).map(tuple)
LOGITS = st.floats(-50, 50)
DIGESTS = st.binary(min_size=32, max_size=32).map(bytes.hex)
INTERVALS = st.tuples(PROBABILITIES, PROBABILITIES).map(sorted).map(tuple)
RANGES = st.tuples(INDICES, INDICES)
REMEMBERED = st.lists(INDICES, max_size=3).map(tuple)
WINDOWS = st.builds(WindowRisk, INDICES, INDICES, REMEMBERED, SPEAKERS, LOGITS, PROBABILITIES, INTERVALS, st.booleans())
PARTS = {
    "windows": st.lists(WINDOWS, max_size=3).map(tuple),
    "first_flag": st.none() | INDICES,
    "evidence": st.lists(st.builds(Evidence, INDICES, SPEAKERS, NAMES, NAMES, LOGITS), max_size=3).map(tuple),
    "timeline": st.dictionaries(st.text(max_size=8), st.lists(INDICES, max_size=3).map(tuple), max_size=3),
    "unread": st.lists(SPEAKERS, max_size=2).map(tuple),
    "messages": INDICES,
    "provenance": st.builds(
        Provenance, st.text(), st.text(), DIGESTS, st.text(), PROBABILITIES, PROBABILITIES, DIGESTS
    ),
}
STRETCHES = st.lists(RANGES, min_size=1, max_size=3).map(tuple)
SPANS = st.lists(st.builds(Span, INDICES, INDICES, PROBABILITIES, STRETCHES), max_size=3).map(tuple)
SCORED = st.builds(
    lambda spans, **parts: report(outcome=Outcome.REVIEW if spans else Outcome.NO_REVIEW, spans=spans, **parts),
    SPANS,
    probability=PROBABILITIES,
    interval=INTERVALS,
    **PARTS,
)
ABSTAINED = st.builds(
    report,
    outcome=st.just(Outcome.ABSTAINED),
    abstention=st.sampled_from(AbstentionReason),
    probability=st.none(),
    interval=st.none(),
    **PARTS,
)


@given(SCORED | ABSTAINED)
def test_what_is_read_is_what_was_written(given_report):
    text = given_report.to_json()
    read = RiskReport.from_json(text)
    assert read == given_report
    assert read.to_json() == text  # equal numbers of another type would be spelled in another way


FULL = report(
    outcome=Outcome.REVIEW,
    windows=(WindowRisk(0, 3, (1,), "a", 2.5, 0.9, (0.8, 1.0), True),),
    spans=(Span(0, 3, 0.9, ((0, 1), (2, 3))),),
    first_flag=1,
    evidence=(Evidence(1, "b", ("secrecy",), ("minor_cue",), 1.5),),
    timeline={"secrecy": (1,)},
    unread=("b",),
)


WRONG = [True, "canary", {"canary": "canary"}, [{"canary": 1}], -2e6, None]


@pytest.mark.parametrize("path", list(places(FULL.to_dict())), ids=lambda path: ".".join(map(str, path)))
def test_a_value_of_another_type_is_refused_by_its_place(path):
    for value in WRONG:
        fields = FULL.to_dict()
        inside = fields
        for name in path[:-1]:
            inside = inside[name]
        of_the_same_type = type(value) is type(inside[path[-1]]) is not float
        if of_the_same_type or (value is None and path in {("abstention",), ("first_flag",), ("interval",)}):
            continue
        inside[path[-1]] = value
        with pytest.raises(UnsupportedFormatError, match="report") as caught:
            RiskReport.from_json(json.dumps(fields))
        assert "canary" not in str(caught.value)
        # A null may leave a report of the right form that contradicts itself, and the version has words of its own.
        assert value is None or path[0] in str(caught.value) or path == ("schema_version",)


def test_numbers_are_read_as_what_their_fields_are():
    fields = FULL.to_dict()
    fields["windows"][0] |= {"start": 0.0, "logit": 2, "probability": 1}
    fields["messages"] = 3.0
    read = RiskReport.from_json(json.dumps(fields))
    assert [type(value) for value in (read.windows[0].start, read.windows[0].logit, read.messages)] == [int, float, int]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"probability": None}, "contradicts itself"),
        ({"spans": []}, "contradicts itself"),
        ({"outcome": "abstained"}, "contradicts itself"),
        ({"outcome": "canary"}, "outcome is not one of the values"),
        ({"schema_version": 99}, "version 99"),
        ({"schema_version": 1}, "schema version 1, but this library reads version 2"),
        ({"canary": 1}, "a field that the schema does not allow"),
    ],
)
def test_fields_that_do_not_go_together_are_refused(change, says):
    with pytest.raises(UnsupportedFormatError, match=says) as caught:
        RiskReport.from_json(json.dumps(FULL.to_dict() | change))
    assert "canary" not in str(caught.value)


def test_the_shipped_schema_is_one(root):
    jsonschema.Draft202012Validator.check_schema(json.loads(SCHEMA.read_text()))


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", "[]", "null", "canary", "[" * 100_000, "1" * 5_000, '{"schema_version": 2}', '{"a": NaN}']
)
def test_what_is_no_report_is_refused_without_its_text(text):
    with pytest.raises(UnsupportedFormatError, match=r"not a report") as caught:
        RiskReport.from_json(text)
    assert "canary" not in str(caught.value)


def test_speaker_names():
    assert [speaker_name(n) for n in (0, 1, 25, 26, 27, 701, 702)] == ["a", "b", "z", "aa", "ab", "zz", "aaa"]


def test_results_are_frozen_and_slotted():
    window = WindowRisk(0, 1, (), "a", 0.0, 0.5, (0.4, 0.6), False)
    with pytest.raises(AttributeError):
        window.start = 3  # type: ignore[misc]
    assert not hasattr(window, "__dict__")


def test_a_report_makes_its_review_page(scorer):
    rows = [("a", "hello there"), ("b", "don't tell your mum about this, keep it our secret")] * 4
    markup = scorer.score(rows).to_html(rows, title="a chat")
    assert markup.startswith("<!doctype html>") and "<title>a chat</title>" in markup
