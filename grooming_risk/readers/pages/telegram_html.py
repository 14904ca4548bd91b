"""Reader of Telegram Desktop's HTML export: `messages.html`, `messages2.html`, … of a chat, or of all chats.

Source: export_output_html.cpp of telegramdesktop/tdesktop, and public readers of exports from 2018 to 2026. A message
is a `div` of class "message" with an id: "default" is a message, "service" a notice, and a service with a negative id a
line with the day. A "joined" message has no name and belongs to the sender before it. Times are written as
"01.03.2026 19:02:11 UTC+01:00"; exports before 2022 leave the zone out. Forwarded text counts as the forwarder's.
Polls contain words of their author.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grooming_risk.conversation import Attribution, MessageKind
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.builder import ConversationBuilder
from grooming_risk.readers.base.contract import DateOrder, Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.html_records import Node, html_records
from grooming_risk.readers.base.page_members import by_folder, pages_of, read_each
from grooming_risk.readers.base.written_times import WrittenTimes

_PAGE = re.compile(r"messages\d{0,6}\.html")
_MARKS = ("<title>Exported Data</title>", "page_wrap")
_FORWARDED = frozenset(("forwarded",))
_VIA = re.compile(r" via @\S{1,64}\Z")
_BETTER = (
    "the HTML export keeps neither ids nor edits; the JSON export does (Export chat history > Machine-readable JSON)"
)


def _is_page(head: str) -> bool:
    return all(mark in head for mark in _MARKS) or ('class="message default clearfix' in head and "from_name" in head)


def _recognizes(export: Export) -> bool:
    return bool(pages_of(export, _PAGE, _is_page))


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    members = pages_of(export, _PAGE, _is_page) or [export.member()]

    def chat(identifier: str, pages: list[str]) -> Iterator[ReadConversation]:
        return _chat(export, identifier, pages, options)

    yield from read_each(by_folder(members), chat)


def _chat(export: Export, identifier: str, pages: list[str], options: ReadingOptions) -> Iterator[ReadConversation]:
    builder = ConversationBuilder(identifier or "1", options.limits)
    builder.warn(_BETTER)
    times, writer, found = WrittenTimes(DateOrder.DAY_MONTH_YEAR), "", False
    for page in pages:
        for node in html_records(export.chunks(page), export.where(page), _is_message):
            found = True
            if not builder.refused:
                writer = _add(builder, node, times, writer)
    if not found:
        raise UnsupportedFormatError(
            f"{export.where(pages[0])} has no message of a Telegram page; choose a format with --from"
        )
    yield from builder.build()


def _is_message(tag: str, attributes: dict[str, str]) -> bool:
    return tag == "div" and "message" in attributes.get("class", "").split() and "id" in attributes


def _add(builder: ConversationBuilder, node: Node, times: WrittenTimes, writer: str) -> str:
    """Add a message and return who wrote it, to whom a joined message after it belongs."""
    if node.has("service"):
        if not node.attributes["id"].removeprefix("message").startswith("-"):
            builder.add("", "", builder.time_of(len(builder) - 1) if len(builder) else None, MessageKind.SYSTEM)
        return writer
    date = node.find("date", skip=_FORWARDED)
    moment = times.moment(date.attributes.get("title", "")) if date else None
    name = node.find("from_name", skip=_FORWARDED)
    if name is not None:
        writer = _VIA.sub("", name.text()).rstrip()
    texts = [text.text() for text in node.all("text") if not text.has("bold")]
    texts += [part.text() for part in (*node.all("question"), *node.all("answer"))]
    builder.add(writer, "\n".join(filter(None, texts)), moment or "no date")
    return writer


READER = Reader(
    name="telegram_html",
    attribution=Attribution.NAME,
    description="Telegram Desktop, HTML: messages.html of a chat with its other pages, or the folder of all chats",
    accepts=("file", "folder", "zip"),
    keeps=("times", "media", "system notices"),
    limit="edits and ids are not in the HTML export, so two people with one name are one speaker; the JSON export has "
    "both",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Better: export as JSON (see the format telegram).",
            "Open Telegram Desktop, open the chat, then ⋮ > Export chat history.",
            "Set the format to Human-readable HTML.",
            "Give the folder, so that all pages of a chat are read.",
        ),
        kept=("names", "times, with their zone since 2022", "forwarded text", "notices, without text", "polls"),
        lost=("ids of senders", "edits", "deleted messages", "secret chats", "text of quoted messages"),
        source="export_output_html.cpp of telegramdesktop/tdesktop and public readers of its pages",
        seen="pages of 2018 to 2026",
    ),
)
