"""Reader of Skype's export, and of the one for personal accounts of Teams: `messages.json` of the unpacked .tar.

Schema, read in siwen-r/skype-export-parser (types and docs) and other public repositories: {"userId", "exportDate",
"conversations": [{"id", "displayName", "MessageList": [{"id", "displayName", "originalarrivaltime", "messagetype",
"content", "from", "properties": {"edittime", "deletetime"}}]}]}, newest first. `content` is markup of Skype's own:
quotes are not the sender's words and are removed. Types "RichText", "RichText/Html" (Teams) and "Text" are text, other
"RichText/…" types are media, and others notices. An edited text has an empty element <e_m …/> at its end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from grooming_risk.conversation import Attribution
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.html_text import text_of_html
from grooming_risk.readers.base.json_members import mapping, members_of, name, rows_of, text
from grooming_risk.readers.base.large_json import document_of, is_list
from grooming_risk.readers.base.rows import Row, gather_by_time

_FILES = ("messages.json",)
_WRITTEN = ("RichText", "RichText/Html", "Text")
_EDITED = "<e_m "
_KEYS = ('"userId"', '"exportDate"', '"conversations"')


def _is_export(head: str) -> bool:
    return head.lstrip().startswith("{") and all(key in head for key in _KEYS)


def _recognizes(export: Export) -> bool:
    return bool(members_of(export, _FILES, _is_export))


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    member = next(iter(members_of(export, _FILES, _is_export)), None) or export.member()
    data = document_of(export, member)
    if not is_list(mapping(data).get("conversations")):
        raise UnsupportedFormatError(f"{export.where(member)} is not an export of Skype; choose a format with --from")
    yield from gather_by_time(_rows(data["conversations"]), options.limits)


def _rows(conversations: Sequence[Any]) -> Iterator[Row]:
    for position, conversation in enumerate(map(mapping, conversations), start=1):
        identifier = name(conversation.get("id")) or str(position)
        for number, row in enumerate(map(mapping, rows_of(conversation.get("MessageList")))):
            yield _row(number, identifier, row)


def _row(number: int, identifier: str, row: Any) -> Row:
    content, sort, properties = text(row.get("content")), row.get("messagetype"), mapping(row.get("properties"))
    written = sort in _WRITTEN
    words = text_of_html(content or "") if written else ""
    edited = bool(properties.get("edittime")) or _EDITED in (content or "")
    kind: str | None
    if properties.get("deletetime") or (written and not words and edited):
        kind = "deleted"
    elif written:
        kind = "edited" if edited else None
    else:
        kind = "media" if isinstance(sort, str) and sort.startswith("RichText/") else "system"
    return Row(
        place=f"message {number}",
        conversation=identifier,
        speaker=name(row.get("from")),
        text=words,
        sent_at=row.get("originalarrivaltime"),
        kind=kind,
        name=name(row.get("displayName")),
        fault="" if content is not None else "the content is not a string; export it again",
    )


READER = Reader(
    name="skype",
    attribution=Attribution.ACCOUNT,
    description="Skype export, or Teams export of a personal account: messages.json, or the unpacked .tar",
    accepts=("file", "folder", "zip"),
    keeps=("times", "edits", "deletions", "media", "system notices"),
    limit="texts of deleted messages are not in the export; quotes are removed",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Sign in at secure.skype.com/data-export and request the conversations (while Microsoft still offers it).",
            "Teams with a personal account: the same page, secure.skype.com/data-export.",
            "Unpack the .tar and give messages.json.",
        ),
        kept=("ids of senders", "times", "edits, with the latest text", "deletions, without text"),
        lost=("pictures and calls", "text of deleted messages"),
        source="siwen-r/skype-export-parser and other public repositories; unverified for Teams",
        seen="exports of 2018 to 2026 in those parsers' types",
    ),
)
