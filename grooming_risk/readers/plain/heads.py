"""Recognize how a plain text marks who wrote what: the shape of the line that begins a message.

The shapes are those of typed transcripts and of text copied from chat windows: Discord ("Name — 03/01/2026 7:02 PM"),
Slack and Element ("Name  7:02 PM"), Teams ("[1/3 19:02] Name"), Skype ("[01.03.2026 19:02:11] Name: text"), and
subtitles. They were collected from public examples; clients in other languages may differ. All repetitions in the
patterns are bounded, so matching takes constant time for any line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from grooming_risk.readers.base.written_times import STAMP

_NAME = r"(?P<name>[^\s:<>\[\](){}|][^:\n<>\[\]|]{0,60}?)"
_SAFE_NAME = r"(?P<name>[^\W\d_][^:\n<>\[\](){}|/\\=;\"]{0,40}?)"
_AT = rf"(?P<at>{STAMP})"
_TEXT = r"(?: (?P<text>.*)|(?P<empty>))\Z"
_BAR = r"[ \t]?[|\t][ \t]?"
_MARK = "[\u200e\u200f\ufeff]?"


@dataclass(frozen=True, slots=True)
class Shape:
    """One way to begin a message.

    Attributes:
        name: Name of the shape.
        pattern: Matches a whole line; groups "name", "text" and, with times, "at".
        alone: Whether the head is a line without text, and the text follows below it.
    """

    name: str
    pattern: re.Pattern[str]
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Start:
    """The begin of a message. Its `repr` hides name and text.

    Attributes:
        name: Name of the speaker.
        at: Time as written, or "".
        text: First line of the text.
    """

    name: str = field(repr=False)
    at: str
    text: str = field(repr=False)


# With a time first, since "Name: text" would match many of them.
SHAPES: tuple[Shape, ...] = (
    Shape("[time] name: text", re.compile(rf"\A{_MARK}\[{_AT}\] ?{_NAME}:{_TEXT}", re.DOTALL)),
    Shape("(time) name: text", re.compile(rf"\A{_MARK}\({_AT}\) ?{_NAME}:{_TEXT}", re.DOTALL)),
    Shape("time - name: text", re.compile(rf"\A{_MARK}{_AT}(?: ?[-–—|>,] ?|\t| {{1,3}}){_NAME}:{_TEXT}", re.DOTALL)),
    Shape("time | name | text", re.compile(rf"\A{_AT}{_BAR}{_NAME}{_BAR}(?P<text>.*)\Z", re.DOTALL)),
    Shape("name (time): text", re.compile(rf"\A{_NAME} ?[\[(]{_AT}[\])]:{_TEXT}", re.DOTALL)),
    Shape("name, time: text", re.compile(rf"\A{_NAME}(?:,| [-–—]) {_AT}:{_TEXT}", re.DOTALL)),
    Shape("name - time, text below", re.compile(rf"\A{_NAME} ?[-–—•·,] ?{_AT}(?P<text>)\Z"), alone=True),
    Shape("[time] name, text below", re.compile(rf"\A\[{_AT}\] {_NAME}(?P<text>)\Z"), alone=True),
    Shape("name  time, text below", re.compile(rf"\A{_NAME}(?: {{1,4}}|\t)[\[(]?{_AT}[\])]?(?P<text>)\Z"), alone=True),
    Shape("name: text", re.compile(rf"\A{_SAFE_NAME}:(?: |\t)(?P<text>.*)\Z", re.DOTALL)),
)
# Lines of subtitles between messages.
SUBTITLE = re.compile(r"\d{1,6}\Z|(?:\d{1,2}:)?\d{2}:\d{2}[,.]\d{1,3} --> [^\n]{1,60}\Z|WEBVTT[^\n]{0,60}\Z")
_PLACE = re.compile(r"(?:https?|ftp|mailto|file|[A-Za-z])\Z")
# "Note: …" and such lines are common in any text; two speakers who take turns are not.
_PLAIN = SHAPES[-1]
_PLAIN_SURE = 0.5
_MOST_NAMES = 12
# Labels of fields, as in lists that apps write ("Date: …", "Link: …"), which nobody is called.
_LABELS = frozenset(
    [
        "date",
        "time",
        "datetime",
        "link",
        "url",
        "subject",
        "from",
        "to",
        "cc",
        "type",
        "status",
        "id",
        "ip",
        "video",
        "comment",
        "sound",
        "method",
        "hashtag",
        "device",
        "network",
        "datum",
        "uhrzeit",
        "betreff",
        "von",
        "an",
        "fecha",
        "asunto",
        "objet",
    ]
)


def start_of(shape: Shape, line: str) -> Start | None:
    """Return the start of a message, or None when a line does not begin one."""
    found = shape.pattern.match(line.rstrip(" "))
    if found is None:
        return None
    name = found["name"].strip()
    if not name or _PLACE.match(name) or (shape is _PLAIN and (name.count(" ") > 3 or found["text"].startswith("//"))):
        return None
    groups = found.groupdict()
    return Start(name, groups.get("at") or "", groups.get("text") or "")


def shape_of(lines: Sequence[str]) -> Shape | None:
    """Find the shape of the first lines of a text.

    Args:
        lines: Lines that are not blank.

    Returns:
        The shape that most lines have and the first line has, or None when the lines do not look like messages.
    """
    lines = [line for line in lines if not SUBTITLE.match(line)]
    best, most = None, 0
    for shape in SHAPES:
        found = [start for line in lines if (start := start_of(shape, line)) is not None]
        first = bool(lines) and start_of(shape, lines[0]) is not None
        if len(found) > most and first and _plausible(shape, found, len(lines)):
            best, most = shape, len(found)
    return best


def _plausible(shape: Shape, found: Sequence[Start], lines: int) -> bool:
    names = {start.name for start in found}
    if shape is not _PLAIN:
        return len(names) <= max(_MOST_NAMES, len(found) // 2)
    turns = sum(one.name != other.name for one, other in pairwise(found))
    if any(name.casefold() in _LABELS for name in names):
        return False
    repeated = len(found) > len(names) or (len(names) == 2 == len(found))
    return len(found) >= max(2, _PLAIN_SURE * lines) and len(names) <= _MOST_NAMES and repeated and turns >= 1
