"""Reader of Twitch chats: logs of Chatterino, and TwitchDownloader's JSON.

Chatterino (its LoggingChannel.cpp, and public readers): "# Start logging at 2026-03-01 19:02:11 CET", then lines
"[19:02:11] name: text"; other lines in this form are notices. The day is also in the file's name. A clock that goes
back begins no new day, because Chatterino begins a new file at midnight.
TwitchDownloader (its ChatRoot.cs): {"streamer", "video", "comments": [{"created_at", "commenter": {"display_name",
"_id"}, "message": {"body"}}]}; the text format of this program is read as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grooming_risk.conversation import Attribution, MessageKind
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.json_members import mapping, name, rows_of, text
from grooming_risk.readers.base.rows import Row, gather
from grooming_risk.readers.logs.lines import Grammar, Head, log_members, read_logs

_START = re.compile(r"# (?:Start|Stop) logging at (?P<day>\d{4}-\d{2}-\d{2}) \d{2}:\d{2}:\d{2}")
_LINE = re.compile(r"\[(?P<at>\d{1,2}:\d{2}:\d{2}(?: [AP]M)?)\] {1,3}(?P<rest>.*)\Z", re.DOTALL)
_SAID = re.compile(r"(?P<name>[^\s:]{1,60}): (?P<text>.*)\Z", re.DOTALL)
_BEGINS = re.compile(r'\A\s*\{\s*"(?:FileInfo|streamer|video|comments)"\s*:')
_KEYS = ('"comments"', '"content_offset_seconds"', '"commenter"', '"streamer"')


def _head(line: str) -> Head | None:
    found = _LINE.match(line)
    if found is None:
        return None
    said = _SAID.match(found["rest"])
    if said is None:
        return Head("", found["at"], kind=MessageKind.SYSTEM, alone=True)
    return Head(said["name"], found["at"], said["text"], alone=True)


def _day(line: str) -> str | None:
    found = _START.match(line)
    return found["day"] if found else None


def _is_log(head: str) -> bool:
    return _START.match(head.lstrip("\ufeff\r\n")) is not None


def _is_json(head: str) -> bool:
    return _BEGINS.match(head) is not None and sum(key in head for key in _KEYS) > 1


def _recognizes(export: Export) -> bool:
    return bool(log_members(export, (".log", ".txt"), _is_log) or log_members(export, (".json",), _is_json))


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    members = log_members(export, (".json",), _is_json)
    if members:
        rows = (row for member in members for row in _rows(export, member, "1" if len(members) == 1 else member))
        yield from gather(rows, options.limits)
    else:
        logs = log_members(export, (".log", ".txt"), _is_log)
        yield from read_logs(export, logs, Grammar(_head, _day, legacy=True), options)


def _rows(export: Export, member: str, conversation: str) -> Iterator[Row]:
    for number, row in enumerate(map(mapping, rows_of(mapping(export.json(member)).get("comments")))):
        author, words = mapping(row.get("commenter")), text(mapping(row.get("message")).get("body"))
        yield Row(
            place=f"message {number}",
            conversation=conversation,
            speaker=name(author.get("_id")) or name(author.get("display_name")) or "",
            text=words,
            sent_at=row.get("created_at"),
            name=name(author.get("display_name")),
            fault="" if words is not None else "the text is not a string; export it again",
        )


READER = Reader(
    name="twitch",
    attribution=Attribution.NAME,
    description="Twitch chat: Chatterino's .log, or TwitchDownloader's .json",
    accepts=("file", "folder", "zip"),
    keeps=("times", "system notices"),
    limit="Chatterino's times have no zone (read as UTC); deleted messages are not marked",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Chatterino: Settings > Moderation > Enable logging; the files are in its Logs folder.",
            "TwitchDownloader: Chat Download > JSON.",
        ),
        kept=("names", "ids (TwitchDownloader)", "times", "subscriptions and bans as notices (Chatterino)"),
        lost=("zones of Chatterino's times", "deletions", "whispers, unless their own log is given"),
        source="LoggingChannel.cpp of Chatterino and ChatRoot.cs of TwitchDownloader, through public readers",
        seen="Chatterino 2, TwitchDownloader 1.40 to 1.55",
    ),
)
