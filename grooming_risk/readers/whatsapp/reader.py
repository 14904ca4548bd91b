"""Reader of WhatsApp's "Export chat": `_chat.txt` (iPhone) or `WhatsApp Chat with NAME.txt` (Android), alone or zipped.

There is no published schema. Line heads are described in `header` and WhatsApp's own wordings in `phrases`, both with
their sources. The file is read twice: first for the shape of its heads, the order of its dates and its names, then for
the messages.

A line without a head continues the message before it, and nothing is escaped, so a message of several lines can contain
a forged head with another person's name. Some forgeries can be detected, and are marked message by message (`Doubt`): a
head whose shape differs from the first one is read as text; times that go back, names that appear only once and out of
order, and in an export with CR LF after each message (iPhones) heads after a bare LF are doubtful. A forged head with
the right shape, a known name and a plausible time cannot be detected: who wrote what rests on printed names.

Quoted replies, reactions and votes are not in the export. A line without a name is a notice only when it is one of
`notices`, and belongs to the person of the chat that it begins with; any other is read as words of the person before
it. In an iPhone's group export, the group itself is the author of notices.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from itertools import islice
from pathlib import PurePosixPath

from grooming_risk.conversation import Attribution, Doubt, MessageKind
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.builder import ConversationBuilder
from grooming_risk.readers.base.contract import DateOrder, Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.date_order import OrderInference
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.time_order import TimeOrder
from grooming_risk.readers.whatsapp.content import content_of
from grooming_risk.readers.whatsapp.header import FIRST_YEAR, Head, moment_of, possible_orders, read_head
from grooming_risk.readers.whatsapp.notices import is_notice
from grooming_risk.readers.whatsapp.phrases import OPENINGS, plain

# A name that contains ": " is recognized because all its messages begin alike. People who address somebody in every
# message look the same: of 4,500 public chats, 242 had three such messages, none had eight and met the other conditions
# of `_Survey.long_names`.
_ALIKE = 8
_LONGEST_NAME = 100
# Suffixes of other programs' exports; a folder with these is not a chat with its media.
_NOT_MEDIA = {".json", ".jsonl", ".csv", ".tsv", ".zip", ".log", ".md", ".html"}
_QUOTE = re.compile('["”„«“]')
_SENT = re.compile(r"\d{8}-")  # 00000002-plan.txt
_ENOUGH = 2  # heads without any name behind them that speak against a chat
_CRLF_SHARE = 0.8  # of the heads; from here on a head after a bare LF is an exception


def _recognizes(export: Export) -> bool:
    if export.shape == "folder" and any(PurePosixPath(name).suffix.lower() in _NOT_MEDIA for name in export.names):
        return False
    return _chat(export) is not None


def _chat(export: Export) -> str | None:
    """Return the member with the chat, or None when there is none or more than one."""
    texts = [name for name in export.names if name.lower().endswith(".txt") or export.shape == "file"]
    chats = [name for name in texts if name.rpartition("/")[2] == "_chat.txt"]
    if len(chats) == 1:  # an iPhone numbers the files sent in the chat, which may be another chat's file
        texts = chats + [name for name in texts if name not in chats and not _SENT.match(PurePosixPath(name).name)]
    found = islice((name for name in texts if _begins_like_chat(export.head(name))), 2)
    first, second = next(found, None), next(found, None)
    return first if second is None else None


def _begins_like_chat(head: str) -> bool:
    lines = head.lstrip("\r\n").split("\n")
    found = [(line_head, line) for line in lines if (line_head := read_head(line)) is not None]
    # Text copied from Teams has such heads too, with a name alone behind them.
    named = len(found) < _ENOUGH or any(":" in line[line_head.end :] for line_head, line in found)
    return read_head(lines[0]) is not None and named


@dataclass(slots=True)
class _Survey:
    """Facts collected in the first pass over a file."""

    shape: tuple[object, ...] | None = None
    heads: int = 0
    order: OrderInference = field(default_factory=lambda: OrderInference(FIRST_YEAR))
    names: Counter[str] = field(default_factory=Counter)
    longer: Counter[tuple[str, str]] = field(default_factory=Counter)  # possible parts of names that contain ": "
    unmarked: set[str] = field(default_factory=set)  # names with a message that does not begin with U+200E
    title: str | None = None  # author of a first line about encryption
    after_crlf: int = 0  # heads after a line that ended in CR LF

    def add(self, head: Head, rest: str) -> None:
        first, self.shape = self.shape is None, head.shape
        self.heads += 1
        self.order.add(head.numbers, possible_orders(head))
        name, body = _split(rest, frozenset())
        if name is None:
            return
        self.names[name] += 1
        if first and body.startswith("\u200e") and plain(body).startswith(OPENINGS):
            self.title = name
        if not body.startswith("\u200e"):
            self.unmarked.add(name)
        second, _, _ = body.partition(": ")
        if second.strip() and len(second) < min(len(body), _LONGEST_NAME):
            self.longer[name, second] += 1

    def ends_in_crlf(self) -> bool:
        """Return whether nearly every message ends in CR LF, so that a bare LF ends a line inside a message."""
        return self.after_crlf >= _CRLF_SHARE * max(1, self.heads - 1)

    def long_names(self) -> frozenset[str]:
        """Return names that contain ": ", unless the part behind it addresses somebody: "@ben: ", "Ben: "."""
        people = {word.casefold() for name in self.names for word in (name, name.partition(" ")[0])}
        return frozenset(
            f"{name}: {second}"
            for (name, second), count in self.longer.items()
            if count >= _ALIKE
            and count == self.names[name]
            and second.lstrip("@").casefold() not in people
            and not second.startswith("@")
        )

    def group(self) -> str | None:
        """Return the group's name where an iPhone writes it as the author of notices; a chat of two has no group."""
        return self.title if self.title not in self.unmarked and len(self.names) > 2 else None


