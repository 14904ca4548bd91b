"""Reader of KakaoTalk's text export ("Export messages"): from a computer, an Android phone or an iPhone.

Collected from public readers and their samples (2018 to 2026), in Korean and English:
  computer: --------------- 2026년 3월 1일 일요일 ---------------   then   [name] [오후 7:02] text
  Android:  2026년 3월 1일 오후 7:02, name : text
  iPhone:   2026. 3. 1. 오후 7:02, name : text
A line with a time and no " : " is a notice. The CSV of the Mac is read as a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grooming_risk.conversation import Attribution, MessageKind
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.logs.east_asian_times import CLOCK, western
from grooming_risk.readers.logs.lines import Grammar, Head, head_lines, log_members, read_logs

_COMPUTER = re.compile(rf"\[(?P<name>.{{1,80}}?)\] \[(?P<at>{CLOCK})\] (?P<text>.*)\Z", re.DOTALL)
_DATE = (
    r"(?:\d{4}(?:년 ?|\. ?|[-/])\d{1,2}(?:월 ?|\. ?|[-/])\d{1,2}(?:일|\.)?|[A-Z][a-z]{2,8} \d{1,2}, \d{4}"
    r"|\d{1,2} [A-Z][a-z]{2,8} \d{4})"
)
_PHONE = re.compile(
    rf"(?P<at>{_DATE},? (?:at )?{CLOCK}), (?:(?P<name>.{{1,80}}?) : (?P<text>.*)|(?P<notice>.*))\Z", re.DOTALL
)
_DAY_LINE = re.compile(r"-{5,40} (?P<day>.{6,40}?) -{5,40}\Z")
_DAY_ALONE = re.compile(
    rf"(?P<day>{_DATE})(?: (?:[월화수목금토일]요일|{CLOCK})|,? [A-Z][a-z]{{5,8}}day)?\Z"
    rf"|[A-Z][a-z]{{2,5}}day, (?P<named>{_DATE})\Z"
)
_TITLE = re.compile(r".{0,120}(?:카카오톡 대화|KakaoTalk Chats? with|Chat with )|(?:저장한 날짜|Date Saved) ?:")
_MEDIA = re.compile(
    r"(?:사진|동영상|이모티콘|음성메시지|Photo|Video|Emoticon|Emoticons|Voice Note)(?: \d{1,3}(?:장|개)?)?\Z"
    r"|(?:사진 \d{1,3}장|\d{1,3} photos)\Z"
    r"|(?:파일|File): [^\n]{1,200}\Z"
)
_DELETED = ("삭제된 메시지입니다.", "This message was deleted.", "This message has been deleted.")
_NOTICE = re.compile(r".{1,80}님(?:이|을|과)? .{0,80}(?:들어왔습니다|나갔습니다|초대했습니다|내보냈습니다)\.?\Z")


def _head(line: str) -> Head | None:
    found = _COMPUTER.match(line) or _PHONE.match(line)
    if found is None:
        return Head("", kind=MessageKind.SYSTEM, alone=True) if _NOTICE.match(line) else None
    if found["name"] is None:
        return Head("", western(found["at"]), kind=MessageKind.SYSTEM, alone=True)
    return Head(found["name"], western(found["at"]), found["text"])


def _day(line: str) -> str | None:
    if len(line) > 120:
        return None
    found = _DAY_LINE.match(line) or _DAY_ALONE.match(line)
    if found is None:
        return None
    groups = found.groupdict()
    day = groups.get("day") or groups.get("named") or ""
    return western(day)


def _ignored(line: str) -> object:
    return _TITLE.match(line)


def _content(text: str) -> tuple[str, MessageKind]:
    if text in _DELETED:
        return "", MessageKind.DELETED
    return ("", MessageKind.MEDIA) if _MEDIA.match(text) else (text, MessageKind.TEXT)


def _is_log(head: str) -> bool:
    lines = head_lines(head)
    titled = any(_TITLE.match(line) for line in lines[:3])
    found = [line for line in lines if (_COMPUTER.match(line) or _PHONE.match(line))]
    korean = any("오전" in line[:60] or "오후" in line[:60] for line in found)
    return bool(found) and (titled or korean or any(_DAY_LINE.match(line) for line in lines))


def _recognizes(export: Export) -> bool:
    return bool(log_members(export, (".txt",), _is_log))


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    grammar = Grammar(_head, _day, _ignored, _content, preface=True)
    yield from read_logs(export, log_members(export, (".txt",), _is_log), grammar, options)


READER = Reader(
    name="kakaotalk",
    attribution=Attribution.NAME,
    description="KakaoTalk, exported messages: a chat's .txt",
    accepts=("file", "folder", "zip"),
    keeps=("times", "deletions", "media", "system notices"),
    limit="times have minutes and no zone (read as UTC); lines of a message can imitate heads; names are as shown",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Phone: open the chat, then ☰ > ⚙ > Export messages (대화 내용 내보내기) > Text only.",
            "Computer: open the chat, then ☰ > Chat contents > Export (대화 내용 > 대화 내보내기).",
            "Give the .txt.",
        ),
        kept=("names", "times to the minute", "deletions, without text", "people who join and leave"),
        lost=("ids of senders", "zones of times", "pictures and emoticons", "replies and reactions"),
        source="public readers and their samples; Kakao publishes no schema",
        seen="exports of 2018 to 2026, Korean and English",
    ),
)
