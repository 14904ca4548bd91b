"""Reader of DiscordChatExporter's HTML: a channel's page, or its parts.

Source: MessageGroupTemplate.cshtml of Tyrrrz/DiscordChatExporter at 03c5c1bc (2023) and its predecessors since 2018,
whose group holds the author and the time of all its messages. Consecutive messages of an author form a group; the
first one has the author's name and id. The time of a message follows from its id (a "snowflake" counts milliseconds
since 2015), because the written time depends on the exporter's language and has minutes only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from grooming_risk.conversation import Attribution, MessageKind
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.builder import ConversationBuilder
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.html_records import Node, html_records
from grooming_risk.readers.base.page_members import pages_of, read_each
from grooming_risk.readers.base.written_times import WrittenTimes

_PAGE = re.compile(r".{1,250}\.html?")
_PART = re.compile(r" \[part \d{1,6}\]")
_MARK = re.compile(r"(?i)<title>[^<]{0,200}</title>.{0,3000}(?:chatlog|preamble|DiscordChatExporter)", re.DOTALL)
_GROUP, _MESSAGES = "chatlog__message-group", ("chatlog__message-container", "chatlog__message")
_AUTHORS = ("chatlog__author", "chatlog__author-name", "chatlog__system-notification-author")
_TEXTS = ("chatlog__content", "chatlog__system-notification-content")
_QUOTED = frozenset(("chatlog__reply", "chatlog__reference"))
_EDITED = ("chatlog__edited-timestamp", "chatlog__edited-timestmap")
_NO_TEXT = frozenset(_EDITED)
_FIRST = datetime(2015, 1, 1, tzinfo=UTC)
_SHORTEST_ID, _LONGEST_ID = 15, 20


def _is_page(head: str) -> bool:
    return "chatlog" in head or _MARK.search(head) is not None


def _recognizes(export: Export) -> bool:
    return bool(pages_of(export, _PAGE, _is_page))


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    chats: dict[str, list[str]] = {}
    for member in pages_of(export, _PAGE, _is_page) or [export.member()]:
        chats.setdefault(_PART.sub("", member), []).append(member)

    def chat(identifier: str, pages: list[str]) -> Iterator[ReadConversation]:
        return _chat(export, "1" if len(chats) == 1 else identifier, sorted(pages, key=_number), options)

    yield from read_each(chats, chat)


def _number(member: str) -> int:
    found = _PART.search(member)
    return int(found[0][7:-1]) if found else 1


def _chat(export: Export, identifier: str, pages: list[str], options: ReadingOptions) -> Iterator[ReadConversation]:
    builder, found = ConversationBuilder(identifier, options.limits), False
    times = WrittenTimes(options.date_order, options.clock_hours)
    for page in pages:
        for group in html_records(export.chunks(page), export.where(page), _is_group):
            found = True
            if not builder.refused:
                _add(builder, group, times)
    if not found:
        raise UnsupportedFormatError(
            f"{export.where(pages[0])} has no message of a DiscordChatExporter page; choose a format with --from"
        )
    yield from builder.build()


def _is_group(tag: str, attributes: dict[str, str]) -> bool:
    return tag == "div" and _GROUP in attributes.get("class", "").split()


def _add(builder: ConversationBuilder, group: Node, times: WrittenTimes) -> None:
    messages = next((found for mark in _MESSAGES if (found := group.all(mark))), [])
    author = _author(group)
    for message in messages:
        author = _author(message) or author
        key, name = author or ("", "")
        parts = [part for mark in _TEXTS for part in message.all(mark, skip=_QUOTED)]
        text = "\n".join(filter(None, (part.text(_NO_TEXT, pre=True) for part in parts)))
        notice = message.find("chatlog__system-notification-content") is not None
        edited = any(message.find(mark, skip=_QUOTED) for mark in _EDITED)
        kind = MessageKind.SYSTEM if notice else MessageKind.EDITED if edited else MessageKind.TEXT
        builder.add(key or name, text, _moment(message) or _written(message, group, times), kind, name=name or None)


def _author(node: Node) -> tuple[str, str] | None:
    found = next((found for mark in _AUTHORS if (found := node.find(mark, skip=_QUOTED)) is not None), None)
    return None if found is None else (found.attributes.get("data-user-id", ""), found.text())


def _moment(message: Node) -> datetime | None:
    number = message.attributes.get("data-message-id", "") or message.attributes.get("id", "").rpartition("-")[2]
    if not (number.isascii() and number.isdecimal() and _SHORTEST_ID <= len(number) <= _LONGEST_ID):
        return None
    return _FIRST + timedelta(milliseconds=int(number) >> 22)


def _written(message: Node, group: Node, times: WrittenTimes) -> datetime | str:
    for node in (message, group):
        found = node.find("chatlog__short-timestamp") or node.find("chatlog__timestamp")
        if found is not None:
            return times.moment(found.attributes.get("title") or found.text()) or "no date"
    return "no date"


READER = Reader(
    name="discord_html",
    attribution=Attribution.ACCOUNT,
    description="DiscordChatExporter HTML: a channel's page, or a folder or zip of such pages and their parts",
    accepts=("file", "folder", "zip"),
    keeps=("times", "edits", "media", "system notices"),
    limit="deleted messages are not in the export; files that are newest first are not reversed",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Better: choose the format JSON (see the format discord).",
            "In DiscordChatExporter, choose the channel or direct message and the format HTML.",
            "Give the page, or the folder of all pages.",
        ),
        kept=("ids of senders", "times, from the ids of messages", "edits", "system notices"),
        lost=("deleted messages", "text of quoted messages", "embeds"),
        source="MessageGroupTemplate.cshtml of Tyrrrz/DiscordChatExporter and public readers of older pages",
        seen="its templates of 2018 to 2026",
    ),
)
