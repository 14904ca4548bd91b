"""What a person answers about a case: a JSON file, described by case_answers_schema.json.

Every field but two may be left out. The file is checked before anything of it is used; an error names the place of what
is wrong, never what stands there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from grooming_risk.errors import InvalidOptionError
from grooming_risk.handover.case.decoding import decode
from grooming_risk.handover.case.facts import Account, Answer, CyberTip, Event, Order, Participant, Platform, Reporter
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.json_text import parse_json
from grooming_risk.schemas.json_schema import violations

SCHEMA = Path(__file__).parents[2] / "schemas" / "case_answers_schema.json"
REQUIRED = ("explanation", "reviewer_role")
_PROBLEMS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of one file. `repr` shows none of them.

    Attributes:
        explanation: why the conversation is handed over, in the reviewer's own words.
        reviewer_role: what the reviewer does; not a name.
        note: to whoever reads the case.
        case_id: id of the case; derived from the review record when None.
        platform: where the conversation took place.
        conversation_id: the platform's id of it.
        participants: what is known of the accounts, by neutral name; the others are listed without facts.
        countries: that the people or the offence may be in (ISO 3166-1).
        time_zone: IANA name of the zone of the export's times, where the export does not state one.
        message_ids: index of a message, as a string → the platform's id.
        meeting_planned: whether a meeting in person is planned.
        images_exchanged: whether images were sent or asked for.
        threats: whether there are threats.
        immediate_danger: whether a child may be in danger now.
        accounts_elsewhere: accounts on other services that the conversation mentions.
        events: what the platform recorded about the accounts.
        preserve_until: last day on which the platform should keep the data; a year after the decision when None.
        preserve_ids: ids of what it should keep, beside those of accounts, messages and conversation.
        reporter: who reports.
        order: the order of an authority that is answered.
        cybertip: what a CyberTipline report asks a person to decide.
    """

    explanation: str = field(repr=False)
    reviewer_role: str = field(repr=False)
    note: str | None = field(repr=False)
    case_id: str | None
    platform: Platform
    conversation_id: str | None = field(repr=False)
    participants: tuple[Participant, ...]
    countries: tuple[str, ...]
    time_zone: str | None
    message_ids: Mapping[str, str] = field(repr=False)
    meeting_planned: Answer
    images_exchanged: Answer
    threats: Answer
    immediate_danger: Answer
    accounts_elsewhere: tuple[Account, ...]
    events: tuple[Event, ...]
    preserve_until: str | None
    preserve_ids: tuple[str, ...] = field(repr=False)
    reporter: Reporter
    order: Order | None
    cybertip: CyberTip


_PARTICIPANT: dict[str, Any] = {
    "role": "other",
    "platform_id": None,
    "screen_name": None,
    "profile_urls": [],
    "claimed_age": None,
    "age_assertion_discrepancy": "unknown",
}
_EVENT: dict[str, Any] = {"id_type": None, "port": None, "possible_proxy": "unknown", "event": "Unknown", "at": None}
_OBJECTS: dict[str, dict[str, Any]] = {
    "platform": {"name": None, "country": None, "url": None},
    "reporter": dict.fromkeys(("organization", "first_name", "last_name", "email", "phone", "country")),
    "cybertip": {"incident_type": None, "recipient_age": None, "escalation": None, "annotations": []},
}
_LISTS: dict[str, dict[str, Any]] = {
    "participants": _PARTICIPANT,
    "accounts_elsewhere": {"identifier": None},
    "events": _EVENT,
}
_BLANK: dict[str, Any] = {
    **dict.fromkeys(("note", "case_id", "conversation_id", "time_zone", "preserve_until", "order")),
    **_OBJECTS,
    **{name: [] for name in (*_LISTS, "countries", "preserve_ids")},
    "message_ids": {},
    **dict.fromkeys(("meeting_planned", "images_exchanged", "threats", "immediate_danger"), "unknown"),
}


def blank_answers(speakers: Iterable[str]) -> dict[str, Any]:
    """Return the answers file to fill in, with an entry for each speaker, as JSON types."""
    participants = [{"speaker": speaker, **_PARTICIPANT} for speaker in speakers]
    return {**dict.fromkeys(REQUIRED, ""), **_BLANK, "participants": participants}


def read_answers(path: Path) -> Answers:
    """Read an answers file.

    Args:
        path: of a JSON file.

    Returns:
        The answers.

    Raises:
        UnsupportedFormatError: it cannot be opened or is not JSON.
        InputTooLargeError: it is over 50 MB.
        InvalidOptionError: a field is missing or has a value that the schema does not allow.
    """
    return parse_answers(parse_json(Export(path).text(), path.name), path.name)


def parse_answers(value: object, where: str = "answers") -> Answers:
    """Check answers and return them.

    Args:
        value: JSON types.
        where: what errors call them.

    Returns:
        The answers.

    Raises:
        InvalidOptionError: a field is missing or has a value that the schema does not allow.
    """
    if not isinstance(value, Mapping):
        raise InvalidOptionError(f"{where} is not a JSON object; write one with `grooming-risk handover questions`")
    whole = _filled(value)
    for name in REQUIRED:
        text = whole.get(name)
        if not isinstance(text, str) or not text.strip():
            raise InvalidOptionError(f"{where}: {name} is missing; write it in your own words")
    problems = list(islice(violations(whole, json.loads(SCHEMA.read_text(encoding="utf-8"))), _PROBLEMS_SHOWN))
    if problems:
        raise InvalidOptionError(f"{where}: {'; '.join(problems)}; see case_answers_schema.json")
    return decode(Answers, whole)


def _filled(value: Mapping[str, Any]) -> dict[str, Any]:
    """Put in what was left out, wherever the answers have the form for it."""
    whole = {**_BLANK, **value}
    for name, blank in _OBJECTS.items():
        if isinstance(whole[name], Mapping):
            whole[name] = {**blank, **whole[name]}
    for name, blank in _LISTS.items():
        if isinstance(whole[name], list):
            whole[name] = [{**blank, **item} if isinstance(item, Mapping) else item for item in whole[name]]
    if isinstance(whole["order"], Mapping):
        whole["order"] = {"authority": None, "deadline": None, **whole["order"]}
    return whole
