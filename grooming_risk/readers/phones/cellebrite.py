"""Reader of Cellebrite's report: `report.xml` alone or in a UFDR (a zip).

Schema, as IPED's UFED parser and other public readers read it: `model` elements of type "Chat" hold `multiModelField`
"Messages" with models of type "InstantMessage"; a model has `field` elements with `value`. Fields used: Id of the chat;
Body, TimeStamp and the party From (Identifier, Name, IsPhoneOwner) of a message; models of type "SMS" have Body,
TimeStamp, Folder and Parties. `deleted_state` "Deleted" marks what the program recovered: its text is read. Unverified
on a report of the newest versions.

Excel and CSV reports are read as tables: the sheet "Chats" has a title row, then "Chat #", "Participants", "Instant
Message #", "From" (id and name), "Body" and "Timestamp: Time" ("13/03/2026 19:02:00(UTC+0)"), as public importers read
them; rows from "System Message System Message" are notices.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from grooming_risk.conversation import Attribution
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.rows import Row, gather_by_time
from grooming_risk.readers.base.xml_events import Element, xml_elements

_BEGINS = re.compile(r"<project\b[^>]{0,2000}cellebrite", re.IGNORECASE)
_MESSAGES = ("InstantMessage", "SMS")
_SENT = ("sent", "outbox", "outgoing")


def _recognizes(export: Export) -> bool:
    return _report(export) is not None


def _report(export: Export) -> str | None:
    names = export.names if export.shape == "file" else export.named("report.xml")
    found = [name for name in names if PurePosixPath(name).suffix.lower() == ".xml" or export.shape == "file"]
    return next((name for name in found[:3] if _BEGINS.search(export.head(name))), None)


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    member = _report(export) or export.member()
    yield from gather_by_time(_rows(xml_elements(export.chunks(member), export.where(member))), options.limits)


@dataclass(slots=True)
class _Model:
    """A model while it is read: its fields, and its parties by role."""

    kind: str
    deleted: bool = False
    fields: dict[str, str] = field(default_factory=dict, repr=False)
    parties: list[dict[str, str]] = field(default_factory=list, repr=False)
    role: str = ""


def _rows(elements: Iterable[Element]) -> Iterator[Row]:
    models: list[_Model] = []
    roles: list[str] = []
    names: list[str] = []
    chats = number = 0
    for element in elements:
        name, attributes, started = element.name, element.attributes, element.text is None
        if name == "model" and started:
            chats += attributes.get("type") == "Chat"
            deleted = attributes.get("deleted_state") == "Deleted"
            models.append(_Model(attributes.get("type", ""), deleted, role=roles[-1] if roles else ""))
        elif name == "model" and models:
            model = models.pop()
            if model.kind == "Party" and models:
                models[-1].parties.append({**model.fields, "role": model.fields.get("Role") or model.role})
            elif model.kind in _MESSAGES:
                number += 1
                yield _row(number, model, _chat(models, chats))
        elif name in ("modelField", "multiModelField"):
            roles.append(attributes.get("name", "")) if started else roles.pop()
        elif name == "field":
            names.append(attributes.get("name", "")) if started else names.pop()
        elif name == "value" and not started and names and models:
            models[-1].fields[names[-1]] = element.text or ""


def _chat(models: list[_Model], chats: int) -> str | None:
    chat = next((model for model in models if model.kind == "Chat"), None)
    return None if chat is None else chat.fields.get("Id") or f"chat {chats}"


def _row(number: int, model: _Model, chat: str | None) -> Row:
    sender = next((party for party in model.parties if party["role"] == "From"), {})
    other = next((party for party in model.parties if party["role"] != "From"), {})
    own = sender.get("IsPhoneOwner") == "True" or model.fields.get("Folder", "").casefold() in _SENT
    key = sender.get("Identifier") or sender.get("Name") or ""
    if chat is None:  # SMS have no chat: the other person's number is one
        chat = (other if own else sender).get("Identifier") or other.get("Identifier") or "SMS"
    return Row(
        place=f"message {number}",
        conversation=chat,
        speaker="" if own and not key else key,
        text=model.fields.get("Body") or model.fields.get("Content") or "",
        sent_at=model.fields.get("TimeStamp") or None,
        name=sender.get("Name") or None,
        notice="messages that Cellebrite marks as deleted and recovered" if model.deleted else "",
    )


READER = Reader(
    name="cellebrite",
    attribution=Attribution.NAME,
    description="Cellebrite report: report.xml, or a .ufdr that contains it",
    accepts=("file", "zip", "folder"),
    keeps=("times", "media"),
    limit="notices are read as media; a message's own edits are not marked",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "In Physical Analyzer or Reader: Report > Generate report, format UFDR or XML, with chats and messages.",
            "Give report.xml, the .ufdr, or the Excel or CSV report, which are read as tables.",
        ),
        kept=(
            "chats of all apps and SMS",
            "ids and names",
            "times with their zone",
            "recovered messages, with a warning",
        ),
        lost=("which app a chat is from", "reactions"),
        source="IPED's UFED parser and other public readers; unverified on the newest versions",
        seen="reports of schema 2.0",
    ),
)
