"""Reader of direct messages in an archive of X (Twitter): `data/direct-messages.js`, `data/direct-messages-group.js`.

Schema, as the README of the archive describes it: JavaScript `window.YTD.direct_messages.part0 = [{"dmConversation":
{"conversationId": "1-2", "messages": [{"messageCreate": {"senderId", "recipientId", "text", "createdAt", "mediaUrls",
"reactions", "editHistory"}}]}}]`, newest first; until 2019
`direct-message.js` with the same messages. "welcomeMessageCreate" is a message that an account sends automatically, to
which public types give the same fields. Other events ("participantsJoin", …) are notices. Texts are HTML-escaped.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from grooming_risk.conversation import Attribution
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.json_members import items, mapping, members_of, name, rows_of, text
from grooming_risk.readers.base.large_json import document_of
from grooming_risk.readers.base.rows import Row, gather_by_time

_FILES = ("direct-messages*.js", "direct-message*.js")
_MESSAGES = ("messageCreate", "welcomeMessageCreate")
_BEGINS = re.compile(r"\A\s*window\.YTD\.direct_messages?(?:_group)?\.part\d{1,3}\s*=\s*(?=\[)")


def _is_archive(head: str) -> bool:
    return _BEGINS.match(head) is not None


def _recognizes(export: Export) -> bool:
    return bool(members_of(export, _FILES, _is_archive))


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    members = list(dict.fromkeys(members_of(export, _FILES, _is_archive))) or [export.member()]
    for member in members:
        found = _BEGINS.match(export.head(member))
        if found is None:
            raise UnsupportedFormatError(
                f"{export.where(member)} is not a file of direct messages; choose a format with --from"
            )
        yield from gather_by_time(_rows(document_of(export, member, head=found.end(), tail=";")), options.limits)


def _rows(data: Any) -> Iterator[Row]:
    for position, entry in enumerate(map(mapping, rows_of(data)), start=1):
        conversation = mapping(entry.get("dmConversation"))
        identifier = name(conversation.get("conversationId")) or str(position)
        for number, event in enumerate(map(mapping, rows_of(conversation.get("messages")))):
            for sort, row in items(event):
                yield _row(number, identifier, sort, mapping(row))


def _row(number: int, identifier: str, sort: str, row: Any) -> Row:
    created = row.get("createdAt")
    if sort not in _MESSAGES:
        actor = name(row.get("initiatingUserId")) or name(row.get("userId")) or ""
        return Row(f"event {number}", identifier, actor, "", created, "system")
    words = text(row.get("text"))
    return Row(
        place=f"message {number}",
        conversation=identifier,
        speaker=name(row.get("senderId")),
        text=html.unescape(words or ""),
        sent_at=created,
        kind="edited" if row.get("editHistory") and words else None,
        fault="" if words is not None else "the text is not a string; export it again",
    )


READER = Reader(
    name="twitter",
    attribution=Attribution.ACCOUNT,
    description="X (Twitter) archive: data/direct-messages.js, the folder or the zip",
    accepts=("file", "folder", "zip"),
    keeps=("times", "edits", "media", "system notices"),
    limit="speakers are numbers; deleted messages and encrypted chats are not in the archive",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=("Open X, then Settings > Your account > Download an archive of your data.", "Give the downloaded zip."),
        kept=("ids of senders", "times", "group chats and their notices"),
        lost=("names", "deleted messages", "encrypted chats"),
        source="the README of the archive and parsers in public repositories",
        seen="archives of 2019 to 2024 in those parsers",
    ),
)
