"""Reader of IRC logs: irssi, WeeChat, ZNC, HexChat and XChat, mIRC, and others that write `[12:34] <nick> text`.

The forms of lines and their sources are in `line`. A file is one conversation; files of one folder that are named by
day (ZNC: `2026-03-01.log`) form one conversation, in the order of their names.

Nick changes are followed, so a person remains one speaker; a nick that nobody changed to belongs to its first user.
Clients that write only the time of day give the date when the log is opened and when the day changes; ZNC gives it in
the file name. Without any date, days are counted from 2000-01-01, and a clock that goes back by more than two hours
begins the next day. Times without a zone are the logger's local time and read as UTC. HexChat and mIRC 6 mark notices
like actions; there, an action that imitates a whole notice (`/me has left`) is read as one. Lines in an unknown form
count as notices.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from pathlib import PurePosixPath

from grooming_risk.conversation import Attribution, MessageKind
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.builder import ConversationBuilder
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.irc.line import Line, read_line

_SUFFIXES = {".log", ".txt", ".weechatlog", ".irc"}
_NAMED_BY_DAY = re.compile(r"(?:.{0,120}?[._-])?(?P<year>\d{4})-?(?P<month>\d{2})-?(?P<day>\d{2})$")
_UNDATED = date(2000, 1, 1)
_NEXT_DAY = timedelta(hours=2)
# Minimum share of a file's first lines that must be lines of a log.
_SURE = 0.8


def _recognizes(export: Export) -> bool:
    if export.shape == "file":
        return _looks_like_log(export.head())
    logs = [name for name in export.names if PurePosixPath(name).suffix.lower() in _SUFFIXES]
    return (
        bool(logs) and len(logs) == len(export.names) and all(_looks_like_log(export.head(name)) for name in logs[:20])
    )


def _looks_like_log(head: str) -> bool:
    lines = [line.rstrip("\r") for line in head.split("\n")]
    lines = [line for line in (lines[:-1] or lines) if line.strip()]
    read = [read_line(line, marked=False) for line in lines]
    said = sum(line is not None and line.clock is not None for line in read)
    return (
        bool(read) and read[0] is not None and said > 0 and sum(line is not None for line in read) >= _SURE * len(read)
    )


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    if export.shape == "file":
        yield from _conversation(export, "1", list(export.names), options)
        return
    logs = [name for name in export.names if PurePosixPath(name).suffix.lower() in _SUFFIXES]
    if not logs:
        raise UnsupportedFormatError(f"{export.name} contains no .log file; give the folder of an IRC client's logs")
    for folder, names in groupby(logs, key=_together):
        yield from _conversation(export, folder, list(names), options)


def _together(name: str) -> str:
    """Return the key that files of one conversation share: their folder where names are days, else the name."""
    path = PurePosixPath(name)
    match = _NAMED_BY_DAY.match(path.stem)
    return name if match is None else (path.stem[: match.start("year")].rstrip("._-") or str(path.parent))


def _conversation(
    export: Export, identifier: str, names: list[str], options: ReadingOptions
) -> Iterator[ReadConversation]:
    builder = ConversationBuilder(identifier, options.limits)
    log = _Log(builder)
    for name in names:
        log.begin(PurePosixPath(name).stem)
        for line in export.lines(name):
            if builder.refused:
                break
            if line.strip():
                log.add(line)
    if len(builder) and not log.known:
        raise UnsupportedFormatError(f"{export.where(names[0])} has no line of an IRC log; choose a format with --from")
    yield from log.build()


class _Log:
    """State while the lines of a log are read: the day and the nicks. `known` tells whether any line was recognized."""

    def __init__(self, builder: ConversationBuilder) -> None:
        self._builder, self.known = builder, False
        self._day: date | None = None
        self._latest: datetime | None = None
        self._marked = False
        self._people: dict[str, str] = {}  # nick → the person's first nick, both without case
        self._shown: dict[str, str] = {}  # the person's first nick as written

    def begin(self, stem: str) -> None:
        """Begin a new file, whose name may contain its day."""
        match = _NAMED_BY_DAY.match(stem)
        try:
            self._day = date(*map(int, match.group("year", "month", "day"))) if match else self._day
        except ValueError:
            return

    def add(self, text: str) -> None:
        """Add the next line that is not blank."""
        line = read_line(text, marked=self._marked)
        if line is None:
            self._builder.notice("lines in an unknown form, read as notices")
            self._builder.add("", "", self._latest, MessageKind.SYSTEM)
            return
        self.known = True
        self._marked = self._marked or line.marked
        if line.clock is None:
            self._change_day(line.day)
            return
        moment = self._moment(line, line.clock)
        if line.renamed is not None:
            old, new = line.renamed
            self._people[new.casefold()] = self._people.pop(old.casefold(), old.casefold())
        if line.text is not None:
            person = self._person(line.nick)
            self._builder.add(person, line.text, moment, name=self._shown[person])
            return
        # People who only join and leave are not speakers.
        actor = self._people.get(line.nick.casefold(), line.nick.casefold())
        actor = actor if actor in self._shown else ""
        self._builder.add(actor, "", moment, MessageKind.SYSTEM, name=self._shown.get(actor))

    def build(self) -> Iterator[ReadConversation]:
        """Yield the conversation."""
        if self._day is None and self._latest is not None:
            self._builder.warn("the log contains no dates; days were counted from 2000-01-01")
        yield from self._builder.build()

    def _person(self, nick: str) -> str:
        key = nick.casefold()
        person = self._people.get(key, key)
        self._shown.setdefault(person, nick)
        return person

    def _change_day(self, day: tuple[int, int, int] | None) -> None:
        if day is not None:
            self._day = date(*day)

    def _moment(self, line: Line, clock: time) -> datetime:
        if line.day is not None and line.day[0]:
            self._change_day(line.day)
        elif line.day is not None:
            self._day = self._with_year(line.day)
        counted = self._day is None
        day = self._day or (self._latest.date() if self._latest else _UNDATED)
        moment = datetime.combine(day, clock, line.offset or UTC)
        if counted and self._latest is not None and self._latest - moment > _NEXT_DAY:
            moment += timedelta(days=1)
        self._latest = moment
        return moment

    def _with_year(self, day: tuple[int, int, int]) -> date | None:
        """Add the year that XChat leaves out: that of the start of the log, and the next one after December."""
        _, month, number = day
        year = self._day.year if self._day else _UNDATED.year
        if self._day is not None and self._day.month == 12 and month == 1:
            year += 1
        try:
            return date(year, month, number)
        except ValueError:
            return self._day


READER = Reader(
    name="irc",
    attribution=Attribution.NAME,
    description="IRC log: irssi, WeeChat, ZNC, HexChat, mIRC and others with <nick> lines",
    accepts=("file", "folder", "zip"),
    keeps=("times", "system notices"),
    limit="IRC has no edits, deletions or media; some logs have no dates or zones (read as UTC)",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Find the client's log folder (irssi: ~/irclogs; WeeChat, HexChat, mIRC: logs in its settings folder).",
            "Give the channel's .log file or the folder.",
        ),
        kept=("nick changes", "times, with dates where the client logs them"),
        lost=("zones of most logs", "edits and deletions, which IRC does not have"),
        source="parsers and docs/FORMATS of PISG/pisg, znc/znc modules/log.cpp, irssi's default settings",
        seen="logs of irssi, WeeChat up to 4.8, ZNC, HexChat, XChat, mIRC 6",
    ),
)
