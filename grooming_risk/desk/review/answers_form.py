"""The questions of a hand-over as a form: from what was typed to answers, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from grooming_risk.handover.case.answers import blank_answers

MOST_SPEAKERS = 12  # accounts that the form asks about; the others are listed without facts
CHOICES = ("immediate_danger", "meeting_planned", "images_exchanged", "threats")
INCIDENT_TYPES = (
    "Online Enticement of Children for Sexual Acts",
    "Child Pornography (possession, manufacture, and distribution)",
    "Child Sex Trafficking",
    "Child Sex Tourism",
    "Child Sexual Molestation",
    "Misleading Domain Name",
    "Misleading Words or Digital Images on the Internet",
    "Unsolicited Obscene Material Sent to a Child",
)
_PLAIN = ("explanation", "reviewer_role", "note", "conversation_id", "time_zone", "preserve_until")
_GROUPS = {
    "platform": ("name", "country", "url"),
    "reporter": ("organization", "first_name", "last_name", "email", "phone", "country"),
}
_CODES = {"platform_country", "reporter_country"}


def answers_from(form: Mapping[str, str], speakers: Iterable[str]) -> dict[str, Any]:
    """Return answers as the hand-over reads them.

    Args:
        form: names of fields → what was typed.
        speakers: neutral names of the conversation, in order.

    Returns:
        The answers as plain JSON types; nothing is checked yet.
    """
    known = list(speakers)
    answers: dict[str, Any] = blank_answers(known[:MOST_SPEAKERS])
    for name in _PLAIN:
        answers[name] = _typed(form, name)
    for name in CHOICES:
        answers[name] = _typed(form, name) or "unknown"
    for group, names in _GROUPS.items():
        answers[group] = {name: _typed(form, f"{group}_{name}") for name in names}
    answers["countries"] = re.findall(r"[A-Z]{2}", (form.get("countries") or "").upper())
    answers["participants"] = [_participant(form, speaker) for speaker in known[:MOST_SPEAKERS]]
    answers["accounts_elsewhere"] = [row for line in _lines(form, "accounts_elsewhere") if (row := _account(line))]
    answers["events"] = [row for line in _lines(form, "events") if (row := _event(line))]
    answers["message_ids"] = _message_ids(form)
    answers["preserve_ids"] = _lines(form, "preserve_ids")
    answers["order"] = _order(form)
    answers["cybertip"] = {
        "incident_type": _typed(form, "incident_type"),
        "recipient_age": _number(form, "recipient_age"),
        "escalation": _typed(form, "escalation"),
        "annotations": [],
    }
    return answers


def form_of(answers: Mapping[str, Any]) -> dict[str, str]:
    """Return what fields of the form show for answers that `answers_from` returned."""
    fields = {name: answers.get(name) or "" for name in (*_PLAIN, *CHOICES)}
    for group, names in _GROUPS.items():
        fields |= {f"{group}_{name}": (answers.get(group) or {}).get(name) or "" for name in names}
    for item in answers.get("participants", ()):
        speaker = item["speaker"]
        fields |= {
            f"role_{speaker}": item["role"],
            f"id_{speaker}": item["platform_id"] or "",
            f"name_{speaker}": item["screen_name"] or "",
            f"profile_{speaker}": " ".join(item["profile_urls"]),
            f"age_{speaker}": "" if item["claimed_age"] is None else str(item["claimed_age"]),
            f"ages_{speaker}": item["age_assertion_discrepancy"],
        }
    accounts = answers.get("accounts_elsewhere", ())
    events = answers.get("events", ())
    cybertip, order = answers.get("cybertip") or {}, answers.get("order") or {}
    fields |= {
        "countries": " ".join(answers.get("countries", ())),
        "accounts_elsewhere": "\n".join(f"{a['speaker']}; {a['service']}; {a['identifier'] or ''}" for a in accounts),
        "events": "\n".join(f"{e['speaker']}; {e['kind']}; {e['value']}; {e['at'] or ''}" for e in events),
        "message_ids": "\n".join(f"{int(i) + 1}; {value}" for i, value in (answers.get("message_ids") or {}).items()),
        "preserve_ids": "\n".join(answers.get("preserve_ids", ())),
        "incident_type": cybertip.get("incident_type") or "",
        "recipient_age": "" if cybertip.get("recipient_age") is None else str(cybertip["recipient_age"]),
        "escalation": cybertip.get("escalation") or "",
        **{f"order_{name}": order.get(name) or "" for name in ("reference", "authority", "deadline")},
    }
    return {name: str(value) for name, value in fields.items()}


def _participant(form: Mapping[str, str], speaker: str) -> dict[str, Any]:
    return {
        "speaker": speaker,
        "role": _typed(form, f"role_{speaker}") or "other",
        "platform_id": _typed(form, f"id_{speaker}"),
        "screen_name": _typed(form, f"name_{speaker}"),
        "profile_urls": (form.get(f"profile_{speaker}") or "").split(),
        "claimed_age": _number(form, f"age_{speaker}"),
        "age_assertion_discrepancy": _typed(form, f"ages_{speaker}") or "unknown",
    }


def _account(line: str) -> dict[str, Any] | None:
    parts = _parts(line, 3)
    return {"speaker": parts[0], "service": parts[1], "identifier": parts[2] or None} if parts[1] else None


def _event(line: str) -> dict[str, Any] | None:
    speaker, kind, value, at = _parts(line, 4)
    unknown = {"id_type": None, "port": None, "possible_proxy": "unknown", "event": "Unknown"}
    return {"speaker": speaker, "kind": kind, "value": value, "at": at or None, **unknown} if value else None


def _message_ids(form: Mapping[str, str]) -> dict[str, str]:
    """Return indices, from 0, with the platform's ids; people number messages from 1."""
    found = {}
    for line in _lines(form, "message_ids"):
        number, identifier = _parts(line, 2)
        if number.isascii() and number.isdecimal() and identifier:
            found[str(int(number) - 1)] = identifier
    return found


def _order(form: Mapping[str, str]) -> dict[str, str | None] | None:
    reference = _typed(form, "order_reference")
    if reference is None:
        return None
    return {"reference": reference, **{name: _typed(form, f"order_{name}") for name in ("authority", "deadline")}}


def _typed(form: Mapping[str, str], name: str) -> str | None:
    value = (form.get(name) or "").strip()
    return (value.upper() if name in _CODES else value) or None


def _number(form: Mapping[str, str], name: str) -> int | None:
    value = (form.get(name) or "").strip()
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 4 else None


def _lines(form: Mapping[str, str], name: str) -> list[str]:
    return [line.strip() for line in (form.get(name) or "").splitlines() if line.strip()]


def _parts(line: str, count: int) -> list[str]:
    parts = [part.strip() for part in line.split(";", count - 1)]
    return parts + [""] * (count - len(parts))
