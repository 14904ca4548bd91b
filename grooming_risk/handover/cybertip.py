"""A draft of a CyberTipline report, for somebody who is registered with NCMEC to check, complete and send.

It is written only when everything that the CyberTipline requires is given. What kind of incident it is, how old a child
is and whether it is urgent come from a person or stay out. Nothing here sends anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from grooming_risk.errors import PackageError
from grooming_risk.handover.case.case import Case, TextScope
from grooming_risk.handover.case.facts import Answer, Participant, Role, ZoneSource
from grooming_risk.handover.cybertip_order import LONGEST, order_problems
from grooming_risk.handover.language.plain import visible

# Known only once the report is open at NCMEC; a server refuses these.
REPORT_ID, FILE_ID = "0", "TO BE GIVEN BY NCMEC"
_NOTE = " Draft. Not sent. A person registered with NCMEC checks and completes it. "
_FILE_NOTE = " Draft. reportId and fileId are given by NCMEC when the report is open and the file is uploaded. "


def cybertip_draft(case: Case) -> str | None:
    """Return a draft of the report.

    Args:
        case: the case.

    Returns:
        XML, or None when something that is required is not given: incident type, a time with a known time zone, or a
        name or address of who reports.

    Raises:
        PackageError: the draft breaks the documented order, which is an error of this library.
    """
    when = incident_time(case)
    reporter = case.reporter
    known = (reporter.first_name, reporter.last_name, reporter.email, reporter.phone, reporter.organization)
    if case.cybertip.incident_type is None or when is None or not any(known):
        return None
    report = Element("report")
    _incident(report, case, when)
    chat = SubElement(SubElement(report, "internetDetails"), "chatImIncident")
    _add(chat, "chatClient", case.platform.name)
    _add(chat, "chatRoomName", case.conversation_id)
    _add(chat, "content", _transcript(case))
    _add(chat, "additionalInfo", case.explanation)
    _reporter(report, case)
    reported = case.role_of(Role.REPORTED)
    if reported:
        _reported(report, case, reported[0])
    for participant in case.role_of(Role.RECIPIENT):
        _recipient(report, case, participant)
    _add(report, "additionalInfo", _more(case, reported[1:]))
    return _written(report, _NOTE)


def file_details(case: Case, table: bytes) -> str | None:
    """Return a draft of the details of messages.csv, to be sent with it.

    Args:
        case: the case.
        table: the bytes of messages.csv.

    Returns:
        XML; None when the table holds no text. `fileViewedByEsp` is true only when the record says that a person viewed
        every message of the table.
    """
    if case.text_scope is TextScope.NONE:
        return None
    details = Element("fileDetails")
    _add(details, "reportId", REPORT_ID)
    _add(details, "fileId", FILE_ID)
    _add(details, "originalFileName", "messages.csv")
    viewed = {message.index for message in case.messages} <= set(case.review.viewed)
    _add(details, "fileViewedByEsp", _boolean(viewed))
    _add(details, "fileRelevance", "Reported")
    digest = SubElement(details, "originalFileHash", hashType="SHA256")
    digest.text = sha256(table).hexdigest()
    group = "group" if len(case.participants) > 2 else "private"
    _add(details, "additionalInfo", f"File contains transcript of a {group} message conversation.")
    return _written(details, _FILE_NOTE)


def incident_time(case: Case) -> str | None:
    """Return the time of the first message that was read for the decision, where its time zone is known."""
    if case.zone.known_by is ZoneSource.UNKNOWN:
        return None
    first = next((message.sent_at for message in case.messages if message.flagged and message.sent_at), None)
    decided = datetime.fromisoformat(case.created_at)
    return first if first and datetime.fromisoformat(first) <= decided else None  # the server refuses the future


def _incident(report: Element, case: Case, when: str) -> None:
    summary = SubElement(report, "incidentSummary")
    _add(summary, "incidentType", case.cybertip.incident_type)
    _add(summary, "platform", case.platform.name)
    _add(summary, "escalateToHighPriority", case.cybertip.escalation)
    if case.cybertip.annotations:
        annotations = SubElement(summary, "reportAnnotations")
        order = ("sextortion", "csamSolicitation", "minorToMinorInteraction", "spam", "sadisticOnlineExploitation")
        for name in (*order, "informational"):
            if name in case.cybertip.annotations:
                SubElement(annotations, name)
    _add(summary, "incidentDateTime", when)
    _add(summary, "incidentDateTimeDescription", "Time of the first message that was read for the decision.")


def _reporter(report: Element, case: Case) -> None:
    person = SubElement(SubElement(report, "reporter"), "reportingPerson")
    _add(person, "firstName", case.reporter.first_name)
    _add(person, "lastName", case.reporter.last_name or case.reporter.organization)
    _add(person, "phone", case.reporter.phone)
    _add(person, "email", case.reporter.email)


def _reported(report: Element, case: Case, participant: Participant) -> None:
    reported = SubElement(report, "personOrUserReported")
    _person(reported, "personOrUserReportedPerson", participant, None)
    _account(reported, case, participant)
    for account in case.accounts_elsewhere:
        if account.speaker == participant.speaker:
            linked = SubElement(reported, "associatedAccount")
            _add(linked, "platform", account.service)
            _add(linked, "screenName", account.identifier)


def _recipient(report: Element, case: Case, participant: Participant) -> None:
    """Add a recipient; as `victim` only where a person has given the age of a child."""
    age = case.cybertip.recipient_age
    name = "intendedRecipient" if age is None else "victim"
    element = SubElement(report, name)
    _person(element, f"{name}Person", participant, age)
    _account(element, case, participant)


def _person(element: Element, name: str, participant: Participant, age: int | None) -> None:
    known = participant.age_assertion_discrepancy is not Answer.UNKNOWN
    if age is None and not known:
        return
    person = SubElement(element, name)
    _add(person, "age", None if age is None else str(age))
    if known:
        _add(person, "ageAssertionDiscrepancy", _boolean(participant.age_assertion_discrepancy is Answer.YES))


def _account(element: Element, case: Case, participant: Participant) -> None:
    _add(element, "espIdentifier", participant.platform_id)
    _add(element, "espService", case.platform.name)
    _add(element, "screenName", participant.screen_name)
    for url in participant.profile_urls:
        _add(element, "profileUrl", url)
    events = [event for event in case.events if event.speaker == participant.speaker]
    for event in (event for event in events if event.kind == "ip"):
        capture = SubElement(element, "ipCaptureEvent")
        _add(capture, "ipAddress", event.value)
        _add(capture, "eventName", event.event)
        _add(capture, "dateTime", event.at)
        if event.possible_proxy is not Answer.UNKNOWN:
            _add(capture, "possibleProxy", _boolean(event.possible_proxy is Answer.YES))
        _add(capture, "port", None if event.port is None else str(event.port))
    for event in (event for event in events if event.kind == "device"):
        device = SubElement(element, "deviceId")
        _add(device, "idType", event.id_type or "device")
        _add(device, "idValue", event.value)
        _add(device, "eventName", event.event)
        _add(device, "dateTime", event.at)


def _transcript(case: Case) -> str | None:
    if case.text_scope is TextScope.NONE:
        return None
    lines = (
        f"[{message.index}] {message.sent_at or ''} {message.speaker}: {visible(message.text)}"
        for message in case.messages
        if message.text
    )
    return "\n".join(lines)


def _more(case: Case, others: Iterable[Participant]) -> str:
    return "\n".join(_sentences(case, others))


def _sentences(case: Case, others: Iterable[Participant]) -> Iterator[str]:
    yield f"Case {case.case_id}. Preserve until {case.preservation.until}."
    asked = {
        "Meeting in person planned": case.meeting_planned,
        "Images sent or asked for": case.images_exchanged,
        "Threats": case.threats,
    }
    yield " ".join(f"{question}: {answer.value}." for question, answer in asked.items())
    for participant in others:
        yield f"Further reported account: {participant.platform_id or participant.speaker}."
    if case.review.note:
        yield f"Note of the reviewer: {case.review.note}"


def _add(parent: Element, name: str, text: str | None) -> None:
    """Add an element with a text; none where there is no text. A name over the limit ends in an ellipsis."""
    if text:
        lines = [visible(line) for line in text.split("\n")]
        whole, most = "\n".join(lines), LONGEST.get(name)
        SubElement(parent, name).text = whole if most is None or len(whole) <= most else f"{whole[: most - 1]}…"


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _written(root: Element, note: str) -> str:
    problems = list(order_problems(root))
    if problems:
        raise PackageError(
            f"the CyberTipline draft is not in the documented order ({problems[0]}); report this as a bug"
        )
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!--{note}-->\n{body}\n'
