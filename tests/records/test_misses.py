"""Misses estimated from samples, between bounds that hold whatever becomes of what is open."""

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grooming_risk.errors import InvalidOptionError, UnsupportedFormatError
from grooming_risk.records import Sampling, SamplingMethod, make_handover_record, make_unflagged_record
from grooming_risk.records.misses import MissEstimate, estimate_misses
from grooming_risk.records.summary import summarize_records
from grooming_risk.records.verification import SCHEMA_OF_TYPE, SCHEMAS, verify_chain, verify_record
from tests.support.review_records_fixture import KEY, NOON, abstained, flagged, not_flagged, record

WHOLE = Sampling(SamplingMethod.RANDOM, "s1", 20, 10_000)


def unflagged(number=0, decision="nothing_found", sampling=WHOLE, **options):
    return make_unflagged_record(not_flagged(number), decision, (0, 1), sampling, clock=lambda: NOON, **options)


def handover(decision=None, digest="c" * 64, channel="us-cybertipline", **options):
    from datetime import timedelta

    asked = {"handed_over_at": NOON, "clock": lambda: NOON + timedelta(hours=2), **options}
    return make_handover_record(
        decision or record(decision="confirmed", viewed=[1]), digest, channel, "portal", **asked
    )


def estimate(missed, nothing, unsure, drawn, population, method="random", consistent=True):
    return MissEstimate(2026, "s", method, population, drawn, missed, nothing, unsure, consistent)


def test_one_of_twenty():
    (found,) = estimate_misses([unflagged(n, "missed" if n == 0 else "nothing_found") for n in range(20)])
    assert (found.decided, found.missed, found.sample) == (20, 1, "s1")
    assert found.misses.value == 500
    assert found.misses.low == pytest.approx(12.65, abs=0.1)  # Clopper-Pearson 0.00127 and 0.2487 of 1 in 20
    assert found.misses.high == pytest.approx(2487, abs=1)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 10_000))
def test_the_bounds_hold_whatever_becomes_of_what_is_open(missed, nothing, unsure, still_open, more):
    drawn = missed + nothing + unsure + still_open
    if not missed + nothing + unsure:
        return
    found = estimate(missed, nothing, unsure, drawn, drawn + more).misses
    for turned_out in (0, unsure + still_open):
        final = estimate(missed + turned_out, drawn - missed - turned_out, 0, drawn, drawn + more).misses
        assert found.low <= final.value * 1.0001 and final.value <= found.high * 1.0001
    assert 0 <= found.low <= found.high <= drawn + more


def test_a_population_read_whole_has_no_doubt():
    found = estimate(3, 97, 0, 100, 100).misses
    assert found.low == found.value == found.high == 3


def test_what_cannot_be_estimated_is_not():
    assert estimate(1, 1, 0, 2, 100, "reported").misses is None
    assert estimate(1, 1, 0, 2, 100, consistent=False).misses is None
    assert estimate(0, 0, 0, 2, 100).misses is None
    (reported,) = estimate_misses([unflagged(0, "missed", Sampling(SamplingMethod.REPORTED))])
    assert reported.misses is None and reported.missed == 1


def test_records_of_one_sample_must_agree():
    other = Sampling(SamplingMethod.RANDOM, "s1", 20, 20_000)
    (found,) = estimate_misses([unflagged(0), unflagged(1, sampling=other)])
    assert not found.consistent
    many = Sampling(SamplingMethod.RANDOM, "s2", 1, 10)
    (found,) = estimate_misses([unflagged(0, sampling=many), unflagged(1, sampling=many)])
    assert not found.consistent


def test_the_last_decision_about_a_conversation_counts():
    (found,) = estimate_misses([unflagged(0, "missed"), unflagged(0, "nothing_found")])
    assert (found.missed, found.nothing_found) == (0, 1)


def test_new_records_share_the_chain_with_reviews():
    first = record(flagged(0), "confirmed", [3], key=KEY)
    second = unflagged(1, key=KEY, previous=first["record_digest"])
    third = handover(first, key=KEY, previous=second["record_digest"])
    log = [first, second, third]
    assert all(check.authenticated for check in verify_chain(log, KEY))
    for removed in (0, 1):
        assert not all(check.valid for check in verify_chain(log[:removed] + log[removed + 1 :], KEY))
    summary = summarize_records(log, NOON.date())
    assert summary.groups[0].flags == 1 and summary.replaced == 0 and summary.not_flagged == 0
    assert [item.handed_over for item in summary.handovers] == [1] and len(summary.misses) == 1


def test_a_summary_of_reviews_alone_looks_as_it_did():
    assert not {"misses", "handovers"} & summarize_records([record()], NOON.date()).to_dict().keys()


@pytest.mark.parametrize("made", [unflagged(), handover()], ids=["unflagged", "handover"])
def test_records_follow_their_schemas_and_every_change_shows(made):
    import json

    schema = json.loads((SCHEMAS / SCHEMA_OF_TYPE[made["record_type"]]).read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(made, schema)
    assert verify_record(made).valid
    for name in made:
        assert not verify_record({key: value for key, value in made.items() if key != name}).valid
        if name not in ("record_hmac",):
            assert not verify_record({**made, name: "x"}).valid, name
    assert not verify_record({**made, "note": "x"}).valid


def test_hand_overs_are_counted_once_and_by_their_last_record():
    from datetime import timedelta

    first, again = handover(), handover(acknowledged_at=NOON + timedelta(hours=1))
    other = handover(channel="gb-ceop")
    found = summarize_records([first, again, other], NOON.date()).handovers
    assert [(item.channel, item.handed_over, item.acknowledged) for item in found] == [
        ("gb-ceop", 1, 0),
        ("us-cybertipline", 1, 1),
    ]


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"digest": "short"}, "package_digest does not match the pattern"),
        ({"channel": "Two Words"}, "channel does not match the pattern"),
        ({"reference": "with space"}, "reference does not match the pattern"),
        ({"retention_days": 0}, "retention_days must be between"),
        ({"handed_over_at": NOON.replace(year=2030)}, "lies in the future"),
        ({"handed_over_at": NOON.replace(year=2020)}, "before the decision"),
        ({"acknowledged_at": NOON.replace(hour=1)}, "not times in this order"),
    ],
)
def test_bad_hand_overs_are_refused(change, match):
    with pytest.raises(InvalidOptionError, match=match):
        handover(**change)


def test_bad_decisions_are_refused():
    with pytest.raises(InvalidOptionError, match="flagged something"):
        make_unflagged_record(flagged(), "missed", (), WHOLE)
    with pytest.raises(InvalidOptionError, match="decisions are missed, nothing_found"):
        unflagged(decision="guilty")
    with pytest.raises(UnsupportedFormatError, match="not a report"):
        make_unflagged_record({"outcome": "no_review"}, "missed", (), WHOLE)
    assert verify_record(make_unflagged_record(abstained(), "missed", (0,), WHOLE)).valid
