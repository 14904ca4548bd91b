"""A record states what was flagged, viewed and decided, contains no text, and reveals every later change."""

import contextlib
import copy
import hashlib
import hmac
import json
import traceback
from datetime import datetime, timedelta, timezone

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grooming_risk.errors import GroomingRiskError, InvalidOptionError, UnsupportedFormatError
from grooming_risk.records.review_record import RETENTION_DAYS, Decision, make_review_record
from grooming_risk.records.verification import SCHEMA, seal, verify_chain, verify_record
from grooming_risk.schemas.canonical_json import canonical_json
from grooming_risk.tactics import Cue, Tactic
from tests.support.review_records_fixture import KEY, NOON, abstained, chain, flagged, not_flagged, places, record

CANARY = "xylophonecanary"
CHAT = [(f"speaker-{CANARY}", f"how old are you {CANARY}, don't tell your parents"), ("b", f"{CANARY} 12 why")] * 4
SEALED = record(decision="overturned", viewed=[3, 4], language="en", key=KEY, previous="b" * 64)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


PLACES = list(places(SEALED))


def at(value, path):
    for name in path:
        value = value[name]
    return value


def resealed(**change):
    """What somebody could write who knows how digests are computed but has no key."""
    changed = {**SEALED, **change}
    del changed["record_digest"]
    return {**changed, "record_digest": hashlib.sha256(canonical_json(changed)).hexdigest()}


@pytest.mark.parametrize("report", [flagged(), not_flagged(), abstained()])
@pytest.mark.parametrize("key", [None, KEY])
def test_round_trip_and_schema(report, key):
    made = record(report, viewed=[1, 0, 1], language="ur-Latn", key=key)
    jsonschema.validate(made, json.loads(SCHEMA.read_text()))
    for indent in (None, 2):
        read = json.loads(json.dumps(made, indent=indent, sort_keys=True))
        check = verify_record(read, key)
        assert (check.valid, check.authenticated) == (True, key is not None)
    assert made["viewed"] == [0, 1]


@pytest.mark.parametrize("key", [None, KEY])
def test_records_of_version_1_stay_verifiable(key):
    """Their spans had no stretches; records are kept for years."""
    body = {name: value for name, value in SEALED.items() if name not in ("record_hmac", "record_digest")}
    spans = [{name: span[name] for name in ("start", "stop", "probability")} for span in body["spans"]]
    old = seal({**body, "schema_version": 1, "spans": spans}, key)
    assert verify_record(old, key).problems == ()
    newer = seal({**body, "spans": spans}, key)
    assert any("stretches" in problem for problem in verify_record(newer, key).problems)
    damaged = {**old, "spans": [{**spans[0], "stop": 8}]}
    assert any("record_digest" in problem for problem in verify_record(damaged, key).problems)


def test_the_record_keeps_the_stretches():
    assert record()["spans"] == [{"start": 3, "stop": 9, "probability": 0.95, "stretches": [[3, 6], [8, 9]]}]


def test_it_says_what_the_report_says():
    report, made = flagged(), record(decision=Decision.CONFIRMED, viewed=[4])
    assert made["provenance"] == report.to_dict()["provenance"]
    assert made["evidence"] == [
        {"message": 4, "tactics": ["secrecy"], "cues": [], "delta_logit": 2.5},
        {"message": 6, "tactics": [], "cues": ["support_cue"], "delta_logit": -1.5},
    ]
    assert (made["outcome"], made["probability"], made["interval"]) == ("review", 0.95, [0.8, 0.99])
    assert (made["decision"], made["viewed"], made["spans"][0]["start"]) == ("confirmed", [4], 3)


def test_seals_are_what_the_schema_says():
    """Computed as by somebody who has only the description and a library for RFC 8785."""
    without = {name: value for name, value in SEALED.items() if name != "record_digest"}
    spelled = json.dumps(without, sort_keys=True, separators=(",", ":"))  # every number here prints alike in JavaScript
    assert hashlib.sha256(spelled.encode()).hexdigest() == SEALED["record_digest"]
    del without["record_hmac"]
    spelled = json.dumps(without, sort_keys=True, separators=(",", ":"))
    assert hmac.new(KEY, spelled.encode(), "sha256").hexdigest() == SEALED["record_hmac"]


@given(st.sampled_from(PLACES), JSON)
def test_any_other_value_anywhere_is_found(path, value):
    before = at(SEALED, path)
    changed = copy.deepcopy(SEALED)
    at(changed, path[:-1])[path[-1]] = value
    same = value == before and isinstance(value, bool) == isinstance(before, bool)
    for key in (None, KEY):
        assert verify_record(changed, key).valid == same


