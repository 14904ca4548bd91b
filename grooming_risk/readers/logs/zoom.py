r"""Reader of logs that Zoom saves: `meeting_saved_chat.txt`, and the log of a cloud recording.

Collected from public readers and their samples (2019 to 2026):
  19:02:11 From Name To Everyone:        with the text below, after a tab (since 2021)
  19:02:11\t From Name : text            (older)
  00:58:04\tName:\ttext                  (cloud recording: time since the start)
Private messages name whom they are for and "(Direct Message)"; they are read among the others. Reactions are written as
messages and count as notices; a reply repeats the begin of what it answers, which is left out. The day is in the name
of the meeting's folder, where that is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grooming_risk.conversation import Attribution, MessageKind
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.logs.lines import Grammar, Head, head_lines, log_members, read_logs

_CLOCK = r"(?P<at>(?:\d{4}-\d{2}-\d{2} )?\d{1,2}:\d{2}:\d{2}(?: [AP]M)?)"
_FROM = re.compile(
    rf"{_CLOCK}\s{{1,3}}(?:From|Von|De|Da|Van|Od)\s{{1,3}}(?P<name>.{{1,80}}?)\s{{1,3}}(?:(?i:to|an|a|à|para|aan|do)\s{{1,3}}.{{1,80}}?)?"
    r"(?: ?\([^()]{1,40}\))?\s{0,3}:\s{0,3}(?P<text>.*)\Z",
    re.DOTALL,
)
_OLD = re.compile(
    rf"{_CLOCK}\s{{1,3}}(?:From|Von|De|Da|Van|Od)\s{{1,3}}(?P<name>.{{1,80}}?) ?: (?P<text>.*)\Z", re.DOTALL
)
_RECORDED = re.compile(r"(?P<at>\d{2}:\d{2}:\d{2})\t(?P<name>[^\t\n]{1,80}):\t(?P<text>.*)\Z", re.DOTALL)
_REACTION = re.compile(r"(?:Reacted to|Removed a|Reagierte auf|A réagi à) .{0,300}\Z", re.DOTALL)
_ANSWER = re.compile(r"(?:Replying to|Antwort auf|Répondre à|En respuesta a) [\"“][^\n]{0,200}[\"”]\n{1,3}")


def _head(line: str) -> Head | None:
    found = _FROM.match(line) or _OLD.match(line) or _RECORDED.match(line)
    return None if found is None else Head(found["name"].strip(), found["at"], found["text"])


def _content(text: str) -> tuple[str, MessageKind]:
    text = "\n".join(line.removeprefix("\t") for line in text.split("\n")).strip()
    text = _ANSWER.sub("", text, count=1).strip()
    return ("", MessageKind.SYSTEM) if _REACTION.match(text) else (text, MessageKind.TEXT)


def _is_log(head: str) -> bool:
    lines = head_lines(head)
    return bool(lines) and _head(lines[0]) is not None


def _recognizes(export: Export) -> bool:
    return bool(log_members(export, (".txt",), _is_log))


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    grammar = Grammar(_head, content=_content, legacy=True)
    yield from read_logs(export, log_members(export, (".txt",), _is_log), grammar, options)


READER = Reader(
    name="zoom",
    attribution=Attribution.NAME,
    description="Zoom, saved chat of a meeting: meeting_saved_chat.txt, or the chat file of a recording",
    accepts=("file", "folder", "zip"),
    keeps=("times", "system notices"),
    limit="times are clocks, with a day only where the folder has it in its name; private messages are not kept apart",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "In the meeting: Chat > … > Save Chat. Afterwards: Documents > Zoom > the meeting's folder.",
            "Cloud recordings: zoom.us > Recordings > the meeting > Chat file.",
            "Give the .txt, or the meeting's folder, whose name has the day.",
        ),
        kept=("names as shown", "times of day to the second", "reactions as notices"),
        lost=("whom a private message was for", "files", "ids of senders", "zones of times"),
        source="public readers and their samples; Zoom publishes no schema",
        seen="files of 2019 to 2026",
    ),
)
