"""Reader of TikTok's data download as JSON: `user_data_tiktok.json` (older: `user_data.json`).

Schema, read in public repositories: {"Direct Message" or "Direct Messages": {"Direct Messages" or "Chat History":
{"ChatHistory": {"Chat History with NAME:": [{"Date": "2023-03-01 19:02:00", "From": "NAME", "Content": "hi"}]}}}}.
The names of the sections are those in abrignoni/RLEAPP (2025) and other public parsers. Dates are in UTC. Media are
links or words in brackets and are read as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from grooming_risk.conversation import Attribution
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.json_members import items, mapping, members_of, name, rows_of, text
from grooming_risk.readers.base.large_json import document_of
from grooming_risk.readers.base.rows import Row, gather_by_time

_FILES = ("user_data_tiktok.json", "user_data.json")
_BEGINS = re.compile(
    r'\A\s*\{\s*"(?:Activity|Your Activity|Profile|Profile And Settings|App Settings|Comment|Direct Messages?'
    r'|Ads and data|Location Review|Post|Video|Tiktok Live|TikTok Shop|Tiktok Shopping)"\s*:'
)
_HISTORY = re.compile(r"Chat History with (.{1,200}?):?\Z", re.DOTALL)


def _is_download(head: str) -> bool:
    return _BEGINS.match(head) is not None


def _recognizes(export: Export) -> bool:
    return bool(members_of(export, _FILES, _is_download))


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    member = next(iter(members_of(export, _FILES, _is_download)), None) or export.member()
    chats = list(_histories(document_of(export, member)))
    if not chats:
        raise UnsupportedFormatError(
            f"{export.where(member)} has no direct messages of TikTok; request the data again and include them"
        )
    yield from gather_by_time(_rows(chats), options.limits)


def _histories(data: Any) -> Iterator[tuple[str, Sequence[Any]]]:
    for section, inner in items(data):
        if section.startswith("Direct Message"):
            for _, part in items(inner):
                for title, rows in items(mapping(part).get("ChatHistory")):
                    found = _HISTORY.match(title)
                    yield (found[1] if found else title), rows_of(rows)


def _rows(chats: list[tuple[str, Sequence[Any]]]) -> Iterator[Row]:
    for title, rows in chats:
        for number, row in enumerate(map(mapping, rows)):
            words, date = text(row.get("Content")), row.get("Date")
            yield Row(
                place=f"message {number}",
                conversation=title,
                speaker=name(row.get("From")),
                text=words or "",
                sent_at=date.removesuffix(" UTC") if isinstance(date, str) else None,
                fault="" if words is not None else "the text is not a string; export it again",
            )


READER = Reader(
    name="tiktok",
    attribution=Attribution.NAME,
    description="TikTok data download, JSON: user_data_tiktok.json or the zip",
    accepts=("file", "folder", "zip"),
    keeps=("times",),
    limit="media are links or words in brackets, read as text; deleted messages are not in the download",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Open TikTok, then Profile > ☰ > Settings and privacy > Account > Download your data.",
            "Choose all data or Direct messages, and the format JSON.",
            "Give the downloaded zip.",
        ),
        kept=("direct messages", "times in UTC", "user names"),
        lost=("deleted messages", "pictures", "edits"),
        source="parsers in public repositories; TikTok publishes no schema",
        seen="downloads of 2021 to 2025 in those parsers, with Direct Message and Direct Messages sections",
    ),
)
