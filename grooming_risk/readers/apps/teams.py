"""Reader of Microsoft Teams messages of the Graph API: a list or a page of `chatMessage`.

Schema, as learn.microsoft.com documents the resource chatMessage (v1.0): {"value": [{"id", "chatId", "channelIdentity",
"messageType": "message" or "systemEventMessage", "createdDateTime", "lastEditedDateTime", "deletedDateTime", "from":
{"user": {"id", "displayName"}, "application"}, "body": {"contentType": "html" or "text", "content"}}]}, newest first.
Quotations are removed from the body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from grooming_risk.conversation import Attribution
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.html_text import text_of_html
from grooming_risk.readers.base.json_members import lists_objects, mapping, members_of, name, text
from grooming_risk.readers.base.large_json import document_of
from grooming_risk.readers.base.rows import Row, gather_by_time

_KEYS = ('"createdDateTime"', '"messageType"')
_BEGINS = re.compile(r"\A\s*[\[{]")


def _is_page(head: str) -> bool:
    return _BEGINS.match(head) is not None and all(key in head for key in _KEYS)


def _recognizes(export: Export) -> bool:
    return len(export.names) == 1 and bool(members_of(export, (), _is_page))


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    data = document_of(export)
    rows = mapping(data).get("value", data)
    if not lists_objects(rows):
        raise UnsupportedFormatError(f"{export.where()} is not a list of chatMessage; choose a format with --from")
    yield from gather_by_time(map(_row, range(len(rows)), map(mapping, rows)), options.limits)


def _row(number: int, row: Any) -> Row:
    sender = mapping(row.get("from"))
    author = next((mapping(sender[key]) for key in ("user", "application", "device") if sender.get(key)), {})
    body = mapping(row.get("body"))
    content = text(body.get("content"))
    words = text_of_html(content or "") if body.get("contentType") == "html" else content or ""
    notice = row.get("messageType") != "message"
    kind = "system" if notice else "deleted" if row.get("deletedDateTime") else None
    if kind is None and row.get("lastEditedDateTime") and words:
        kind = "edited"
    channel = mapping(row.get("channelIdentity"))
    return Row(
        place=f"message {number}",
        conversation=name(row.get("chatId")) or name(channel.get("channelId")) or "1",
        speaker=name(author.get("id")) or name(author.get("displayName")) or ("" if notice else None),
        text=words,
        sent_at=row.get("createdDateTime"),
        kind=kind,
        name=name(author.get("displayName")),
        fault="" if content is not None else "the content is not a string; export it again",
    )


READER = Reader(
    name="teams",
    attribution=Attribution.ACCOUNT,
    description="Microsoft Teams, Graph API JSON: a page or list of chat messages",
    accepts=("file", "zip"),
    keeps=("times", "edits", "deletions", "media", "system notices"),
    limit="texts of deleted messages are not in the API",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "An administrator calls the Graph API: GET /chats/{id}/messages, or /users/{id}/chats/getAllMessages.",
            "Save the JSON of all pages in one list, and give the file.",
            "Exports for eDiscovery as HTML: see the format teams_html. A personal account: see the format skype.",
        ),
        kept=("ids and names", "times", "edits, with the latest text", "deletions, without text"),
        lost=("reactions and pictures", "text of deleted messages"),
        source="the resource chatMessage of learn.microsoft.com, Graph v1.0",
        seen="the documentation's examples; unverified on an export",
    ),
)