@pytest.mark.parametrize("path", PLACES, ids=str)
def test_any_value_taken_out_is_found(path):
    changed = copy.deepcopy(SEALED)
    del at(changed, path[:-1])[path[-1]]
    assert not verify_record(changed).valid


@given(st.sampled_from([(), ("provenance",), ("evidence", 0), ("spans", 0)]), st.text(), JSON)
def test_any_field_put_in_is_found(path, name, value):
    changed = copy.deepcopy(SEALED)
    inside = at(changed, path)
    if name not in inside:
        inside[name] = value
        assert not verify_record(changed).valid


@given(JSON)
def test_what_is_no_record_is_refused_and_nothing_breaks(value):
    assert not verify_record(value).valid
    assert not verify_chain([value, SEALED])[0].valid


def test_a_digest_can_be_made_again_and_an_hmac_cannot():
    forged = resealed(decision="confirmed")
    assert verify_record(forged).valid  # which is why the documentation does not promise more
    assert verify_record(forged, KEY).problems == (
        "record_hmac does not match: the content was changed, or the key is a different one",
    )
    stripped = resealed(decision="confirmed", record_hmac=None)
    assert verify_record(stripped).valid
    assert "record_hmac is missing" in verify_record(stripped, KEY).problems[0]
    assert not verify_record(SEALED, b"another key of 16 bytes").valid


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"decision": "confirmed"}, "record_digest"),
        ({"decision": "guilty"}, "decision is not one of the values"),
        ({"decided_at": None}, "decision and decided_at"),
        ({"viewed": [4, 3]}, "ascending order"),
        ({"viewed": [3, 3]}, "ascending order"),
        ({"viewed": [12]}, "not smaller than messages"),
        ({"messages": 5}, "not smaller than messages"),
        ({"outcome": "no_review"}, "outcome"),
        ({"spans": []}, "spans and outcome"),
        ({"spans": [{**SEALED["spans"][0], "stretches": [[3, 6], [8, 12]]}]}, "stretches of a span"),
        ({"spans": [{**SEALED["spans"][0], "stretches": [[8, 9], [3, 6]]}]}, "stretches of a span"),
        ({"spans": [{**SEALED["spans"][0], "stretches": [[3, 13], [8, 9]]}]}, "not smaller than messages"),
        ({"spans": [{**SEALED["spans"][0], "stretches": []}]}, "stretches"),
        ({"schema_version": 1}, "a field that the schema does not allow"),
        ({"created_at": "2026-02-30T12:00:00Z"}, "not times"),
        ({"created_at": "2027-01-01T12:00:00Z"}, "not times in this order"),
        ({"retain_until": "2020-01-01"}, "retain_until"),
        ({"provenance": {**SEALED["provenance"], "threshold": 0.4}}, "record_id"),
        ({"abstention": "no_text"}, "abstention"),
        ({"interval": None}, "interval"),
    ],
)
def test_the_result_names_what_is_wrong(change, says):
    assert any(says in problem for problem in verify_record({**SEALED, **change}).problems)
    if set(change) != {"decision"}:
        assert not verify_record(resealed(**change)).valid  # a fitting digest does not make a contradiction right


def test_problems_of_a_file_that_is_something_else_are_few():
    assert 0 < len(verify_record({"evidence": [CANARY] * 1_000}).problems) <= 5


@pytest.mark.parametrize("key", [None, KEY])
def test_a_chain_shows_what_is_missing_moved_added_or_changed(key):
    log = chain(5, key)
    assert all(check.valid for check in verify_chain(log, key))
    extra = record(flagged(99), key=key, previous=log[1]["record_digest"])
    for broken in (
        log[1:],
        log[:2] + log[3:],
        [log[0], log[2], log[1], *log[3:]],
        [*log[:2], extra, *log[2:]],
        [log[0], log[0], *log[1:]],
        [log[0], record(flagged(1), key=key), *log[2:]],
        [log[0], None, *log[2:]],
    ):
        assert not all(check.valid for check in verify_chain(broken, key))
    # Only the last digest, kept elsewhere, shows that the end is missing: said in the module, and so it is.
    assert all(check.valid for check in verify_chain(log[:3], key))


def test_a_log_may_go_on_where_another_ended():
    log = chain(4)
    assert all(check.valid for check in verify_chain(log[2:], after=log[1]["record_digest"]))
    (first, second) = verify_chain(log[2:])
    assert "missing at the start" in first.problems[0]
    assert second.valid


def test_times_are_utc_and_retention_counts_from_the_first():
    clock = datetime(2026, 3, 2, 1, 30, 5, 999, tzinfo=timezone(timedelta(hours=3)))
    made = record(decision="escalated", at=clock)
    assert (made["created_at"], made["decided_at"]) == ("2026-03-01T22:30:05Z", "2026-03-01T22:30:05Z")
    assert made["retain_until"] == (clock.date() - timedelta(days=1) + timedelta(days=RETENTION_DAYS)).isoformat()
    later = record(decision="confirmed", at=NOON + timedelta(days=90), created_at=NOON, retention_days=30)
    assert (later["created_at"], later["retain_until"]) == ("2026-03-01T12:00:00Z", "2026-03-31")
    assert record()["decided_at"] is None


