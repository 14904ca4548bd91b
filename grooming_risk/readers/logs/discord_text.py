"""Reader of DiscordChatExporter's plain text: a channel's `.txt`, or its parts.

Source: PlainTextMessageWriter.cs of Tyrrrz/DiscordChatExporter at 2027b138 (2024) and older ones. A frame of 62 "="
holds server and channel; a message is "[time] name" with the text below; attachments, embeds, stickers and reactions
follow under words in braces. Times are in the exporter's language and zone, to the minute. Notices cannot be
distinguished, except where their text is one of the exporter's fixed sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grooming_risk.conversation import Attribution, MessageKind
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.written_times import STAMP
from grooming_risk.readers.logs.lines import Grammar, Head, head_lines, log_members, read_logs

_FRAME = "=" * 62
_HEAD = re.compile(rf"\[(?P<at>{STAMP})\] (?P<name>.{{1,100}}?)(?: \(pinned\))?\Z")
_PARTS = re.compile(r"(?m)^\{(?:Attachments|Embed|Stickers|Reactions)\}$")
_NOTICE = re.compile(
    r"(?:Pinned a message\.|Joined the server\.|Started a thread\.|Changed the channel icon\.|Left the group\."
    r"|Started a call that lasted \d{1,9} minutes\.?|(?:Added|Removed) [^\n]{1,60} (?:to|from) the group\."
    r"|Changed the channel name: [^\n]{1,120})\Z"
)
_END = re.compile(r"Exported [\d.,\s]{1,20} message\(s\)\Z")


def _head(line: str) -> Head | None:
    found = _HEAD.match(line)
    return None if found is None else Head(found["name"], found["at"])


def _ignored(line: str) -> object:
    return line == _FRAME or _END.match(line) or None


def _content(text: str) -> tuple[str, MessageKind]:
    text = _PARTS.split(text, maxsplit=1)[0].strip("\n")
    return ("", MessageKind.SYSTEM) if _NOTICE.match(text) else (text, MessageKind.TEXT)


def _is_log(head: str) -> bool:
    lines = head_lines(head)
    return len(lines) > 2 and lines[0].rstrip() == _FRAME and lines[1].startswith("Guild: ")


def _recognizes(export: Export) -> bool:
    return bool(log_members(export, (".txt",), _is_log))


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    grammar = Grammar(_head, ignored=_ignored, content=_content, preface=True)
    yield from read_logs(export, log_members(export, (".txt",), _is_log), grammar, options)


READER = Reader(
    name="discord_text",
    attribution=Attribution.NAME,
    description="DiscordChatExporter plain text: a channel's .txt",
    accepts=("file", "folder", "zip"),
    keeps=("times", "media", "system notices"),
    limit="ids and edits are not in the text, times have minutes and no zone; parts are separate conversations",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Better: choose the format JSON (see the format discord), which keeps ids, edits and zones.",
            "In DiscordChatExporter, choose the channel or direct message and the format TXT.",
        ),
        kept=("names", "times to the minute", "notices in the exporter's fixed sentences"),
        lost=("ids of senders", "edits", "zones of times", "deleted messages", "quoted messages"),
        source="PlainTextMessageWriter.cs of Tyrrrz/DiscordChatExporter",
        seen="its writers of 2018 to 2026",
    ),
)
