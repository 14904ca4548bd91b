"""Read a text export by its grammar: which lines begin a message, and which give the day.

Times are converted once all lines are read, because the order of day and month is inferred from all of them. Lines that
begin nothing continue the message before them, so a message of several lines can imitate the head of another; messages
whose time does not fit their place are marked.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from grooming_risk.conversation import Doubt, MessageKind
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.builder import ConversationBuilder
from grooming_risk.readers.base.contract import ReadConversation, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.page_members import read_each
from grooming_risk.readers.base.time_order import TimeOrder
from grooming_risk.readers.base.written_times import WrittenTimes

NOT_UTF8 = "the file is not UTF-8 and was read as Windows-1252; save it as UTF-8 if letters are wrong"
_DAY_IN_NAME = re.compile(r"(?<!\d)(\d{4})[-._](\d{2})[-._](\d{2})(?!\d)")
_LOOKED_INTO = 200
_NO_HEAD = "lines before the first message, left out"


# One is made for every message, and a frozen one takes three times as long to make.
@dataclass(slots=True)
class Head:
    """The begin of a message or a notice.

    Attributes:
        name: Name of the speaker, "" when unknown.
        at: Time or clock as written, in a form that `WrittenTimes` reads.
        text: First line of the text.
        kind: Kind, where the line alone shows it.
        alone: Whether no further line belongs to it.
    """

    name: str = field(repr=False)
    at: str = ""
    text: str = field(default="", repr=False)
    kind: MessageKind = MessageKind.TEXT
    alone: bool = False


def _none(_line: str) -> None:
    return None


def _plain(text: str) -> tuple[str, MessageKind]:
    return text, MessageKind.TEXT


@dataclass(frozen=True, slots=True)
class Grammar:
    """What the lines of a format mean.

    Attributes:
        head: Returns the begin of a message, or None.
        day: Returns the day that a line gives to those after it, or None.
        ignored: Returns a value for lines that are neither messages nor parts of one, or None.
        content: Returns the text and kind of a message from all its lines.
        legacy: Whether files may be older than UTF-8.
        preface: Whether other lines may precede the first message, such as a title.
    """

    head: Callable[[str], Head | None]
    day: Callable[[str], str | None] = _none
    ignored: Callable[[str], object] = _none
    content: Callable[[str], tuple[str, MessageKind]] = _plain
    legacy: bool = False
    preface: bool = False


def log_members(export: Export, suffixes: tuple[str, ...], is_log: Callable[[str], bool]) -> list[str]:
    """Return the members of an export that are logs.

    Args:
        export: Any export.
        suffixes: Endings of the names of logs in folders and zips.
        is_log: Whether the head of a member is that of a log.

    Returns:
        The members; those after the first 200 are not looked into when none of these is a log.
    """
    if len(export.names) == 1:
        return [name for name in export.names if is_log(export.head(name))]
    named = [name for name in export.names if name.lower().endswith(suffixes)]
    if not any(is_log(export.head(name)) for name in islice(named, _LOOKED_INTO)):
        return []
    return [name for name in named if is_log(export.head(name))]


def read_logs(
    export: Export, members: list[str], grammar: Grammar, options: ReadingOptions
) -> Iterator[ReadConversation]:
    """Read each log as one conversation.

    Args:
        export: The export.
        members: Its logs; none for the only member.
        grammar: What their lines mean.
        options: Order of dates and limits.

    Yields:
        The conversations.

    Raises:
        UnsupportedFormatError: If the only log has no message.
    """
    members = members or [export.member()]
    chats = {"1" if len(members) == 1 else member: [member] for member in members}

    def chat(identifier: str, names: list[str]) -> Iterator[ReadConversation]:
        return _read_log(export, names[0], identifier, grammar, options)

    yield from read_each(chats, chat)


def head_lines(head: str, most: int = 40) -> list[str]:
    """Return the first lines of a member that are not blank, without the last one where it may be cut."""
    lines = head.replace("\r\n", "\n").lstrip("\ufeff").split("\n")
    lines = lines[:-1] if len(lines) > 2 and len(head) > 2_000 else lines
    return [line for line in lines if line.strip()][:most]


def _read_log(
    export: Export, member: str, identifier: str, grammar: Grammar, options: ReadingOptions
) -> Iterator[ReadConversation]:
    encoding = export.encoding(member) if grammar.legacy else None
    builder = ConversationBuilder(identifier, options.limits)
    times = WrittenTimes(options.date_order, options.clock_hours)
    log = _Collected(grammar, times, _day_in(export.where(member)))
    for line in export.lines(member, encoding):
        log.add(line)
        if len(log.texts) > options.limits.most_messages:  # the builder will refuse it
            break
    log.end()
    if not log.texts:
        raise UnsupportedFormatError(
            f"{export.where(member)} has no message in this format; choose another with --from"
        )
    for warning in (*((NOT_UTF8,) if encoding == "cp1252" else ()), *times.warnings()):
        builder.warn(warning)
    _fill(builder, log, times)
    yield from builder.build()


def _day_in(name: str) -> str:
    found = _DAY_IN_NAME.search(name)
    return "-".join(found.groups()) if found else ""


class _Written:
    """Times as written, packed: as strings they would take as much memory as the texts of short messages."""

    def __init__(self) -> None:
        self._bytes, self._lengths = bytearray(), array("L")
        self._last: str | None = None

    def add(self, written: str) -> None:
        """Add a time, or "" for none."""
        data = b"" if written == self._last else f"{written}\0".encode("utf-8", "surrogatepass")
        self._bytes += data
        self._lengths.append(len(data))  # 0: the time of the message before
        self._last = written

    def __iter__(self) -> Iterator[str]:
        start, written = 0, ""
        for length in self._lengths:
            if length:
                written = self._bytes[start : start + length - 1].decode("utf-8", "surrogatepass")
            start += length
            yield written


class _Collected:
    """The messages of a log, with their times as written, while its lines are read."""

    def __init__(self, grammar: Grammar, times: WrittenTimes, day: str) -> None:
        self.names: list[str] = []  # one for each message, as the three after it
        self.texts: list[str] = []
        self.kinds: list[MessageKind] = []
        self.written = _Written()
        self.left_out: dict[int, int] = {}  # position of the next message → lines that belong to none
        self._day_of, self._head_of, self._ignored = grammar.day, grammar.head, grammar.ignored
        self._content, self._preface, self._times = grammar.content, grammar.preface, times
        self._head: Head | None = None
        self._day = self._head_day = day
        self._lines: list[str] = []
        self._known: dict[str, str] = {}  # names, each held once

    def add(self, line: str) -> None:
        """Read the next line."""
        given = self._day_of(line)
        if given is not None:
            self.end()
            self._day = given
        elif (head := self._head_of(line)) is not None:
            self.end()
            self._head, self._head_day, self._lines = head, self._day, [head.text]
        elif self._ignored(line) is None:
            self._go_on(line)

    def _go_on(self, line: str) -> None:
        """Continue the message, if there is one."""
        if self._head is None:
            if line.strip() and not self._preface:
                at = len(self.texts)
                self.left_out[at] = self.left_out.get(at, 0) + 1
        elif not self._head.alone:
            self._lines.append(line)

    def end(self) -> None:
        """End the message, if there is one."""
        head, self._head = self._head, None
        if head is None:
            return
        text, kind = self._content("\n".join(self._lines).rstrip().removeprefix("\n"))
        written = f"{self._head_day} {head.at}" if head.at else ""
        if written:
            self._times.add(written)
        self.written.add(written)
        self.names.append(self._known.setdefault(head.name, head.name))
        self.texts.append(text)
        self.kinds.append(kind if head.kind is MessageKind.TEXT else head.kind)


def _fill(builder: ConversationBuilder, log: _Collected, times: WrittenTimes) -> None:
    order, undecided = TimeOrder(), times.undecided
    before, moment = "", None
    for column in (log.names, log.texts, log.kinds):
        column.reverse()  # each message is let go of, so that a long log is not held twice
    for position, written in enumerate(log.written):
        for _ in range(log.left_out.get(position, 0)):
            builder.notice(_NO_HEAD)
        if written != before:  # most messages have the minute of the one before
            before, moment = written, times.moment(written) if written and not undecided else None
        builder.add(log.names.pop(), log.texts.pop(), moment, log.kinds.pop())
        if builder.refused:
            return
        late = order.add(len(builder) - 1, moment)
        if late:
            builder.doubt(Doubt.OUT_OF_ORDER, *late)
