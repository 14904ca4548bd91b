"""Reader of Facebook Messenger's and Instagram's download as HTML: `message_1.html`, … in the folder of a thread.

Meta publishes no schema. The marks below are those of pages that public readers were written for: a box of the class
"_a6-g" (until 2021 "_2lej") holds the sender ("_a6-h"; "_2lek"), the content ("_a6-p"; "_2let") and the date ("_a6-o";
"_2lem"). Pages are newest first, and times have minutes (since 2025 seconds) and no zone. Dates are written in the
language of the account: names of months are read in the languages of `base.written_times`. Reactions are lists inside
the content and are left out. Sentences of the platform are recognized as in JSON; see `sentences`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from grooming_risk.conversation import Attribution, MessageKind
from grooming_risk.errors import InputTooLargeError, UnsupportedFormatError
from grooming_risk.readers.base.builder import ConversationBuilder
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.html_records import Node, html_records
from grooming_risk.readers.base.page_members import by_folder, pages_of, read_each
from grooming_risk.readers.base.times import by_time
from grooming_risk.readers.base.written_times import WrittenTimes
from grooming_risk.readers.messenger.sentences import known_names, sentence_kind

_PAGE = re.compile(r"message_\d{1,6}\.html")
_BOX, _SENDER, _CONTENT, _DATE = ("_a6-g", "_2lej"), ("_a6-h", "_2lek"), ("_a6-p", "_2let"), ("_a6-o", "_2lem")
# The style sheet comes first and fills the head of the page, so what is asked for is short.
_META = re.compile(r"(?i)<html>\s{0,9}<head>.{0,2000}<base href=|_a6-g|_3-95|uiBoxWhite", re.DOTALL)
_BETTER = "the HTML download has no exact times; the JSON download does (choose the format JSON)"


@dataclass(frozen=True, slots=True)
class _Row:
    sender: str = field(repr=False)
    text: str = field(repr=False)
    at: str


def _is_page(head: str) -> bool:
    return _META.search(head) is not None


def _recognizes(export: Export) -> bool:
    if len(export.names) == 1:
        marks = (*_BOX, "uiBoxWhite", "_3-95")
        return "<html" in export.head() and any(mark in export.head() for mark in marks)
    return bool(pages_of(export, _PAGE, _is_page))


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    members = pages_of(export, _PAGE, _is_page) or [export.member()]

    def chat(folder: str, pages: list[str]) -> Iterator[ReadConversation]:
        identifier = folder.rpartition("/")[2].rpartition("_")[2] or "1"
        return _chat(export, identifier, pages, options)

    yield from read_each(by_folder(members), chat)


def _chat(export: Export, identifier: str, pages: list[str], options: ReadingOptions) -> Iterator[ReadConversation]:
    rows = _rows(export, pages, options.limits.most_messages)
    times = WrittenTimes(options.date_order, options.clock_hours)
    if not rows:
        raise UnsupportedFormatError(
            f"{export.where(pages[0])} has no message of Messenger or Instagram; give the folder of a thread in inbox"
        )
    for row in rows:
        times.add(row.at)
    builder = ConversationBuilder(identifier, options.limits)
    builder.warn(_BETTER)
    for warning in times.warnings():
        builder.warn(warning)
    names = known_names({row.sender for row in rows})
    for row, moment in _in_order(rows, times):
        kind = sentence_kind(row.text, names) or MessageKind.TEXT
        builder.add(row.sender, row.text, moment if moment or times.undecided else row.at or "no date", kind)
    yield from builder.build()


def _rows(export: Export, pages: list[str], most: int) -> list[_Row]:
    rows: list[_Row] = []
    for page in pages:
        for node in html_records(export.chunks(page), export.where(page), _is_box):
            row = _row(node)
            if row is not None:
                rows.append(row)
            if len(rows) > most:
                raise InputTooLargeError(f"{export.where(page)}: the thread has more than {most} messages; split it")
    return rows


def _is_box(tag: str, attributes: dict[str, str]) -> bool:
    return tag in ("div", "section") and any(mark in attributes.get("class", "").split() for mark in _BOX)


def _row(node: Node) -> _Row | None:
    sender, content, date = (_first(node, marks) for marks in (_SENDER, _CONTENT, _DATE))
    if date is None or content is None:  # the box that lists the participants
        return None
    text = content.text(frozenset(("_a6-q",)))
    return _Row(sender.text() if sender else "", text, date.text())


def _first(node: Node, marks: tuple[str, ...]) -> Node | None:
    return next((found for mark in marks if (found := node.find(mark)) is not None), None)


def _in_order(rows: list[_Row], times: WrittenTimes) -> Sequence[tuple[_Row, datetime | None]]:
    """Return the rows oldest first; those of one minute are reversed unless the page is oldest first."""
    timed = [(row, None if times.undecided else times.moment(row.at)) for row in rows]
    known = [moment for _, moment in timed if moment is not None]
    if not known or known[0] >= known[-1]:
        timed.reverse()
    return by_time(timed, [moment for _, moment in timed])


READER = Reader(
    name="messenger_html",
    attribution=Attribution.NAME,
    description="Facebook Messenger or Instagram, HTML: a message_N.html, a thread's folder, the download",
    accepts=("file", "folder", "zip"),
    keeps=("times", "deletions", "media", "system notices"),
    limit="times have minutes and no zone (read as UTC); dates are read in eighteen languages; speakers are names",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Better: choose the format JSON (see the format messenger).",
            "Accounts Center > Your information and permissions > Export your information > Messages.",
            "Give the downloaded zip, or the folder of one thread in messages/inbox.",
        ),
        kept=("times to the minute", "unsent messages, without text", "calls and other notices"),
        lost=("ids of senders", "seconds and zones of times", "edits", "reactions"),
        source="public readers of the pages; Meta publishes no schema",
        seen="pages of 2020 to 2026",
    ),
)