def test_records_of_one_report_share_their_id():
    first, appeal = record(decision="confirmed", viewed=[4]), record(decision="overturned", at=NOON + timedelta(1))
    assert first["record_id"] == appeal["record_id"] != record(flagged(1))["record_id"]
    assert first["record_digest"] != appeal["record_digest"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"decision": CANARY}, "must be one of confirmed, overturned"),
        ({"report": not_flagged(), "decision": "confirmed"}, "no flag to decide on"),
        ({"report": abstained(), "decision": "confirmed"}, "no flag to decide on"),
        ({"viewed": [12]}, "viewed contains 12; the report has messages 0 to 11"),
        ({"viewed": [-1]}, "viewed contains -1"),
        ({"viewed": [True]}, "viewed contains True"),
        ({"viewed": [CANARY]}, "a value that is not an index"),
        ({"language": CANARY}, "language"),
        ({"language": "\ud800"}, "language"),
        ({"language": 3}, "language"),
        ({"previous": CANARY}, "previous"),
        ({"key": b"short"}, "at least 16"),
        ({"retention_days": 0}, "retention_days must be between 1 and 36,500, got 0"),
        ({"at": datetime(2026, 1, 1)}, "time zone"),
        ({"created_at": datetime(2026, 1, 1)}, "time zone"),
        ({"created_at": NOON + timedelta(days=1)}, "future"),
    ],
)
def test_wrong_options_say_what_to_do(options, says):
    with pytest.raises(InvalidOptionError, match=says) as caught:
        record(**options)
    assert CANARY not in "".join(traceback.format_exception(caught.value, chain=True))


def test_a_record_holds_no_text_and_no_name(scorer):
    report = scorer.score(CHAT)
    made = make_review_record(report.to_dict(), viewed=range(4), language="en")
    assert verify_record(made).valid
    assert CANARY not in json.dumps(made)


def test_a_report_is_taken_as_it_is_or_as_json_types():
    options = {
        "language": "en",
        "key": KEY,
        "previous": "b" * 64,
        "created_at": NOON - timedelta(days=2),
        "retention_days": 9,
        "clock": lambda: NOON,
    }
    report = flagged()
    made = make_review_record(report, "overturned", (3, 4), **options)
    assert made == make_review_record(report.to_dict(), "overturned", (3, 4), **options)
    assert verify_record(make_review_record(report)).valid


STRINGS = [path for path in places(flagged().to_dict()) if isinstance(at(flagged().to_dict(), path), str)]
LEFT_OUT = ("speaker", "operating_point", "library_version", "model_version")


@pytest.mark.parametrize("path", [path for path in STRINGS if path[-1] not in LEFT_OUT], ids=str)
@pytest.mark.parametrize("text", [CANARY, f"some {CANARY}"])
def test_text_in_a_report_from_elsewhere_gets_into_no_record(path, text):
    """Digests, outcome, tactics and cues; records have no speakers, and versions and names have no spaces."""
    values = flagged().to_dict()
    at(values, path[:-1])[path[-1]] = text
    with pytest.raises(UnsupportedFormatError) as caught:
        make_review_record(values)
    assert CANARY not in "".join(traceback.format_exception(caught.value, chain=True))


@pytest.mark.parametrize("path", [path for path in STRINGS if path[-1] in LEFT_OUT], ids=str)
def test_a_sentence_in_a_report_from_elsewhere_gets_into_no_record(path):
    values = flagged().to_dict()
    at(values, path[:-1])[path[-1]] = f"a sentence of {CANARY}"
    try:
        made = json.dumps(make_review_record(values))
    except UnsupportedFormatError as error:
        made = str(error)
    assert CANARY not in made


@given(st.sampled_from(list(places(flagged().to_dict()))), JSON)
def test_no_damaged_report_breaks_it(path, value):
    values = flagged().to_dict()
    at(values, path[:-1])[path[-1]] = value
    with contextlib.suppress(GroomingRiskError):
        assert verify_record(make_review_record(values)).valid


def test_the_schema_knows_every_tactic_cue_and_decision():
    properties = json.loads(SCHEMA.read_text())["properties"]
    evidence = properties["evidence"]["items"]["properties"]
    assert evidence["tactics"]["items"]["enum"] == [item.value for item in Tactic]
    assert evidence["cues"]["items"]["enum"] == [item.value for item in Cue]
    assert properties["decision"]["enum"] == [*(item.value for item in Decision), None]
