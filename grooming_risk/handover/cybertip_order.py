"""The order, names and limits of a CyberTipline report's elements, as far as a draft uses them.

Source: the public documentation of NCMEC's CyberTipline Reporting API, appendices B to D, last updated 2026-08-26, and
the models of the package ncmec-cybertip 0.1.1, which a test compares a draft with. The server validates the order.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

_PERSON = ("firstName", "lastName", "phone", "email", "address", "age", "ageAssertionDiscrepancy", "dateOfBirth")
_ACCOUNT = (
    *("espIdentifier", "espService", "compromisedAccount", "screenName", "displayName", "profileUrl", "profileBio"),
    *("ipCaptureEvent", "deviceId"),
)
_ENDING = ("estimatedLocation", "allEmailsReported")
# Children of each element in the order in which they must come; an element that is not named here holds text.
ORDER: dict[str, tuple[str, ...]] = {
    "report": (
        *("batchedReport", "incidentSummary", "internetDetails", "lawEnforcement", "reporter", "personOrUserReported"),
        *("intendedRecipient", "victim", "additionalInfo"),
    ),
    "incidentSummary": (
        *("incidentType", "platform", "escalateToHighPriority", "reportAnnotations", "incidentDateTime"),
        "incidentDateTimeDescription",
    ),
    "reportAnnotations": (
        *("sextortion", "csamSolicitation", "minorToMinorInteraction", "spam", "sadisticOnlineExploitation"),
        "informational",
    ),
    "internetDetails": ("chatImIncident",),
    "chatImIncident": ("chatClient", "chatRoomName", "content", "additionalInfo"),
    "reporter": ("reportingPerson", "contactPerson", "companyTemplate", "termsOfService", "legalURL"),
    "reportingPerson": _PERSON,
    "personOrUserReported": (
        *("personOrUserReportedPerson", "vehicleDescription", *_ACCOUNT, "thirdPartyUserReported", "priorCTReports"),
        *("groupIdentifier", *_ENDING, "associatedAccount", "additionalInfo"),
    ),
    "personOrUserReportedPerson": _PERSON,
    "intendedRecipient": (
        *("intendedRecipientPerson", *_ACCOUNT, "priorCTReports", "groupIdentifier", *_ENDING, "additionalInfo"),
    ),
    "intendedRecipientPerson": _PERSON,
    "victim": (
        *("victimPerson", *_ACCOUNT, "schoolName", "priorCTReports", *_ENDING, "associatedAccount", "additionalInfo"),
    ),
    "victimPerson": _PERSON,
    "ipCaptureEvent": ("ipAddress", "eventName", "dateTime", "possibleProxy", "port"),
    "deviceId": ("idType", "idValue", "eventName", "dateTime"),
    "associatedAccount": ("platform", "espIdentifier", "screenName", "additionalInfo"),
    "fileDetails": (
        *("reportId", "fileId", "originalFileName", "uploadedToEspTimestamp", "locationOfFile", "fileViewedByEsp"),
        *("exifViewedByEsp", "publiclyAvailable", "fileRelevance", "fileAnnotations", "industryClassification"),
        *("originalFileHash", "ipCaptureEvent", "deviceId", "details", "additionalInfo"),
    ),
}
REQUIRED: dict[str, tuple[str, ...]] = {
    "report": ("incidentSummary", "reporter"),
    "incidentSummary": ("incidentType", "incidentDateTime"),
    "reporter": ("reportingPerson",),
    "victim": ("victimPerson",),
    "ipCaptureEvent": ("ipAddress",),
    "deviceId": ("idType", "idValue"),
    "fileDetails": ("reportId", "fileId"),
}
REPEATED = frozenset(
    {"internetDetails", "intendedRecipient", "victim", "phone", "email", "displayName", "profileUrl"}
    | {"ipCaptureEvent", "deviceId", "associatedAccount", "originalFileHash", "additionalInfo"}
)
LONGEST: dict[str, int] = {
    **dict.fromkeys(("platform", "screenName"), 256),
    **dict.fromkeys(("espIdentifier", "chatClient", "chatRoomName", "email", "idType"), 255),
    **dict.fromkeys(("escalateToHighPriority", "incidentDateTimeDescription"), 3000),
    **dict.fromkeys(("firstName", "lastName", "espService"), 100),
    "phone": 50,
    "idValue": 2083,
    "originalFileName": 2056,
}


def order_problems(element: Element) -> Iterator[str]:
    """Yield what an element and those inside it break of the order, the names or the limits; never their text.

    Args:
        element: a report or file details.

    Yields:
        One sentence for each problem, without an end.
    """
    allowed = ORDER.get(element.tag, ())
    names = [child.tag for child in element]
    for name in names:
        if name not in allowed:
            yield f"{element.tag} may not hold {name}"
    places = [allowed.index(name) for name in names if name in allowed]
    if places != sorted(places):
        yield f"the elements of {element.tag} are not in the documented order"
    for name in REQUIRED.get(element.tag, ()):
        if name not in names:
            yield f"{element.tag} lacks {name}"
    for name in {name for name in names if names.count(name) > 1 and name not in REPEATED}:
        yield f"{element.tag} contains {name} twice"
    if element.tag in LONGEST and len(element.text or "") > LONGEST[element.tag]:
        yield f"{element.tag} is longer than {LONGEST[element.tag]} characters"
    for child in element:
        yield from order_problems(child)
