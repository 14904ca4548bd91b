"""Reader of the text files of imessage-exporter (ReagentX): one file for each chat.

A message is a line with its time, a line with its sender ("Me" for the owner), lines of text, and an empty line:
  May 17, 2022  5:29:42 PM (Read by them after 1 hour)
  Me
  Hello
Notices are one line with the time and the words. Reactions follow under "Tapbacks:", replies are indented under the
message that they answer and repeated at their own place. Attachments are paths. Source: the exporter's documentation
and examples in its repository; unverified on other languages than English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grooming_risk.conversation import Attribution, MessageKind
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.builder import ConversationBuilder
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.written_times import WrittenTimes

_TIME = re.compile(r"(?P<at>[A-Z][a-z]{2} \d{2}, \d{4} {1,2}\d{1,2}:\d{2}:\d{2} [AP]M)(?P<rest>.*)\Z", re.DOTALL)
_READ_BY = re.compile(r" \((?:Read|Delivered)[^()]{0,120}\)\Z")
_PATH = re.compile(r"(?:/|~/|[A-Za-z]:\\|attachments/)[^\n]{1,400}\.\w{2,5}\Z")
_UNSENT = re.compile(r"[^\n]{1,80} unsent (?:a|this) message(?:[^\n]{0,80})\Z")
_REPLY = "    "
_TAPBACKS = "Tapbacks:"
_EDITED = re.compile(r"Edited [^\n]{1,60}: |.{0,8}\(Edited\)")
_RESPONDED = "This message responded to an earlier message."
_OWNER = "Me"


def _recognizes(export: Export) -> bool:
    if len(export.names) != 1:
        return False
    first, _, rest = export.head().lstrip("\ufeff\r\n").partition("\n")
    found = _TIME.match(first.rstrip("\r"))
    head = found is not None and (not found["rest"] or _READ_BY.match(found["rest"]) is not None)
    return head and bool(rest.strip())


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    builder, times = ConversationBuilder("1", options.limits), WrittenTimes()
    head: re.Match[str] | None = None
    lines: list[str] = []
    for line in export.lines():
        found = _TIME.match(line)
        if found is None:
            lines.append(line)
            continue
        if head is not None:
            _add(builder, times, head, lines)
        head, lines = found, []
    if head is None:
        raise UnsupportedFormatError(
            f"{export.where()} has no message of imessage-exporter; choose a format with --from"
        )
    _add(builder, times, head, lines)
    yield from builder.build()


def _add(builder: ConversationBuilder, times: WrittenTimes, head: re.Match[str], lines: list[str]) -> None:
    moment = times.moment(head["at"])
    if head["rest"] and not _READ_BY.match(head["rest"]):
        builder.add("", "", moment, MessageKind.SYSTEM)
        return
    speaker = lines[0].strip() if lines else ""
    own: list[str] = []
    for line in lines[1:]:
        if line.startswith(_REPLY) or line.strip() in (_TAPBACKS, _RESPONDED):
            break
        own.append(line)
    text = "\n".join(line for line in own if not _PATH.match(line)).strip("\n")
    if _UNSENT.match(text):
        builder.add(_key(speaker), "", moment, MessageKind.DELETED, name=speaker)
        return
    builder.add(
        _key(speaker), text, moment, MessageKind.EDITED if _EDITED.match(text) else MessageKind.TEXT, name=speaker
    )


def _key(speaker: str) -> str:
    return "" if speaker == _OWNER else speaker


READER = Reader(
    name="imessage_exporter",
    attribution=Attribution.NAME,
    description="imessage-exporter (Mac, iPhone backups): a chat's .txt",
    accepts=("file", "zip"),
    keeps=("times", "deletions", "media", "system notices"),
    limit="times have no zone (read as UTC); lines of a message can imitate heads; English only",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Install imessage-exporter (github.com/ReagentX/imessage-exporter).",
            "Run it with -f txt.",
            "Give a chat's .txt.",
        ),
        kept=("times to the second", "names or numbers", "unsent messages, without text"),
        lost=("ids", "zones of times", "reactions"),
        source="the exporter's documentation and examples; unverified in other languages",
        seen="examples of versions 1 and 2",
    ),
)
