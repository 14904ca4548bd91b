"""Reader of WeChat chats as text, as the app mails them and as exporters write them.

Collected from public exporters and their readers (2019 to 2026); each has its head on a line of its own, or before a
colon, with the text below:
  ———  2026-03-01  ———   then   Name  19:02         (the app: choose messages > Email)
  2026-03-01 19:02:11 Name                          (WeChatMsg and others)
  Name 2026-03-01 19:02:11
  Name(2026-03-01 19:02:11):text                    (WechatExporter)
Pictures and recordings are words in brackets. The databases of WeChat are encrypted and are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from grooming_risk.conversation import Attribution, MessageKind
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.logs.lines import Grammar, Head, head_lines, log_members, read_logs

_AT = r"(?P<at>\d{4}[-/.]\d{1,2}[-/.]\d{1,2} {1,2}\d{1,2}:\d{2}(?::\d{2})?)"
_NAME = r"(?P<name>[^\s:：\[(][^\n\t:：]{0,60}?)"
_FORMS = (
    re.compile(rf"{_NAME} {{0,2}}[(（]{_AT}[)）] ?[:：] ?(?P<text>.*)\Z", re.DOTALL),
    re.compile(rf"{_AT} {{1,3}}'?{_NAME}'?(?P<text>)\Z"),
    re.compile(rf"{_NAME} {{1,3}}{_AT}(?P<text>)\Z"),
    re.compile(rf"{_NAME} {{2,4}}(?P<at>\d{{1,2}}:\d{{2}})(?P<text>)\Z"),
)
_CLOCK = re.compile(r"\d:\d{2}")
_DAY = re.compile(r"[—\-–=]{3,20} {1,3}(?P<day>\d{4}-\d{1,2}-\d{1,2}) {1,3}[—\-–=]{3,20}\Z")
_MEDIA = re.compile(
    r"\[(?:图片|圖片|语音|語音|视频|影片|表情|动画表情|动画|文件|檔案|位置|名片|链接|鏈接|红包|转账|Image|Photo|Audio|Voice|Video|"
    r"Sticker|Emoji|File|Location|Link)[^\[\]\n]{0,80}\]\Z"
)
_TAKEN_BACK = re.compile(r"[^\n]{0,80}(?:撤回了一条消息|撤回了一則訊息|收回了一則訊息|recalled a message)[。.]?\Z")
_ENOUGH = 2


def _head(line: str) -> Head | None:
    if _CLOCK.search(line) is None:  # most lines: a look for each form takes longer
        return None
    line = line.rstrip(" ")
    found = next((found for form in _FORMS if (found := form.match(line)) is not None), None)
    return None if found is None else Head(found["name"].strip("'"), found["at"], found["text"])


def _day(line: str) -> str | None:
    found = _DAY.match(line.strip())
    return found["day"] if found else None


def _content(text: str) -> tuple[str, MessageKind]:
    text = text.strip()
    if _TAKEN_BACK.match(text):
        return "", MessageKind.DELETED
    return ("", MessageKind.MEDIA) if _MEDIA.match(text) else (text, MessageKind.TEXT)


def _is_log(head: str) -> bool:
    lines = head_lines(head)
    heads = [at for at, line in enumerate(lines) if _head(line) is not None]
    if not heads or heads[0] > 3:
        return False
    with_text = all(
        "".join(lines[at + 1 : at + 2]) or ((found := _head(lines[at])) and found.text) for at in heads[:-1]
    )
    dated = any(_day(line) is not None for line in lines[: heads[0] + 1])
    by_clock = all(_FORMS[3].match(lines[at].rstrip(" ")) for at in heads)
    alternating = all(later - earlier > 1 for earlier, later in pairwise(heads))
    inline = all(_FORMS[0].match(lines[at]) for at in heads)
    return (
        bool(with_text) and (dated or not by_clock) and (dated or (len(heads) >= _ENOUGH and (alternating or inline)))
    )


def _recognizes(export: Export) -> bool:
    return bool(log_members(export, (".txt",), _is_log))


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    grammar = Grammar(_head, _day, content=_content, preface=True)
    yield from read_logs(export, log_members(export, (".txt",), _is_log), grammar, options)


READER = Reader(
    name="wechat",
    attribution=Attribution.NAME,
    description="WeChat as text: messages mailed from the app, or the .txt of an exporter",
    accepts=("file", "folder", "zip"),
    keeps=("times", "deletions", "media"),
    limit="times have no zone (read as UTC); notices are read as text; WeChat's own databases are not read",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Open the chat, press a message long, choose More (多选), choose the messages, then Share (⤴) > Email.",
            "Save the mail's text as a .txt file and give it.",
            "Or use an exporter for computers that writes .txt or .csv.",
        ),
        kept=("names as shown", "times", "messages that were taken back, without text"),
        lost=("ids of senders", "zones of times", "pictures and recordings", "quoted messages as such"),
        source="public exporters and readers; Tencent publishes no schema",
        seen="texts of 2019 to 2026",
    ),
)
