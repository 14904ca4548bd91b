"""What is missing, for whom it matters, as questions that a person can answer."""

import pytest

from grooming_risk.handover import Addressee, Need, TextScope, completeness
from grooming_risk.handover.addressees.requirements import REQUIREMENTS
from grooming_risk.handover.language import wording
from grooming_risk.handover.package import asked_by
from tests.support.handover_fixture import FULL, MINIMUM, case


def found(answers=FULL, asked=(), **options):
    return {result.addressee: result for result in completeness(case(answers, **options), asked)}


def missing(result):
    return {item.key for item in result.missing}


def test_nothing_is_missing_where_everything_is_given():
    for result in found().values():
        assert result.missing == () and result.ready


def test_what_is_required_comes_first_and_decides():
    results = found(MINIMUM, source=None)
    cybertip = results[Addressee.CYBERTIPLINE]
    assert {item.key for item in cybertip.missing if item.need is Need.REQUIRED} == {
        "incident_type", "incident_time", "reporter",
    }  # fmt: skip
    assert not any(result.ready for result in results.values())
    for result in results.values():
        needs = [item.need for item in result.findings]
        assert needs == sorted(needs, key=list(Need).index)


# Each question with a change of the answers that takes the answer away.
GONE = {
    "immediate_danger": {"immediate_danger": "unknown"},
    "incident_type": {"cybertip": {}},
    "reporter": {"reporter": {"organization": "Example Ltd"}},
    "platform": {"platform": {"country": "IE"}},
    "platform_country": {"platform": {"name": "Example Chat"}},
    "countries": {"countries": []},
    "reported_account": {"participants": [{"speaker": "a", "role": "reported"}], "events": []},
    "recipient_account": {"participants": FULL["participants"][:1]},
    "ages": {"participants": [{"speaker": "a", "role": "reported"}]},
    "message_ids": {"message_ids": {"2": "m"}},
    "meeting_planned": {"meeting_planned": "unknown"},
    "images_exchanged": {"images_exchanged": "unknown"},
    "threats": {"threats": "unknown"},
    "accounts_elsewhere": {"accounts_elsewhere": []},
    "events": {"events": []},
    "order": {"order": None},
    "preserve_ids": {
        "participants": [{"speaker": "a", "role": "reported"}], "conversation_id": None, "message_ids": {},
        "preserve_ids": [],
    },
}  # fmt: skip


@pytest.mark.parametrize("key", sorted(GONE))
def test_each_question_notices_what_is_gone(key):
    results = found({**FULL, **GONE[key]}).values()
    assert any(key in missing(result) for result in results)
    assert not any(key in missing(result) for result in found().values())


def test_those_that_do_not_come_from_answers():
    assert any("incident_time" in missing(result) for result in found(source=None).values())
    assert any("source" in missing(result) for result in found(source=None).values())
    assert any("text" in missing(result) for result in found(scope=TextScope.NONE).values())
    assert any("viewed" in missing(result) for result in found(viewed=()).values())
    assert any("reported_name" in missing(result) for result in found(MINIMUM).values())
    assert {*GONE, "incident_time", "source", "text", "viewed", "reported_name", "explanation"} == {
        item.key for item in REQUIREMENTS
    }


def test_a_country_may_ask_for_more():
    assert asked_by("CA") >= {"meeting_planned", "images_exchanged", "threats"} and asked_by(None) == frozenset()
    plain, asked = (found(MINIMUM, names)[Addressee.POLICE] for names in ((), {"accounts_elsewhere"}))
    needs = [{item.key: item.need for item in result.findings} for result in (plain, asked)]
    assert [need["accounts_elsewhere"] for need in needs] == [Need.HELPFUL, Need.ASKED]


def test_every_question_is_one_and_has_a_reason_and_an_addressee():
    assert len({item.key for item in REQUIREMENTS}) == len(REQUIREMENTS)
    for item in REQUIREMENTS:
        assert "?" in item.question and item.reason.endswith(".") and item.needs
    assert set(wording.ADDRESSEES) == {addressee.value for addressee in Addressee}
    assert set(wording.NEEDS) == {need.value for need in Need}
