"""Reader of Teams conversations that an eDiscovery export holds as pages of HTML.

Microsoft publishes no schema of its transcripts, and no sample of one is public. What is public is the markup that a
converter of "Purview Teams HTML" reads (class TeamsChatConverter, 2026): a table of `td.chat-label` and `td.chat-data`
with the rows "Display names", "Local user" and "Case time zone"; then one `label` per message with the class
"sent-message-wrapper", "received-message-wrapper" or "unknown-direction-message-wrapper" and an id such as
"message339", which holds elements of the classes "message-sender", "message-date" and "message-text". The words of the
table are those of forensic programs, so the pages may come from a program that opened the export; pages of other
markup are refused. Times are written in the time zone of the case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grooming_risk.conversation import Attribution
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.builder import ConversationBuilder
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.html_records import Node, html_records
from grooming_risk.readers.base.page_members import pages_of, read_pages
from grooming_risk.readers.base.written_times import WrittenTimes

_PAGE = re.compile(r".{1,250}\.html?")
_MARK = re.compile(r"\b(?:sent|received|unknown-direction)-message-wrapper\b")
_TABLE = re.compile(r'(?s)class="chat-label\b.{0,2000}class="chat-data\b')
_WRAPPERS = frozenset(("sent-message-wrapper", "received-message-wrapper", "unknown-direction-message-wrapper"))
_CELLS = frozenset(("chat-label", "chat-header", "chat-data"))
_UTC = re.compile(r"(?i)\(?(?:UTC|GMT)(?:[+-]00:?00)?\)?(?: .{0,80})?\Z")
_ZONE = "case time zone"
_LOCAL = "times are in the time zone that the page names and were read as UTC"


def _is_page(head: str) -> bool:
    return _MARK.search(head) is not None or _TABLE.search(head) is not None


def _recognizes(export: Export) -> bool:
    return bool(pages_of(export, _PAGE, _is_page))


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    def chat(identifier: str, page: str) -> Iterator[ReadConversation]:
        return _chat(export, identifier, page, options)

    yield from read_pages(export, _PAGE, _is_page, chat)


def _chat(export: Export, identifier: str, page: str, options: ReadingOptions) -> Iterator[ReadConversation]:
    times = WrittenTimes(options.date_order, options.clock_hours)
    found: list[tuple[str, str, str]] = []
    label, zone = "", ""
    for node in html_records(export.chunks(page), export.where(page), _is_record):
        if node.tag == "td":
            zone = node.text() if label == _ZONE and not zone else zone
            label = "" if node.has("chat-data") else node.text().strip(" :").casefold()
            continue
        message = _part(node, "message-sender"), _part(node, "message-date"), _part(node, "message-text")
        times.add(message[1])
        found.append(message)
        if len(found) > options.limits.most_messages:  # the builder will refuse it
            break
    if not found:
        raise UnsupportedFormatError(
            f"{export.where(page)} has no message in the markup of a Teams transcript; choose a format with --from"
        )
    builder = ConversationBuilder(identifier, options.limits)
    for warning in (*times.warnings(), *([_LOCAL] if zone and not _UTC.match(zone) else [])):
        builder.warn(warning)
    for sender, date, text in found:
        builder.add(sender, text, None if times.undecided else times.moment(date) or "no date")
    yield from builder.build()


def _is_record(tag: str, attributes: dict[str, str]) -> bool:
    if tag not in ("label", "td"):
        return False
    return not (_WRAPPERS if tag == "label" else _CELLS).isdisjoint(attributes.get("class", "").split())


def _part(node: Node, name: str) -> str:
    part = node.find(name)
    return part.text() if part else ""


READER = Reader(
    name="teams_html",
    attribution=Attribution.NAME,
    description="Microsoft Teams, HTML conversations of an eDiscovery export: a page, or the folder of all pages",
    accepts=("file", "folder", "zip"),
    keeps=("times", "media"),
    limit="times are in the zone of the case (read as UTC); edits, deletions and notices are read as text",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "An administrator searches the chats in Microsoft Purview: eDiscovery > the case > Search.",
            "Add them to a review set with Organize conversations into HTML transcript, and export it.",
            "Give one page, or the folder NativeFiles.",
            "Better: the messages as JSON from the Graph API (see the format teams), which keep ids and zones.",
        ),
        kept=("names as shown", "times"),
        lost=("ids of senders", "zones of times", "edits, deletions and notices as such", "files"),
        source="a public converter of such pages (TeamsChatConverter, 2026); Microsoft publishes no schema, and pages "
        "of other markup are refused; unverified on an export",
        seen="the markup of that converter",
    ),
)
