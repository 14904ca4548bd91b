"""Reader of the pages of imessage-exporter (ReagentX): one HTML file for each chat.

Source: example.html and the writers of ReagentX/imessage-exporter, versions 1 to 3. A `div` of class "message" holds a
"sent" or "received" `div` with a timestamp, a sender ("Me" for the owner) and parts with bubbles; a `div` of class
"announcement" is a notice. Replies are shown under the message that they answer and repeated at their own place, where
they are read. Edited parts are tables, whose last row is the final text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from grooming_risk.conversation import Attribution, MessageKind
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.builder import ConversationBuilder
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.html_records import Node, html_records
from grooming_risk.readers.base.page_members import pages_of, read_pages
from grooming_risk.readers.base.written_times import WrittenTimes

_PAGE = re.compile(r".{1,250}\.html")
_MARK = re.compile(
    r'<div class ?="(?:message|announcement)">\s{0,99}(?:<div class="(?:sent|received)|<p><span class="timestamp")'
    r"|\.message_part\b|\.received \.message|\.sent\.iMessage"
)
_REPLIES = frozenset(("replies", "reactions", "tapbacks"))
_READ = re.compile(r" ?\((?:Read|Delivered)[^()]{0,120}\)\Z")


def _is_page(head: str) -> bool:
    return _MARK.search(head) is not None


def _recognizes(export: Export) -> bool:
    return bool(pages_of(export, _PAGE, _is_page))


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    def chat(identifier: str, page: str) -> Iterator[ReadConversation]:
        return _chat(export, identifier, page, options)

    yield from read_pages(export, _PAGE, _is_page, chat)


def _chat(export: Export, identifier: str, page: str, options: ReadingOptions) -> Iterator[ReadConversation]:
    builder, times, found = ConversationBuilder(identifier, options.limits), WrittenTimes(), False
    for node in html_records(export.chunks(page), export.where(page), _is_message):
        found = True
        if not builder.refused:
            _add(builder, node, times)
    if not found:
        raise UnsupportedFormatError(
            f"{export.where(page)} has no message of an imessage-exporter page; choose a format with --from"
        )
    yield from builder.build()


def _is_message(tag: str, attributes: dict[str, str]) -> bool:
    return tag == "div" and attributes.get("class", "").strip() in ("message", "announcement")


def _add(builder: ConversationBuilder, node: Node, times: WrittenTimes) -> None:
    moment = _moment(node, times)
    if node.has("announcement"):
        builder.add("", "", moment, MessageKind.SYSTEM)
        return
    own = node.find("sent", skip=_REPLIES) is not None
    sender = node.find("sender", skip=_REPLIES)
    name = sender.text() if sender else ""
    edited = node.all("edited", skip=_REPLIES)
    texts = [part.text(pre=True) for part in node.all("bubble", skip=_REPLIES | {"edited"})]
    for part in edited:
        cells = part.tags("td")
        texts.append((cells[-1] if cells else part).text())
    kind = MessageKind.EDITED if edited else MessageKind.TEXT
    if node.find("unsent", skip=_REPLIES) is not None and not any(texts):
        kind = MessageKind.DELETED
    builder.add("" if own else name, "\n".join(filter(None, texts)), moment, kind, name=name or None)


def _moment(node: Node, times: WrittenTimes) -> datetime | str:
    written = node.find("timestamp", skip=_REPLIES)
    return times.moment(_READ.sub("", written.text())) or "no date" if written else "no date"


READER = Reader(
    name="imessage_html",
    attribution=Attribution.NAME,
    description="imessage-exporter (Mac, iPhone backups), HTML: a chat's page, or the folder of all chats",
    accepts=("file", "folder", "zip"),
    keeps=("times", "edits", "deletions", "media", "system notices"),
    limit="times have no zone (read as UTC); speakers are names or numbers; English only",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Install imessage-exporter (github.com/ReagentX/imessage-exporter).",
            "Run it with -f html.",
            "Give a chat's .html, or the folder that it wrote.",
        ),
        kept=("times to the second", "names or numbers", "edits", "unsent messages, without text", "notices"),
        lost=("ids", "zones of times", "reactions", "earlier texts of edited messages"),
        source="example.html and writers of ReagentX/imessage-exporter; unverified in other languages",
        seen="pages of versions 1 to 3",
    ),
)
