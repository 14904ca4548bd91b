r"""Reader of Telegram Desktop's JSON export: `result.json` of one chat or of an account, alone or in its folder or zip.

Source of the schema, read in 2026-11: Telegram/SourceFiles/export/output/export_output_json.cpp at three ages: tdesktop
35f5d5a7 (no `date_unixtime` yet), tdesktop 006cadcc (with it, `text_entities`, topics) and its fork materialgram
1da47f62 (reactions, buttons, gifts, to-do lists). Exports of 2018 to 2020 differ as their readers on GitHub show:
`from_id` is a number, and `edited` is the first of January 1970 in messages that were never edited.

  one chat: {"name", "type", "id", "messages": [row, …]}
  account:  {"about", "personal_information", …, "chats": {"about", "list": [chat, …]}, "left_chats": …}

Control characters are written as `\xNN`, which is not valid JSON and is repaired before parsing. `text` is a string or
a list of strings and {"type", "text"}, joined without blanks. A deleted account has a null name but keeps its id.
`date` is local time without a zone; `date_unixtime` is exact. Polls, to-do lists and gifts contain words of their
author, which are read. Replies do not contain the quoted text. All topics of a forum form one conversation, ordered by
time. Unverified: whether a reaction to a message also marks it as edited.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from grooming_risk.conversation import Attribution, MessageKind
from grooming_risk.errors import InvalidConversationError, UnsupportedFormatError
from grooming_risk.readers.base.builder import ConversationBuilder
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions, UnreadableConversation
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.json_stream import json_items

_STRING = r'"(?:[^"\\]|\\.)*"'
# The exporter writes these keys in this order; a chat with oneself has no name.
_CHAT = re.compile(
    r'\A\s*\{\s*(?:"name"\s*:\s*(?:null|' + _STRING + r")\s*,\s*)?"
    r'"type"\s*:\s*(?:null|"[a-z_]{0,30}(?:messages|replies|codes|chat|group|channel)")\s*,\s*'
    r'"id"\s*:\s*(?:-?\d{1,20}|' + _STRING + r')\s*,\s*"messages"\s*:\s*\['
)
_ACCOUNT = re.compile(
    r'\A\s*\{\s*"about"\s*:\s*' + _STRING + r'\s*,\s*"(?:personal_information|profile_pictures|stories|contacts|'
    r'frequent_contacts|sessions|web_sessions|other_data|chats|left_chats)"\s*:'
)
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|.)", re.DOTALL)
_ESCAPE_BYTES = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|.)", re.DOTALL)
_STREAMED = frozenset((("messages",), ("chats",), ("left_chats",), ("chats", "list"), ("left_chats", "list")))
_NEVER_EDITED = ("1970-01-01", "1969-12-31")
_LISTS = ("chats", "left_chats")


def _recognizes(export: Export) -> bool:
    return len(_members(export)) == 1


def _members(export: Export) -> list[str]:
    """Return the members that begin like an export, at most two, because several are a folder of exports."""
    names = export.names if len(export.names) == 1 else export.named("*.json")
    heads = ((name, export.head(name)) for name in names)
    return list(islice((name for name, head in heads if _CHAT.match(head) or _ACCOUNT.match(head)), 2))


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    members = _members(export)
    name = members[0] if len(members) == 1 else None
    if export.is_large(name or export.member()):
        yield from _streamed(export, name or export.member(), options)
        return
    where = export.where(name)
    text = export.text(name)
    if r"\x" in text:  # in valid JSON no escape begins with x, so nothing else is touched
        text = _ESCAPE.sub(_valid_escape, text)
    data = export.parsed(text, where)
    del text  # up to four times as large as the file
    for position, chat in enumerate(_chats(data, where), start=1):
        yield from _conversation(chat, str(position), options)


def _streamed(export: Export, name: str, options: ReadingOptions) -> Iterator[ReadConversation]:
    """Read a large file chat by chat, or message by message where it is one chat."""
    where, position, index = export.where(name), 0, 0
    builder: ConversationBuilder | None = None
    items = json_items(_repaired(export.chunks(name)), where, _STREAMED.__contains__, export.work.add_values)
    for keys, value in items:
        if keys[-1:] == ("list",):
            position += 1
            yield from _conversation(value, str(position), options)
        elif keys == ("id",):
            builder = ConversationBuilder(_identifier(value) or "1", options.limits)
        elif keys == ("messages",):
            if builder is None:
                builder = ConversationBuilder("1", options.limits)
            _add(builder, value, index)
            index += 1
            if builder.refused:
                break
    if builder is not None:
        yield from builder.build()
    elif not position:
        raise UnsupportedFormatError(
            f"{where} is not a Telegram export (messages, or chats with a list); choose a format with --from"
        )


def _repaired(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield chunks that end with a line, which is never inside a string, with their escapes repaired."""
    kept = b""
    for chunk in chunks:
        whole, _, rest = (kept + chunk).rpartition(b"\n")
        kept = rest
        if whole:
            yield _ESCAPE_BYTES.sub(_valid_escape_bytes, whole + b"\n")
    yield _ESCAPE_BYTES.sub(_valid_escape_bytes, kept)


def _valid_escape_bytes(found: re.Match[bytes]) -> bytes:
    return rb"\u00" + found[1] if found[1] else found[0]


def _valid_escape(found: re.Match[str]) -> str:
    return rf"\u00{found[1]}" if found[1] else found[0]


