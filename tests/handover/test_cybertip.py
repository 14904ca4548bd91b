"""The CyberTipline draft: documented order, nothing that only a person may decide, and only when it is complete."""

import importlib.util
from xml.etree import ElementTree

import pytest

from grooming_risk.errors import PackageError
from grooming_risk.handover import TextScope, cybertip_draft
from grooming_risk.handover import cybertip as module
from grooming_risk.handover.case.answers import SCHEMA
from grooming_risk.handover.cybertip import file_details, incident_time
from grooming_risk.handover.cybertip_order import ORDER, order_problems
from tests.handover.test_summary import HOSTILE
from tests.support.handover_fixture import FULL, TEXTS, case, chat


def draft(**change):
    return cybertip_draft(case({**FULL, **change}))


def root(**change):
    return ElementTree.fromstring(draft(**change))


def test_the_order_is_the_documented_one():
    report = root()
    assert [child.tag for child in report] == [
        "incidentSummary", "internetDetails", "reporter", "personOrUserReported", "victim", "additionalInfo",
    ]  # fmt: skip
    assert list(order_problems(report)) == []
    assert report.findtext("incidentSummary/incidentDateTime") == "2026-03-01T19:02:00Z"
    assert report.findtext("personOrUserReported/espIdentifier") == "u-1"
    assert [child.tag for child in report.find("personOrUserReported")] == [
        "personOrUserReportedPerson", "espIdentifier", "espService", "screenName", "profileUrl", "ipCaptureEvent",
        "deviceId", "associatedAccount",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"cybertip": {"recipient_age": 12}},
        {"reporter": {"country": "IE"}},
    ],
)
def test_no_draft_without_what_is_required(change):
    assert draft(**change) is None


def test_no_draft_without_a_known_time():
    assert cybertip_draft(case(source=None)) is None
    assert incident_time(case(source=None)) is None
    late = [{"speaker": "a", "text": text, "sent_at": "2027-01-01T00:00:00Z"} for text in TEXTS]
    from grooming_risk import Conversation

    assert (
        incident_time(case(conversation=Conversation.from_messages(late), answers={**FULL, "participants": []})) is None
    )


def test_what_only_a_person_decides_stays_out():
    only_type = {"incident_type": FULL["cybertip"]["incident_type"]}
    report = root(cybertip=only_type)
    assert report.find("victim") is None and report.find("intendedRecipient/espIdentifier").text == "u-2"
    for name in ("escalateToHighPriority", "reportAnnotations"):
        assert report.find(f"incidentSummary/{name}") is None
    assert list(report.iter("age")) == []
    decided = root(
        cybertip={**only_type, "recipient_age": 11, "escalation": "Meeting tomorrow.", "annotations": ["spam"]}
    )
    assert decided.findtext("victim/victimPerson/age") == "11"
    assert decided.findtext("incidentSummary/escalateToHighPriority") == "Meeting tomorrow."
    assert [child.tag for child in decided.find("incidentSummary/reportAnnotations")] == ["spam"]


def test_without_text_the_draft_holds_none():
    text = cybertip_draft(case(scope=TextScope.NONE))
    assert not any(message in text for message in TEXTS if len(message) > 6)
    assert "anna_x" not in text and "u-1" in text


def test_viewed_follows_the_record():
    made = case()
    details = ElementTree.fromstring(file_details(made, b"table"))
    assert list(order_problems(details)) == []
    assert details.findtext("fileViewedByEsp") == "true"
    partly = ElementTree.fromstring(file_details(case(viewed=(2, 3)), b"table"))
    assert partly.findtext("fileViewedByEsp") == "false"


def test_hostile_texts_stay_data():
    conversation = chat(HOSTILE)
    made = case({**FULL, "explanation": HOSTILE[0], "message_ids": {}, "note": HOSTILE[2]}, conversation=conversation,
                spans=((0, len(HOSTILE)),))  # fmt: skip
    report = ElementTree.fromstring(cybertip_draft(made))
    assert list(order_problems(report)) == []
    assert HOSTILE[0] in report.findtext("internetDetails/chatImIncident/content")
    assert report.findtext("internetDetails/chatImIncident/additionalInfo") == HOSTILE[0]


def test_a_long_transcript_has_no_limit():
    conversation = chat(("a " * 4_000,) * 140)
    text = cybertip_draft(case({**FULL, "message_ids": {}}, conversation=conversation, spans=((0, 140),)))
    assert text.count("a a a a") and len(text) > 1_000_000


def test_long_names_end_visibly():
    report = root(platform={"name": "P" * 200})
    assert report.findtext("personOrUserReported/espService") == "P" * 99 + "…"


@pytest.mark.parametrize(
    ("xml", "problem"),
    [
        ("<report><reporter/></report>", "report lacks incidentSummary"),
        ("<report><reporter><reportingPerson/></reporter><incidentSummary/></report>", "not in the documented order"),
        ("<incidentSummary><incidentType/><incidentDateTime/><mood/></incidentSummary>", "may not hold mood"),
        ("<reporter><reportingPerson/><reportingPerson/></reporter>", "contains reportingPerson twice"),
        (f"<firstName>{'x' * 101}</firstName>", "firstName is longer than 100 characters"),
    ],
)
def test_a_broken_draft_is_noticed(xml, problem, monkeypatch):
    assert any(problem in found for found in order_problems(ElementTree.fromstring(xml)))


def test_a_draft_that_breaks_the_order_is_never_written(monkeypatch):
    monkeypatch.setitem(ORDER, "report", ORDER["report"][::-1])
    with pytest.raises(PackageError, match="is not in the documented order"):
        cybertip_draft(case())


def test_incident_types_are_ncmecs():
    assert "Online Enticement of Children for Sexual Acts" in SCHEMA.read_text(encoding="utf-8")
    assert module.REPORT_ID == "0"


@pytest.mark.skipif(importlib.util.find_spec("ncmec_cybertip") is None, reason="ncmec-cybertip needs Python 3.13")
def test_another_implementation_reads_it():
    from ncmec_cybertip.files import FileDetails
    from ncmec_cybertip.report import Report

    for change in ({}, {"cybertip": {"incident_type": FULL["cybertip"]["incident_type"]}}):
        found = Report.from_xml(draft(**change).encode())
        assert found.incident_summary.incident_type.value == FULL["cybertip"]["incident_type"]
        assert found.person_or_user_reported.esp_identifier == "u-1"
        assert found.person_or_user_reported.ip_capture_event[0].port == 443
    assert FileDetails.from_xml(file_details(case(), b"x").encode()).file_viewed_by_esp is True
