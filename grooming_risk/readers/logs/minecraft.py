"""Reader of Minecraft's logs: the chat in `latest.log` of a player or a server.

Collected from public readers of logs (versions 1.7 to 1.21, Forge and Paper). Chat is a line such as
  [19:02:11] [Render thread/INFO]: [System] [CHAT] <Name> text     (a player's game; older: [Client thread/INFO])
  [19:02:11] [Server thread/INFO]: <Name> text                     (a server; also [Async Chat Thread - #0/INFO])
  [19:02:11 INFO]: <Name> text                                     (Paper's console)
  [01Mar2026 19:02:11.123] [Render thread/INFO] […]: [CHAT] …      (Forge)
  … [CHAT] Name whispers to you: text   and   You whisper to Name: text
Joining and leaving are notices; all other lines are no messages. Colour codes are removed. The day is in the names of
older logs (2026-03-01-1.log), which are packed as .gz and must be unpacked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grooming_risk.conversation import Attribution, MessageKind
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.logs.lines import Grammar, Head, log_members, read_logs

_LINE = re.compile(
    r"\[(?:(?P<day>\d{1,2})(?P<month>[A-Za-z]{3})(?P<year>\d{4}) )?"
    r"(?P<at>\d{1,2}:\d{2}:\d{2})(?:\.\d{1,6})?(?: [A-Z]{4,5})?\]"
    r"(?: \[[^\[\]]{1,80}\]){0,3}: (?P<rest>.*)\Z",
    re.DOTALL,
)
_CHAT = re.compile(r"(?:\[(?:System|CHAT|Not Secure)\] ){0,3}(?P<body>.*)\Z", re.DOTALL)
_SAID = re.compile(r"(?:\[[^\[\]<>]{1,30}\] ?){0,2}<(?P<name>[^<>]{1,60})> (?P<text>.*)\Z", re.DOTALL)
_HEARD = re.compile(r"(?P<name>[\w\[\] .~-]{1,60}?) whispers to you: (?P<text>.*)\Z", re.DOTALL)
_WHISPERED = re.compile(r"You whisper to [^:]{1,60}: (?P<text>.*)\Z", re.DOTALL)
_CAME = re.compile(r"(?P<name>\w{1,30}) (?:joined|left) the game\Z")
_COLOUR = re.compile(r"§[0-9a-fk-orA-FK-OR]|\x1b\[[0-9;]{0,12}m")
_OWN = "You"
_LINES = 60


def _head(line: str) -> Head | None:
    found = _LINE.match(line)
    if found is None:
        return None
    at = f"{found['day']}-{found['month']}-{found['year']} {found['at']}" if found["day"] else found["at"]
    chat = _CHAT.match(_COLOUR.sub("", found["rest"]))
    body = chat["body"] if chat else ""
    said = _SAID.match(body) or _HEARD.match(body)
    if said is not None:
        return Head(said["name"].strip(), at, said["text"], alone=True)
    whispered = _WHISPERED.match(body)
    if whispered is not None:
        return Head(_OWN, at, whispered["text"], alone=True)
    return Head("", at, kind=MessageKind.SYSTEM, alone=True) if _CAME.match(body) else None


def _ignored(line: str) -> object:
    return _LINE.match(line)


def _is_log(head: str) -> bool:
    lines = [line for line in head.replace("\r\n", "\n").split("\n") if line.strip()][:_LINES]
    return bool(lines) and _LINE.match(lines[0]) is not None and _is_minecraft(head)


def _is_minecraft(head: str) -> bool:
    marks = ("/INFO]: ", " INFO]: ", "[CHAT]", "Minecraft", "/INFO] [")
    return any(mark in head for mark in marks)


def _recognizes(export: Export) -> bool:
    return bool(log_members(export, (".log", ".txt"), _is_log))


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    grammar = Grammar(_head, ignored=_ignored, legacy=True)
    yield from read_logs(export, log_members(export, (".log", ".txt"), _is_log), grammar, options)


READER = Reader(
    name="minecraft",
    attribution=Attribution.NAME,
    description="Minecraft log of a player or a server: latest.log, or the folder of unpacked logs",
    accepts=("file", "folder", "zip"),
    keeps=("times", "system notices"),
    limit="times are clocks, with a day only where the file's name has it; whispers are read among the other messages",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Open the game's folder (Launcher > Installations > 📁), then logs.",
            "Give latest.log, or unpack the .log.gz files and give the folder.",
        ),
        kept=("names of players", "times of day to the second", "whispers", "who joined and left, as notices"),
        lost=("ids of players", "whom a whisper was for", "chat of plug-ins in forms of their own"),
        source="public readers of logs; Mojang publishes no schema",
        seen="logs of versions 1.7 to 1.21",
    ),
)
