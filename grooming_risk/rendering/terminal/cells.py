"""Text for a terminal: made harmless, measured in columns, cut, wrapped; and what the terminal can show."""

from __future__ import annotations

import shutil
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TextIO

from grooming_risk.rendering.terminal.sparkline import BLOCKS, PLAIN

LEAST = 66  # columns that the table needs where indices have six digits; a narrower terminal breaks its lines
_JOINERS = "\u200c\u200d"  # letters of several scripts and emoji need them, and they move nothing
_MARKS = 4  # marks on one letter; scripts need three or four, a thousand would paint over the lines above
_UNSEEN = "\ufffd"
_BOLD, _DIM, _RAISED, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[1;35m", "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Characters that a table draws with.

    Attributes:
        levels: of the sparkline, lowest first.
        raised: parts of a bar's last column, thinnest first; the last one fills a column.
        lowered: fills a column of a bar of counter-evidence.
        ellipsis: stands for what was cut.
    """

    levels: str
    raised: str
    lowered: str
    ellipsis: str


_UNICODE = Glyphs(BLOCKS, "▏▎▍▌▋▊▉█", "░", "…")
_ASCII = Glyphs(PLAIN, "#", "-", "...")


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where text goes.

    Attributes:
        columns: its width.
        encoding: of what is written to it.
        color: whether to use ANSI codes. The colours are legible on light and on dark ground, and never say alone
            what they say.
    """

    columns: int = 80
    encoding: str = "utf-8"
    color: bool = False

    @classmethod
    def of(cls, stream: TextIO, color: bool) -> Terminal:
        """The terminal that this process writes to; 80 columns where the output is none."""
        columns = shutil.get_terminal_size((80, 24)).columns
        return cls(max(columns, LEAST), getattr(stream, "encoding", None) or "ascii", color)

    @property
    def glyphs(self) -> Glyphs:
        """Blocks, or ASCII characters where the encoding has no blocks."""
        every = _UNICODE.levels + _UNICODE.raised + _UNICODE.lowered + _UNICODE.ellipsis
        return _UNICODE if self.safe(every) == every else _ASCII

    def safe(self, text: str) -> str:
        """Harmless text, with a question mark for what the encoding lacks."""
        return harmless(text).encode(self.encoding, "replace").decode(self.encoding)

    def bold(self, text: str) -> str:
        """Bold, where there are colours."""
        return self._paint(text, _BOLD)

    def dim(self, text: str) -> str:
        """Dim, where there are colours."""
        return self._paint(text, _DIM)

    def raised(self, text: str) -> str:
        """What asks for review, or raised the score."""
        return self._paint(text, _RAISED)

    def _paint(self, text: str, code: str) -> str:
        return f"{code}{text}{_RESET}" if self.color and text else text


def harmless(text: str) -> str:
    """One line that moves no cursor, sets no colour, and reorders nothing beside it.

    Line ends, tabs and other spaces become spaces. Controls, marks of writing direction, characters that cannot be
    seen, private and unassigned ones and lone surrogates become U+FFFD, but for the joiners of letters and emoji. Of
    many marks on one letter the first few stay.
    """
    if text.isascii() and text.isprintable():
        return text
    shown: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks > _MARKS:
            continue
        if category in ("Zs", "Zl", "Zp") or character in "\t\n\r\v\f":
            character = " "
        elif category[0] == "C" and character not in _JOINERS:
            character = _UNSEEN
        shown.append(character)
    return "".join(shown)


def width(text: str) -> int:
    """Columns that harmless text takes: two for wide characters, none for marks and joiners."""
    return len(text) if text.isascii() else sum(map(_columns, text))


@lru_cache(maxsize=4_096)
def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me") or character in _JOINERS or "\u1160" <= character <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def pad(text: str, columns: int) -> str:
    """With spaces up to this width."""
    return text + " " * (columns - width(text))


def cut(text: str, columns: int, ellipsis: str) -> str:
    """Within this width; what is cut goes from the middle, since names of one export differ in their ends."""
    if width(text) <= columns:
        return text
    room = columns - width(ellipsis)
    end = _fitting(text[::-1], room // 3)[::-1]
    while end and width(end[0]) == 0:  # a mark must not move over to the ellipsis
        end = end[1:]
    return _fitting(text, room - width(end)) + ellipsis + end


def wrap(text: str, columns: int) -> list[str]:
    """Lines of at most this width, broken at spaces where there are any; at least one line.

    Args:
        text: harmless text.
        columns: at least 2, so that a wide character fits.
    """
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width(longer) <= columns:
            line = longer
            continue
        if line:
            lines.append(line)
        while width(word) > columns:
            lines.append(_fitting(word, columns))
            word = word[len(lines[-1]) :]
        line = word
    return [*lines, line] if line or not lines else lines


def flow(items: list[str], columns: int) -> list[str]:
    """Lines of items with commas between them, an item on one line where it fits."""
    lines: list[str] = []
    for place, item in enumerate(items):
        text = f"{item}," if place < len(items) - 1 else item
        if lines and width(lines[-1]) + 1 + width(text) <= columns:
            lines[-1] += f" {text}"
        else:
            lines += wrap(text, columns)
    return lines


def _fitting(text: str, columns: int) -> str:
    """The longest beginning within this width, with the marks on its last letter."""
    taken = 0
    for place, character in enumerate(text):
        taken += _columns(character)
        if taken > columns:
            return text[:place]
    return text