def _split(rest: str, long_names: Set[str]) -> tuple[str | None, str]:
    """Split the text behind a head into name and body; the name is None for a notice."""
    name, colon, body = rest.partition(":")
    if not colon or (body and not body[0].isspace()):
        name, colon, body = rest.partition(": ")
        colon = colon.strip()
    else:
        body = body[1:]
    if not colon or not name.strip() or len(name) > _LONGEST_NAME or (_QUOTE.search(name) and _opens_quote(name)):
        return None, rest
    second, more, longer_body = body.partition(": ")
    if more and f"{name}: {second}" in long_names:
        return f"{name}: {second}", longer_body
    return name, body


def _opens_quote(name: str) -> bool:
    """Return whether a quotation begins and does not end: a group's subject in a notice, which may hold a colon."""
    return any(name.count(mark) % 2 for mark in '"”„«') or name.count("“") > name.count("”")


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    name = export.names[0] if export.shape == "file" else _chat(export)
    if name is None:
        raise UnsupportedFormatError(
            f"{export.name} contains no WhatsApp chat or several; give one chat's .txt or its zip"
        )
    survey = _Survey()
    crlf = False
    for line in export.lines(name, ends=True):
        head = read_head(line)
        if head is not None and survey.shape in (None, head.shape):
            survey.after_crlf += crlf
            survey.add(head, line[head.end :].removesuffix("\r"))
        crlf = line.endswith("\r")
        if survey.heads > options.limits.most_messages:  # the builder will refuse it
            break
    if survey.shape is None:
        raise UnsupportedFormatError(
            f"{export.where(name)} has no line of a WhatsApp chat; choose a format with --from"
        )
    builder = ConversationBuilder("1", options.limits)
    order = survey.order.order(options.date_order)
    if order is None and survey.order.one_day:
        order = DateOrder.DAY_MONTH_YEAR
        builder.warn(
            "day and month cannot be distinguished; all messages are of one day, so only the date may be wrong"
        )
    if order is None:
        raise UnsupportedFormatError(
            f"{export.where(name)}: its dates can be read as day/month or as month/day; choose with "
            "--date-order dmy or --date-order mdy (date_order of ReadingOptions)"
        )
    _fill(builder, export, name, survey, order)
    yield from builder.build()


