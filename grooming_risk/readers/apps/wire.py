"""Reader of Wire's backup from a computer (`.desktop_wbu`, a zip): `events.json` and `conversations.json`.

Schema, read in wireapp/wire-webapp and public readers of backups: `events.json` is a list of events {"conversation",
"from", "id", "time" (ISO 8601), "type", "data", "edited_time"?}. "conversation.message-add" has data.content,
"conversation.asset-add" a file, "conversation.delete-everywhere" a deleted message; other types are notices. Backups
since 2025 (`.wbu`) and those with a password are encrypted and are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from grooming_risk.conversation import Attribution
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.json_members import lists_objects, mapping, members_of, name, rows_of, text
from grooming_risk.readers.base.large_json import document_of
from grooming_risk.readers.base.rows import Row, gather_by_time

_EVENT = re.compile(r'"type"\s*:\s*"(?:conversation|call)\.')
_BEGINS = re.compile(r"\A\s*\[\s*\{")
_ASSETS = tuple(f"conversation.{sort}" for sort in ("asset-add", "location", "knock"))
_WRITTEN = ("conversation.message-add", "conversation.multipart-message-add")  # the latter has files beside its text


def _is_events(head: str) -> bool:
    return _BEGINS.match(head) is not None and _EVENT.search(head) is not None and '"conversation"' in head


def _recognizes(export: Export) -> bool:
    return bool(members_of(export, ("events.json",), _is_events))


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    member = next(iter(members_of(export, ("events.json",), _is_events)), None) or export.member()
    events = document_of(export, member)
    if not lists_objects(events):
        raise UnsupportedFormatError(f"{export.where(member)} is not a backup of Wire; choose a format with --from")
    names = dict(_names(export))
    rows = (_row(number, mapping(event), names) for number, event in enumerate(events))
    yield from gather_by_time(rows, options.limits)


def _names(export: Export) -> Iterator[tuple[str, str]]:
    """Yield the ids and names of users, where the backup lists them."""
    for member in export.named("users.json")[:1]:
        for user in map(mapping, rows_of(export.json(member))):
            key = name(user.get("id"))
            if key:
                yield key, text(user.get("name")) or ""


def _row(number: int, event: Any, names: dict[str, str]) -> Row:
    sort, data = text(event.get("type")) or "", mapping(event.get("data"))
    sender = name(event.get("from")) or name(mapping(event.get("qualified_from")).get("id")) or ""
    words: str | None = ""
    kind = "system"
    if sort in _WRITTEN:
        content = data.get("content", mapping(data.get("text")).get("content"))
        words, kind = text(content), "edited" if event.get("edited_time") else "text"
    elif sort in _ASSETS:
        kind = "media"
    elif sort == "conversation.delete-everywhere":
        sender, kind = name(event.get("from")) or "", "deleted"
    return Row(
        place=f"event {number}",
        conversation=name(event.get("conversation")) or "1",
        speaker=sender,
        text=words,
        sent_at=event.get("time"),
        kind=kind,
        name=names.get(sender) or None,
        fault="" if words is not None else "the text is not a string; export it again",
    )


READER = Reader(
    name="wire",
    attribution=Attribution.ACCOUNT,
    description="Wire backup of a computer without a password: .desktop_wbu, or its events.json",
    accepts=("zip", "folder", "file"),
    keeps=("times", "edits", "deletions", "media", "system notices"),
    limit="backups with a password, of phones and since 2025 (.wbu) are encrypted and are not read",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Open Wire on a computer, then Preferences > Account > Back up now.",
            "Leave the password empty and give the .desktop_wbu file.",
        ),
        kept=("ids of senders", "times", "edits", "notices", "deletions, without text"),
        lost=("names, where the backup does not list users", "messages that expired", "files"),
        source="wireapp/wire-webapp and public readers of backups",
        seen="backups of 2018 to 2025",
    ),
)
