"""Reader of TikTok's data download as text: `Direct Messages.txt`.

Collected from public readers and their samples (2021 to 2026): ">>> Chat History with NAME::" begins a chat, and each
message is "2026-03-01 19:02:11 UTC NAME: text". Chats may be newest first; they are sorted by time. Lines that begin no
message continue the one before them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from grooming_risk.conversation import Attribution
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.rows import Row, gather_by_time
from grooming_risk.readers.logs.lines import head_lines, log_members

_CHAT = re.compile(r">>> ?Chat History with (?P<title>.{1,200}?) ?:{0,3}\Z")
_HEAD = re.compile(
    r"(?P<at>\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})(?: UTC)? (?P<name>[^:\n]{1,100}): ?(?P<text>.*)\Z", re.DOTALL
)


def _is_log(head: str) -> bool:
    lines = head_lines(head)
    return bool(lines) and _CHAT.match(lines[0].strip()) is not None


def _members(export: Export) -> list[str]:
    return log_members(export, (".txt",), _is_log)


def _recognizes(export: Export) -> bool:
    return bool(_members(export))


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    members = _members(export) or [export.member()]
    if not any(_HEAD.match(line) for member in members for line in export.lines(member)):
        raise UnsupportedFormatError(
            f"{export.where(members[0])} has no direct messages of TikTok; request the data again and include them"
        )
    yield from gather_by_time((row for member in members for row in _rows(export, member)), options.limits)


def _rows(export: Export, member: str) -> Iterator[Row]:
    title, number = "1", 0
    row: Row | None = None
    lines: list[str] = []
    for line in export.lines(member):
        chat, head = _CHAT.match(line.strip()), _HEAD.match(line)
        if chat is None and head is None:
            lines.append(line)
            continue
        if row is not None:
            yield replace(row, text="\n".join(lines).rstrip())
        row = None
        if chat is not None:
            title = chat["title"]
        elif head is not None:
            number += 1
            row = Row(f"message {number}", title, head["name"], sent_at=head["at"])
            lines = [head["text"]]
    if row is not None:
        yield replace(row, text="\n".join(lines).rstrip())


READER = Reader(
    name="tiktok_text",
    attribution=Attribution.NAME,
    description="TikTok data download, text: Direct Messages.txt, the folder or the zip",
    accepts=("file", "folder", "zip"),
    keeps=("times",),
    limit="media are links or words in brackets, read as text; lines of a message can imitate heads",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Open TikTok, then Profile > ☰ > Settings and privacy > Account > Download your data.",
            "Choose all data or Direct messages, and the format TXT (JSON is read too, as the format tiktok).",
            "Give the downloaded zip.",
        ),
        kept=("direct messages", "times in UTC", "user names"),
        lost=("deleted messages", "pictures", "edits"),
        source="public readers and their samples; TikTok publishes no schema",
        seen="downloads of 2021 to 2026",
    ),
)
