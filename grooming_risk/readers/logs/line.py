"""Reader of LINE's text export ("Export chat history"): `[LINE] Chat with NAME.txt`.

Collected from public readers and their samples in English, Japanese, Traditional Chinese, Korean, Thai and Indonesian
(2019 to 2026). A line with the day, in the app's language, is followed by messages "19:02<TAB>name<TAB>text"; a line
with one tab is a notice. Texts of several lines stand in quotation marks. Exports from a computer have blanks instead
of tabs, so that names cannot be told from texts: they are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grooming_risk.conversation import Attribution, MessageKind
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.logs.east_asian_times import CLOCK, western
from grooming_risk.readers.logs.lines import Grammar, Head, head_lines, log_members, read_logs

_HEAD = re.compile(rf"(?P<at>{CLOCK})\t(?:(?P<name>[^\t]{{1,100}})\t(?P<text>.*)|(?P<notice>[^\t]*))\Z", re.DOTALL)
_DAY = re.compile(
    r"(?:[^\W\d_]{2,12}\.?,? )?(?:\d{4}[/.\-]\d{1,2}[/.\-]\d{1,2}|\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4})"
    r"(?: ?[(（][^()（）]{1,12}[)）]| [^\W\d_]{1,15})?\Z"
)
_TITLE = re.compile(r"\[LINE\] ?\S")
_MEDIA = frozenset(
    f"[{word}]"
    for word in [
        "photo",
        "photos",
        "sticker",
        "stickers",
        "video",
        "videos",
        "file",
        "contact",
        "location",
        "album",
        "note",
        "voice|message",
        "audio",
        "gift",
        "gif",
        "写真",
        "スタンプ",
        "動画",
        "ファイル",
        "ボイスメッセージ",
        "アルバム",
        "ノート",
        "連絡先",
        "位置情報",
        "照片",
        "貼圖",
        "影片",
        "檔案",
        "語音訊息",
        "相簿",
        "記事本",
        "聯絡資訊",
        "位置訊息",
        "사진",
        "스티커",
        "동영상",
        "파일",
        "음성메시지",
        "รูป",
        "รูปภาพ",
        "สติกเกอร์",
        "วิดีโอ",
        "ไฟล์",
        "ข้อความเสียง",
        "foto",
        "stiker",
        "video",
        "berkas",
        "pesan|suara",
    ]
)
_UNSENT = re.compile(
    r"(?P<name>.{1,100}?)(?: unsent a message\.?|がメッセージの送信を取り消しました|已收回訊息"
    r"|님이 메시지를 삭제했습니다\.?)\Z"
)
_CALL = ("☎", "📞")


def _head(line: str) -> Head | None:
    found = _HEAD.match(line)
    if found is None:
        return None
    at = western(found["at"])
    if found["name"] is not None:
        return Head(found["name"], at, found["text"])
    unsent = _UNSENT.match(found["notice"])
    if unsent is not None:
        return Head(unsent["name"], at, kind=MessageKind.DELETED, alone=True)
    return Head("", at, kind=MessageKind.SYSTEM, alone=True)


def _day(line: str) -> str | None:
    text = line.strip()
    if len(text) >= 40 or not _DAY.match(text):
        return None
    day = western(text)
    return day[:10] if day[:4].isdecimal() else day  # without the weekday


def _content(text: str) -> tuple[str, MessageKind]:
    if text.startswith('"') and text.endswith('"') and "\n" in text:
        text = text[1:-1].replace('""', '"')
    if text.casefold().replace(" ", "|") in _MEDIA or text.casefold() in _MEDIA:
        return "", MessageKind.MEDIA
    return text, MessageKind.SYSTEM if text.startswith(_CALL) and "\n" not in text else MessageKind.TEXT


def _is_log(head: str) -> bool:
    lines = head_lines(head)
    titled = bool(lines) and _TITLE.match(lines[0]) is not None
    dated = any(_day(line) is not None for line in lines[:5])
    return dated and any(_HEAD.match(line) for line in lines) and (titled or _day(lines[0]) is not None)


def _recognizes(export: Export) -> bool:
    return bool(log_members(export, (".txt",), _is_log))


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    grammar = Grammar(_head, _day, content=_content, preface=True)
    yield from read_logs(export, log_members(export, (".txt",), _is_log), grammar, options)


READER = Reader(
    name="line",
    attribution=Attribution.NAME,
    description="LINE, exported chat history: a chat's .txt",
    accepts=("file", "folder", "zip"),
    keeps=("times", "deletions", "media", "system notices"),
    limit="times have minutes and no zone (read as UTC); exports from a computer, without tabs, are not read",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Open the chat on the phone, then ☰ > Settings (⚙) > Export chat history.",
            "Send the .txt to yourself and give it. Chats exported from the computer lack the tabs between names and "
            "texts.",
        ),
        kept=("names", "times to the minute", "unsent messages, without text", "calls and notices, without text"),
        lost=("ids of senders", "zones of times", "pictures and stickers", "replies and reactions"),
        source="public readers and their samples in six languages; LINE publishes no schema",
        seen="exports of 2019 to 2026",
    ),
)
