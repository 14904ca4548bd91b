"""Cases for the tests of the hand-over, made by hand so that they need no model."""

from __future__ import annotations

from datetime import UTC, datetime

from grooming_risk import Conversation
from grooming_risk.handover import CaseOptions, make_case, parse_answers
from grooming_risk.handover.case.case import Source
from grooming_risk.readers import ExportedConversation
from grooming_risk.records import make_review_record
from tests.support.review_page_fixture import report_on

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TEXTS = (
    "hello there", "hi", "do not tell your mum", "why not", "are you home alone", "no way", "please", "i will tell her",
    "alright", "see you", "bye now", "bye",
)  # fmt: skip
SOURCE = Source("chat.json", 1_234, "ab" * 32, "discord", "0.1.0")
MINIMUM = {"explanation": "It asks for secrecy.", "reviewer_role": "trust and safety reviewer"}
FULL = {
    **MINIMUM,
    "note": "Please call back.",
    "case_id": "2026-17",
    "platform": {"name": "Example Chat", "country": "IE", "url": "https://chat.example"},
    "conversation_id": "room-9",
    "participants": [
        {
            "speaker": "a", "role": "reported", "platform_id": "u-1", "screen_name": "anna_x",
            "profile_urls": ["https://chat.example/u-1"], "claimed_age": 19, "age_assertion_discrepancy": "yes",
        },
        {"speaker": "b", "role": "recipient", "platform_id": "u-2", "claimed_age": 12},
    ],
    "countries": ["ES", "PT"],
    "message_ids": {str(index): f"m-{index}" for index in range(12)},
    "meeting_planned": "no",
    "images_exchanged": "no",
    "threats": "yes",
    "immediate_danger": "no",
    "accounts_elsewhere": [{"speaker": "a", "service": "Other App", "identifier": "anna.other"}],
    "events": [
        {
            "speaker": "a", "kind": "ip", "value": "192.0.2.7", "port": 443, "event": "Login",
            "at": "2026-03-01T10:00:00Z",
        },
        {"speaker": "a", "kind": "device", "value": "351756051523999", "id_type": "IMEI"},
    ],
    "preserve_until": "2027-03-01",
    "preserve_ids": ["media-4"],
    "reporter": {
        "organization": "Example Ltd", "first_name": "Rae", "last_name": "Viewer", "email": "safety@chat.example",
        "country": "IE",
    },
    "order": {"reference": "EPOC-1", "authority": "Juzgado", "deadline": "2026-03-12T12:00:00Z"},
    "cybertip": {"incident_type": "Online Enticement of Children for Sexual Acts", "recipient_age": 12},
}  # fmt: skip


def chat(texts=TEXTS, speakers=("a", "b")):
    """Messages a minute apart, the speakers in turn."""
    rows = [
        {"speaker": speakers[index % len(speakers)], "text": text, "sent_at": f"2026-03-01T19:{index % 60:02}:00Z"}
        for index, text in enumerate(texts)
    ]
    return Conversation.from_messages(rows)


def exported(conversation=None, names=None):
    """The conversation as a reader gives it."""
    return ExportedConversation("1", conversation or chat(), names or {"a": "Anna", "b": "Ben"})


def report(conversation=None, spans=((2, 8),)):
    """A report with two messages of evidence."""
    found = conversation or chat()
    return report_on(found, {2: 2.5, 4: 2.0}, tactics={2: ("secrecy",), 4: ("supervision_check",)}, spans=spans)


def record(about=None, decision="confirmed", viewed=range(12), **options):
    """A record of a decision, at noon."""
    return make_review_record(about or report(), decision, viewed, clock=lambda: NOON, **options)


def case(answers=None, *, conversation=None, names=None, spans=((2, 8),), source=SOURCE, viewed=None, **options):
    """A case; `options` are those of `CaseOptions`."""
    given = conversation or chat()
    about = report(given, spans)
    decided = record(about, viewed=range(len(given)) if viewed is None else viewed)
    asked = parse_answers(FULL if answers is None else answers)
    return make_case(about, exported(given, names), decided, asked, CaseOptions(**options), source=source)