def _chats(data: Any, where: str) -> Iterator[Any]:
    if isinstance(data, dict) and "messages" in data:
        yield data
        return
    lists = [data[key] for key in data if key in _LISTS] if isinstance(data, dict) else []
    if not lists or not all(isinstance(chats, dict) and isinstance(chats.get("list"), list) for chats in lists):
        raise UnsupportedFormatError(
            f"{where} is not a Telegram export (messages, or chats with a list); choose a format with --from"
        )
    for chats in lists:
        yield from chats["list"]


def _conversation(chat: Any, position: str, options: ReadingOptions) -> Iterator[ReadConversation]:
    identifier = (_identifier(chat.get("id")) or position) if isinstance(chat, dict) else position
    rows = chat.get("messages") if isinstance(chat, dict) else None
    if not isinstance(rows, list):
        error = InvalidConversationError("the chat has no list of messages; export it again")
        yield UnreadableConversation(identifier, error)
        return
    builder = ConversationBuilder(identifier, options.limits)
    for index, row in enumerate(rows):
        _add(builder, row, index)
    yield from builder.build()


def _add(builder: ConversationBuilder, row: Any, index: int) -> None:
    type_ = row.get("type") if isinstance(row, dict) else None
    if not isinstance(type_, str):
        builder.refuse_row(index, "a type")
        return
    written = _written(row, type_)
    label = "actor" if "actor_id" in row or "actor" in row else "from"
    key, name = _identifier(row.get(f"{label}_id")), row.get(label)
    name = name if isinstance(name, str) and name else None
    if written is None or (key is None and row.get(f"{label}_id") is not None):
        builder.refuse_row(index, "text or author")
        return
    text, kind = written
    if type_ not in ("message", "service", "unsupported"):
        builder.notice("rows of unknown type")
    # Without an id: a post of a channel in older exports, a notice that names nobody.
    builder.add(key or name or "", text, row.get("date_unixtime") or row.get("date"), kind, name=name)


def _written(row: dict[str, Any], type_: str) -> tuple[str, MessageKind] | None:
    """Return the text and kind of a row, or None when its text is not a string or a list of parts."""
    if type_ == "unsupported":  # media that the exporter is too old for
        return "", MessageKind.MEDIA
    if type_ != "message":
        own = "\n".join(part for part in (_words(row.get("gift_text")), *_entries(row.get("items"))) if part)
        return own, MessageKind.TEXT if type_ == "service" and own else MessageKind.SYSTEM
    text = _words(row.get("text"))
    if text is None:
        return None
    edited = row.get("edited")
    kind = MessageKind.EDITED if edited and not str(edited).startswith(_NEVER_EDITED) else MessageKind.TEXT
    return "\n".join(part for part in (text, *_lists(row), *_cards(row)) if part), kind


def _lists(row: dict[str, Any]) -> Iterator[str | None]:
    """Yield what the author of a poll or a to-do list wrote."""
    for key, title in (("poll", "question"), ("todo_list", "title")):
        listed = row.get(key)
        if isinstance(listed, dict):
            yield _words(listed.get(title))
            yield from _entries(listed.get("answers"))


def _cards(row: dict[str, Any]) -> Iterator[str | None]:
    """Yield the words on a contact, a place or an invoice, which their sender chose."""
    contact, invoice = row.get("contact_information"), row.get("invoice_information")
    if isinstance(contact, dict):
        names = (contact.get(key) for key in ("first_name", "last_name"))
        yield " ".join(name for name in names if isinstance(name, str) and name)
    for key in ("place_name", "address"):
        yield _words(row.get(key))
    if isinstance(invoice, dict):
        yield _words(invoice.get("title"))
        yield _words(invoice.get("description"))


def _entries(entries: Any) -> Iterator[str | None]:
    for entry in entries if isinstance(entries, list) else ():
        yield _words(entry.get("text")) if isinstance(entry, dict) else None


def _words(value: Any) -> str | None:
    """Return the text of a string or of a list of parts, or None for other values."""
    parts = value if isinstance(value, list) else [value]
    found = [part.get("text") if isinstance(part, dict) else part for part in parts]
    texts = [text for text in found if isinstance(text, str)]
    return "".join(texts) if len(texts) == len(found) else None


def _identifier(value: Any) -> str | None:
    usable = isinstance(value, (str, int)) and not isinstance(value, bool) and value != ""
    return str(value) if usable else None


READER = Reader(
    name="telegram",
    attribution=Attribution.ACCOUNT,
    description="Telegram Desktop, JSON: result.json of a chat or of an account, or its folder",
    accepts=("file", "folder", "zip"),
    keeps=("times", "edits", "media", "system notices"),
    limit="deleted messages are not in the export; times of older exports have no zone and are read as UTC",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Open Telegram Desktop (the phone apps cannot export).",
            "Open the chat, then ⋮ > Export chat history.",
            "Set the format to Machine-readable JSON.",
            "For all chats: Settings > Advanced > Export Telegram data.",
        ),
        kept=("ids of senders", "times with their zone", "edits", "system notices", "polls"),
        lost=("deleted messages", "secret chats", "text of quoted messages"),
        source="export_output_json.cpp of telegramdesktop/tdesktop, at three revisions",
        seen="exports of 2018 to 2020 in readers of others, the exporter's source of 2026-11",
    ),
)
