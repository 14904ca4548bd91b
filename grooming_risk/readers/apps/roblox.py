"""Reader of Roblox: private messages as its API gives them, and logs of the chat in a game.

Private messages (`privatemessages.roblox.com/v1/messages`, as archivers save them): {"collection": [{"id", "sender":
{"id", "name", "displayName"}, "recipient": {…}, "subject", "body", "created", "isSystemMessage"?}]}. Chat logs, as
public loggers write them: `[19:02:11] [ID:1234] Name (@user): text`, with other words in brackets between. Roblox
itself gives chats to investigators only, in forms that are not public.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

from grooming_risk.conversation import Attribution
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.html_text import text_of_html
from grooming_risk.readers.base.json_members import mapping, members_of, name, rows_of, text
from grooming_risk.readers.base.large_json import document_of
from grooming_risk.readers.base.rows import Row, gather_by_time
from grooming_risk.readers.logs.lines import Grammar, Head, head_lines, log_members, read_logs

_COLLECTION = re.compile(r'"collection"\s*:\s*\[|\A\s*\[\s*\{\s*"id"\s*:\s*\d{1,20}\s*,\s*"sender"\s*:\s*\{')
_LINE = re.compile(
    r"\[(?P<at>\d{1,2}:\d{2}:\d{2})\] (?:\[[^\[\]]{1,40}\] ){0,4}\[ID: ?\d{1,20}\] "
    r"(?:\[[^\[\]]{1,40}\] ){0,4}(?P<name>[^:\n]{1,80}): ?(?P<text>.*)\Z",
    re.DOTALL,
)


def _is_mail(head: str) -> bool:
    return _COLLECTION.search(head) is not None and '"recipient"' in head and '"body"' in head


def _is_log(head: str) -> bool:
    return any(_LINE.match(line) for line in head_lines(head, 12))


def _head(line: str) -> Head | None:
    found = _LINE.match(line)
    return None if found is None else Head(found["name"].strip(), found["at"], found["text"])


def _recognizes(export: Export) -> bool:
    return bool(members_of(export, ("*.json",), _is_mail) or log_members(export, (".txt", ".log"), _is_log))


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    mails = members_of(export, ("*.json",), _is_mail)
    logs = [] if mails else log_members(export, (".txt", ".log"), _is_log)
    if logs or not (mails or export.head().lstrip().startswith(("{", "["))):
        yield from read_logs(export, logs, Grammar(_head, legacy=True, preface=True), options)
        return
    rows = (row for member in mails or [export.member()] for row in _rows(document_of(export, member)))
    first = next(rows, None)
    if first is None:
        raise UnsupportedFormatError(f"{export.name} has no private messages of Roblox; choose a format with --from")
    yield from gather_by_time(chain([first], rows), options.limits)


def _rows(data: Any) -> Iterator[Row]:
    for number, row in enumerate(map(mapping, rows_of(mapping(data).get("collection")) or rows_of(data))):
        sender, recipient = mapping(row.get("sender")), mapping(row.get("recipient"))
        people = sorted(name(person.get("id")) or "" for person in (sender, recipient))
        words = text(row.get("body"))
        yield Row(
            place=f"message {number}",
            conversation=" & ".join(people),
            speaker=name(sender.get("id")),
            text=text_of_html(words) if words else words,
            sent_at=row.get("created"),
            kind="system" if row.get("isSystemMessage") else "text",
            name=text(sender.get("displayName")) or text(sender.get("name")) or None,
            fault="" if words is not None else "the text is not a string; export it again",
        )


READER = Reader(
    name="roblox",
    attribution=Attribution.ACCOUNT,
    description="Roblox: private messages as JSON of its API, or a log of a game's chat with ids",
    accepts=("file", "folder", "zip"),
    keeps=("times", "system notices"),
    limit="in logs, speakers are names and times are clocks; Roblox has no export of chats",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Roblox has no export of chats; ask a data request (Settings > Privacy) and give what it contains.",
            "Messages of the inbox: save the answers of privatemessages.roblox.com/v1/messages as JSON.",
        ),
        kept=("ids and names of senders (messages)", "times"),
        lost=("chats that nobody logged", "subjects of messages", "days of logs without a date in their name"),
        source="the public API and loggers; Roblox publishes no schema of exports",
        seen="archives of 2024, logs of 2025",
    ),
)
