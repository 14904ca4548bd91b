"""Reader of Hangouts in Google Takeout: `Hangouts.json`.

Two schemas, read in public parsers (dotcs/hangouts-log-reader, adrish96/Hangouts-JSON-Parser and others):
  since 2018: {"conversations": [{"conversation": {"conversation_id": {"id"}, "conversation": {"participant_data":
              [{"id": {"gaia_id"}, "fallback_name"}]}}, "events": […]}]}
  until 2017: {"conversation_state": [{"conversation_id": {"id"}, "conversation_state": {"conversation":
              {"participant_data": […]}, "event": […]}}]}, after "continuation_end_timestamp" in some files
An event is {"sender_id": {"gaia_id"}, "timestamp" (microseconds), "event_type", "chat_message": {"message_content":
{"segment": [{"type": "TEXT", "LINK" or "LINE_BREAK", "text"}], "attachment": []}}}. Events without a chat message are
notices.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from grooming_risk.conversation import Attribution
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.json_members import mapping, members_of, name, rows_of
from grooming_risk.readers.base.rows import Row, gather_by_time

_FILES = ("Hangouts.json",)
_LISTS = ("conversations", "conversation_state")
_BEGINS = re.compile(
    r'\A\s*\{\s*(?:"continuation_end_timestamp"\s*:\s*"?\d{1,20}"?\s*,\s*)?'
    r'(?:"conversations"\s*:\s*\[\s*\{\s*"conversation"\s*:\s*\{\s*"conversation_id"'
    r'|"conversation_state"\s*:\s*\[\s*\{\s*"(?:conversation_id|conversation_state)"\s*:\s*\{)'
)


def _is_export(head: str) -> bool:
    return _BEGINS.match(head) is not None


def _recognizes(export: Export) -> bool:
    return bool(members_of(export, _FILES, _is_export))


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    member = next(iter(members_of(export, _FILES, _is_export)), None) or export.member()
    data = export.json(member)
    entries = next((data[key] for key in _LISTS if isinstance(mapping(data).get(key), list)), None)
    if entries is None:
        raise UnsupportedFormatError(f"{export.where(member)} is not a Hangouts export; choose a format with --from")
    yield from gather_by_time(_rows(entries), options.limits)


def _rows(entries: list[Any]) -> Iterator[Row]:
    for position, entry in enumerate(map(mapping, entries), start=1):
        old = mapping(entry.get("conversation_state"))
        head = entry if old else mapping(entry.get("conversation"))
        identifier = name(mapping(head.get("conversation_id")).get("id")) or str(position)
        details = mapping((old or head).get("conversation"))
        people = {
            _gaia(person.get("id")): name(person.get("fallback_name"))
            for person in map(mapping, rows_of(details.get("participant_data")))
        }
        for number, event in enumerate(map(mapping, rows_of(old.get("event") if old else entry.get("events")))):
            yield _row(number, identifier, event, people)


def _gaia(value: Any) -> str | None:
    return name(mapping(value).get("gaia_id"))


def _row(number: int, identifier: str, event: Any, people: dict[str | None, str | None]) -> Row:
    speaker, stamp = _gaia(event.get("sender_id")), name(event.get("timestamp"))
    content = mapping(mapping(event.get("chat_message")).get("message_content"))
    parts = (mapping(part) for part in rows_of(content.get("segment")))
    words = "".join("\n" if part.get("type") == "LINE_BREAK" else name(part.get("text")) or "" for part in parts)
    return Row(
        place=f"event {number}",
        conversation=identifier,
        speaker=speaker,
        text=words,
        sent_at=int(stamp) / 1e6 if stamp and stamp.isascii() and stamp.isdecimal() and len(stamp) < 20 else None,
        kind=None if content else "system",
        name=people.get(speaker),
    )


READER = Reader(
    name="hangouts",
    attribution=Attribution.ACCOUNT,
    description="Hangouts in Google Takeout: Hangouts.json, the folder or the zip",
    accepts=("file", "folder", "zip"),
    keeps=("times", "media", "system notices"),
    limit="deleted messages are not in the export",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=("Use an archive of Google Takeout from before Hangouts ended (2022).", "Give Hangouts.json or the zip."),
        kept=("ids and names", "times to the microsecond", "notices"),
        lost=("deleted messages", "pictures"),
        source="parsers in public repositories; Google publishes no schema",
        seen="archives of 2014 to 2022 in those parsers",
    ),
)
