"""Reader of Viber's message history as the phone mails it: a zip of CSV files without a header line, one for each chat.

Collected from descriptions of users (2015 to 2024), unverified per version: each row is
  01/03/2026,19:02:11,Name,+15550100,text
with blanks around some commas, "Me" or the own name for outgoing messages, and texts that may contain commas and line
breaks without quotation marks: a line that begins no row continues the text before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grooming_risk.conversation import Attribution, MessageKind
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.logs.lines import Grammar, Head, head_lines, log_members, read_logs

_ROW = re.compile(
    r"\[?\"?(?P<date>\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4})\"? ?[,;] ?"
    r"\"?(?P<clock>\d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]M)?)\"? ?[,;] ?"
    r"\"?(?P<name>[^,;\"\n]{1,80}?)\"? ?[,;] ?\"?(?P<number>\+?[\d ()\-]{0,20})\"? ?[,;] ?(?P<text>.*)\Z",
    re.DOTALL,
)
_MEDIA = re.compile(
    r"(?:Photo message|Video message|Voice message|Sticker message|File message|Location message|GIF|Sticker|Photo)\Z"
    r"|[^\s,]{1,120}\.(?:jpg|jpeg|png|gif|mp4|m4a|pdf)\Z"
)
_DELETED = ("Message deleted", "This message was deleted")


def _head(line: str) -> Head | None:
    found = _ROW.match(line)
    return None if found is None else Head(found["name"].strip(), f"{found['date']} {found['clock']}", found["text"])


def _content(text: str) -> tuple[str, MessageKind]:
    text = text.strip().removesuffix("]") if text.startswith("[") else text.strip()
    if text[:1] == text[-1:] == '"' and len(text) > 1:
        text = text[1:-1].replace('""', '"')
    if text in _DELETED:
        return "", MessageKind.DELETED
    return ("", MessageKind.MEDIA) if _MEDIA.match(text) else (text, MessageKind.TEXT)


def _is_log(head: str) -> bool:
    lines = head_lines(head)
    found = [_ROW.match(line) for line in lines]
    numbered = [match for match in found if match is not None and match["number"].strip()]
    return bool(found) and found[0] is not None and bool(numbered)


def _recognizes(export: Export) -> bool:
    return bool(log_members(export, (".csv", ".txt"), _is_log))


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    grammar = Grammar(_head, content=_content, legacy=True)
    yield from read_logs(export, log_members(export, (".csv", ".txt"), _is_log), grammar, options)


READER = Reader(
    name="viber",
    attribution=Attribution.NAME,
    description="Viber message history: the mailed zip, or a chat's .csv",
    accepts=("file", "folder", "zip"),
    keeps=("times", "deletions", "media"),
    limit="times have no zone (read as UTC); notices are read as text; lines of a message can imitate rows",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Android: More > Settings > Calls and messages > Email message history.",
            "Give the mailed zip. iPhones and computers have no such menu; use Cellebrite or another program there.",
        ),
        kept=("names", "times to the second"),
        lost=("phone numbers as ids", "zones of times", "pictures", "replies and reactions"),
        source="descriptions of users; Viber publishes no schema, unverified per version",
        seen="files of 2015 to 2024 as described",
    ),
)
