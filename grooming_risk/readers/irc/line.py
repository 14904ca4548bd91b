"""Parse lines of IRC logs: time, nick and text.

Source of the forms, read 2026-11: the parsers and docs/FORMATS of PISG/pisg and mbp/pisg (irssi, mIRC, XChat, WeeChat
up to 4.8), znc/znc modules/log.cpp, and irssi's own default settings: a time alone, in brackets, or with its date, then
`<nick> text`, `nick TAB text` (WeeChat), `* nick acts`, `-nick- notice`, or a notice of the client.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, time, timedelta, timezone

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NICK = r"[^\s]{1,64}"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?"
_STAMP = re.compile(
    r"(?P<open>\[?)"
    r"(?:(?P<year>\d{4})[-/](?P<month>\d{2})[-/](?P<day>\d{2})[T ]|(?P<name>[A-Za-z]{3}) (?P<of>\d{1,2}) )?"
    rf"{_CLOCK}(?P<zone>Z|[+-]\d{{2}}:?\d{{2}})?(?(open)(?P<close>\]?))(?P<gap>\t| {{1,2}})"
)
_SAID = re.compile(r"<[ @+%&~!]?(?P<nick>[^<>\s]{1,64})>(?:[ \t](?P<text>.*))?$", re.DOTALL)
_ACTED = re.compile(r" ?\*{1,2}[ \t][@+%&~!]?(?P<nick>[^\s*][^\s]{0,63})(?: (?P<text>.*))?$", re.DOTALL)
_NOTICED = re.compile(
    r"-(?P<nick>[^\s()!:-][^\s()!:]{0,63}?)(?:\([^\s()]{0,120}\))?(?::[^\s:-]{1,64})?- (?P<text>.*)$", re.DOTALL
)
_WEECHAT = re.compile(r"[@+%&~!]?(?P<nick>[^\s<-][^\s]{0,63})\t(?P<text>.*)$", re.DOTALL)
_MARKED = re.compile(r"(?:-!-|\*\*\*|-->|<--|--|=!=|---)(?:[ \t]|$)")
# HexChat and mIRC 6 write `* nick` before both actions and notices; these are their notices, whole.
_UNMARKED = re.compile(
    rf"\*[ \t]+(?:{_NICK} (?:\([^\s()]{{1,120}}\) )?(?:has (?:joined|left)(?: [(#&][^\s]{{0,64}})?|"
    rf"has quit \([^\n]{{0,300}}\)|is now known as {_NICK}|sets mode: [^\n]{{1,120}}|was kicked by {_NICK}"
    r"(?: \([^\n]{0,300}\))?)"
    rf"|Now talking (?:on|in) {_NICK}|Rejoined channel {_NICK}|You are now known as {_NICK}"
    r"|Disconnected(?: \([^\n]{0,99}\))?"
    rf"|Topic (?:for [#&]{_NICK} |is ')[^\n]{{0,600}}|Set by {_NICK} on [^\n]{{6,40}})$"
)
_ACTOR = re.compile(rf"[ \t*]{{0,4}}(?:(?:Joins|Parts|Quits): )?(?P<nick>{_NICK})")
_RENAMED = re.compile(rf"(?P<old>{_NICK}) is now known as (?P<new>{_NICK})")
_DATED = re.compile(
    r"(?:--- (?:Log opened|Day changed|Log closed)|\*{4} (?:BEGIN|ENDING) LOGGING AT|Session (?:Start|Close|Time):"
    r"|### Log session (?:started|terminated) at)\s+(?P<words>[^\n]{6,40}?)(?: ###)?\s*$"
)
_DAY = re.compile(
    r"(?:[^\W\d]{2,4},? )?(?P<month>[A-Za-z]{3}) +(?P<day>\d{1,2})(?: \d{1,2}:\d{2}(?::\d{2})?)?(?: \w{2,5})? "
    r"(?P<year>\d{4})$"
)
# mIRC's codes for bold, colour, italics and so on are not part of the text.
_CODES = re.compile(r"\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04(?:[0-9a-fA-F]{6})?|[\x02\x0f\x11\x12\x16\x1d\x1e\x1f]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a log. Its `repr` hides nicks and text.

    Attributes:
        clock: Time of day; None when the line has none.
        day: Year, month and day; the year is 0 when only month and day are known. None when the line has no date.
        offset: Offset of the clock from UTC; None for the logger's local time.
        nick: Nick of the speaker; for notices of the client the first word, which may be a nick.
        text: Text of the message; None for notices.
        renamed: Old and new nick.
        marked: Whether this is a notice of a client that marks notices, so that its `* nick` lines are actions.
    """

    clock: time | None
    day: tuple[int, int, int] | None = None
    offset: timezone | None = None
    nick: str = field(default="", repr=False)
    text: str | None = field(default=None, repr=False)
    renamed: tuple[str, str] | None = field(default=None, repr=False)
    marked: bool = False


def read_line(line: str, *, marked: bool) -> Line | None:
    """Parse one line of a log.

    Args:
        line: Line without its end.
        marked: Whether the log's client marks notices differently from actions.

    Returns:
        The parsed line, or None when it matches no known form.
    """
    dated = _DATED.match(line)
    if dated is not None:
        return Line(None, _named_day(dated["words"]))
    if line.startswith(("Session Ident:", "--- ", "**** ")):
        return Line(None)
    stamp = _STAMP.match(line)
    if stamp is None or bool(stamp["open"]) != bool(stamp["close"]):
        return None
    try:
        clock = time(
            int(stamp["hour"]), int(stamp["minute"]), int(stamp["second"] or 0), int(f"{stamp['part'] or 0:0<6}"[:6])
        )
        day, offset = _stamp_day(stamp), _offset(stamp["zone"])
    except ValueError:
        return None
    rest = line[stamp.end() :]
    if stamp["gap"] == "  ":  # irssi indents actions; other clients write one blank
        rest = f" {rest}"
    return _event(rest, Line(clock, day, offset), weechat=stamp["gap"] == "\t", marked=marked)


def _event(rest: str, when: Line, *, weechat: bool, marked: bool) -> Line | None:
    notice = _MARKED.match(rest)
    if notice is not None or (not marked and _UNMARKED.match(rest)):
        renamed = _RENAMED.search(rest[:200])
        pair = (renamed["old"], renamed["new"]) if renamed else None
        actor = _ACTOR.match(rest[notice.end() :] if notice else rest)
        nick = actor["nick"] if actor else ""
        return Line(when.clock, when.day, when.offset, nick, renamed=pair, marked=notice is not None)
    for form in (_SAID, _ACTED, _NOTICED, *((_WEECHAT,) if weechat else ())):
        match = form.match(rest)
        if match is not None:
            return Line(when.clock, when.day, when.offset, match["nick"], _CODES.sub("", match["text"] or ""))
    return None


def _stamp_day(stamp: re.Match[str]) -> tuple[int, int, int] | None:
    if stamp["year"]:
        day = int(stamp["year"]), int(stamp["month"]), int(stamp["day"])
        date(*day)
        return day
    if stamp["name"]:
        return (0, _month(stamp["name"]), int(stamp["of"]))
    return None


def _named_day(words: str) -> tuple[int, int, int] | None:
    match = _DAY.match(words)
    try:
        day = (int(match["year"]), _month(match["month"]), int(match["day"])) if match else None
        return day if day and date(*day) else None
    except ValueError:
        return None


def _month(name: str) -> int:
    return _MONTHS.index(name.lower()) + 1


def _offset(zone: str | None) -> timezone | None:
    if zone is None:
        return None
    if zone == "Z":
        return UTC
    sign = -1 if zone[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:])))
