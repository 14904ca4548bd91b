"""Reader of Google Chat in Google Takeout: `Google Chat/Groups/<group>/messages.json`.

Schema, read in public repositories: {"messages": [{"creator": {"name", "email", "user_type"}, "created_date": "Monday,
March 2, 2020 at 8:00:00 PM UTC", "updated_date", "text", "attached_files", "topic_id", "message_id", "message_state":
"DELETED", "deletion_metadata", "previous_message_versions": [{"created_date", "text"}]}]}. Parsers of 2025 read the
date of creation from the previous versions where a message lacks it. Dates are written in the account's language; those
that `base.written_times` cannot parse are dropped with a warning. Each file is one conversation, called by its folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from grooming_risk.conversation import Attribution
from grooming_risk.errors import GroomingRiskError, UnsupportedFormatError
from grooming_risk.readers.base.contract import (
    Guide,
    ReadConversation,
    Reader,
    ReadingOptions,
    UnreadableConversation,
)
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.json_members import mapping, members_of, name, rows_of, text
from grooming_risk.readers.base.large_json import document_of, is_list
from grooming_risk.readers.base.rows import Row, gather
from grooming_risk.readers.base.written_times import WrittenTimes

_FILES = ("Groups/*/messages.json",)
_BEGINS = re.compile(r'\A\s*\{\s*"messages"\s*:\s*\[\s*\{\s*"creator"\s*:')


def _is_group(head: str) -> bool:
    return _BEGINS.match(head) is not None


def _recognizes(export: Export) -> bool:
    return bool(members_of(export, _FILES, _is_group))


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    members = members_of(export, _FILES, _is_group) or [export.member()]
    for member in members:
        identifier = PurePosixPath(member).parent.name or "1"
        try:
            yield from gather(_rows(document_of(export, member), export.where(member), identifier), options.limits)
        except GroomingRiskError as error:
            if len(members) == 1:
                raise
            yield UnreadableConversation(identifier, error)


def _rows(data: Any, where: str, identifier: str) -> Iterator[Row]:
    rows = mapping(data).get("messages")
    if not is_list(rows):
        raise UnsupportedFormatError(f"{where} is not a group of Google Chat; choose a format with --from")
    times = WrittenTimes()
    for number, row in enumerate(map(mapping, rows)):
        creator, words = mapping(row.get("creator")), text(row.get("text"))
        earlier = rows_of(row.get("previous_message_versions"))
        date = row.get("created_date") or next((mapping(old).get("created_date") for old in earlier), None)
        shown = name(creator.get("name"))
        changed = row.get("updated_date") or any(mapping(old).get("text") for old in earlier)
        kind = "edited" if changed and words else None
        yield Row(
            place=f"message {number}",
            conversation=identifier,
            speaker=name(creator.get("email")) or shown or "",
            text=words or "",
            sent_at=(times.moment(date) or date) if isinstance(date, str) else None,
            kind="deleted" if row.get("message_state") == "DELETED" or "deletion_metadata" in row else kind,
            name=shown,
            fault="" if words is not None else "the text is not a string; export it again",
        )


READER = Reader(
    name="google_chat",
    attribution=Attribution.ACCOUNT,
    description="Google Chat in Google Takeout: a group's messages.json, the folder or the zip",
    accepts=("file", "folder", "zip"),
    keeps=("times", "edits", "deletions", "media"),
    limit="dates in other languages than those of Western Europe are dropped",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=("Open takeout.google.com.", "Deselect all, then choose Google Chat.", "Give the downloaded zip."),
        kept=("addresses of senders", "times", "edits, with the latest text", "deletions, without text"),
        lost=("messages of groups with history turned off", "reactions"),
        source="parsers in public repositories; Google publishes no schema",
        seen="Takeout archives of 2020 to 2025 in those parsers",
    ),
)