@dataclass(slots=True)
class _Entry:
    """A head with all its lines.

    Attributes:
        head: The head.
        rest: Everything behind it.
        inside: Whether it follows a line end that only messages of several lines have.
        foreign: Whether one of its lines looks like a head of another export.
    """

    head: Head
    rest: str = field(repr=False)
    inside: bool
    foreign: bool


def _fill(builder: ConversationBuilder, export: Export, chat: str, survey: _Survey, order: DateOrder) -> None:
    files = frozenset(PurePosixPath(name).name for name in export.names)
    names = frozenset(survey.names) | survey.long_names()
    people, times, writer = names - {survey.group()}, TimeOrder(), ""
    for entry in _entries(export, chat, survey):
        moment = moment_of(entry.head, order)
        name, body = _split(entry.rest, names)
        first, before, doubt = not len(builder), len(builder), None
        if name is None or name == survey.group():
            if is_notice(body, people, first=first):
                author, text, kind = name or _actor(entry.rest, names), "", MessageKind.SYSTEM
            else:
                author, text, kind, doubt = writer, body, MessageKind.TEXT, Doubt.NO_NAME
        else:
            author = writer = name
            text, kind = content_of(body, files, first=first)
        builder.add(author, text, moment or "no date", kind)
        if builder.refused:
            return
        last = len(builder) - 1
        late = times.add(last, moment)
        once = late and survey.names.get(author) == 1
        if doubt or entry.foreign or entry.inside or once:
            found = doubt or (Doubt.HEAD_INSIDE if entry.foreign else Doubt.MAY_BE_INSIDE)
            builder.doubt(found, *range(before, last + 1))
        if late:
            builder.doubt(Doubt.OUT_OF_ORDER, *late)


def _entries(export: Export, chat: str, survey: _Survey) -> Iterator[_Entry]:
    """Yield the heads of the file's own shape, each with all its lines."""
    head: Head | None = None
    lines: list[str] = []
    inside = foreign = False
    crlf, strict = True, survey.ends_in_crlf()
    for line in export.lines(chat, ends=True):
        found, words = read_head(line), line.removesuffix("\r")
        if found is not None and found.shape == survey.shape:
            if head is not None:
                yield _Entry(head, "\n".join(lines), inside, foreign)
            head, lines, inside, foreign = found, [words[found.end :]], strict and not crlf, False
        else:
            foreign = foreign or found is not None
            lines.append(words)
        crlf = line.endswith("\r")
    if head is not None:
        yield _Entry(head, "\n".join(lines), inside, foreign)


def _actor(notice: str, names: Set[str]) -> str:
    """Return the name of the chat with which a notice begins, or "" when there is none."""
    words = notice[:_LONGEST_NAME].split(" ")
    ends = (" ".join(words[:count]) for count in range(min(len(words), 8), 0, -1))
    return next((name for name in ends if name in names), "")


READER = Reader(
    name="whatsapp",
    attribution=Attribution.NAME,
    description='WhatsApp "Export chat": _chat.txt, "WhatsApp Chat with NAME.txt", or its zip',
    accepts=("file", "folder", "zip"),
    keeps=("times", "edits", "deletions", "media", "system notices"),
    limit="times have no zone (read as UTC); lines of a message can imitate heads; names are the exporter's contacts",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Open the chat. Android: ⋮ > More > Export chat. iPhone: the chat's name > Export Chat.",
            "Choose Without Media; the text is the same.",
            "Give the .txt or the .zip.",
        ),
        kept=(
            "times to the minute (Android) or second (iPhone)",
            "edits",
            "deletions, without text",
            "calls",
        ),
        lost=(
            "zones of times",
            "ids of senders: names are the exporter's contacts",
            "quoted replies and reactions",
        ),
        source="lucasrodes/whatstk, starkdmi/whats_json and notes on exports of 2.26; WhatsApp publishes no schema",
        seen="exports until WhatsApp 2.26 (2026), in the languages of the tables",
    ),
)
