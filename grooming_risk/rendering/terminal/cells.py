"""Text for a terminal: made harmless, measured in columns, cut and wrapped; and what the terminal can show."""

from __future__ import annotations

import shutil
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TextIO

from grooming_risk.rendering.terminal.sparkline import BLOCKS, PLAIN

LEAST = 66  # columns that the table needs when indices have six digits; a narrower terminal breaks the lines
_JOINERS = "\u200c\u200d"  # needed by emoji and by the letters of several scripts; they move nothing
_MARKS = 4  # marks kept on one letter; scripts need up to four, and a thousand would paint over the lines above
_UNSEEN = "\ufffd"
_BOLD, _DIM, _RAISED, _SIGN, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[1;35m", "\x1b[35m", "\x1b[0m"
STYLES = frozenset({_BOLD, _DIM, _RAISED, _SIGN, _RESET})


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Characters that tables and bars are drawn with.

    Attributes:
        levels: levels of the sparkline, lowest first.
        raised: parts of the last column of a bar, thinnest first; the last of them fills a column.
        lowered: character that fills a column of a bar of counter-evidence.
        ellipsis: mark for text that was cut out.
    """

    levels: str
    raised: str
    lowered: str
    ellipsis: str


_UNICODE = Glyphs(BLOCKS, "▏▎▍▌▋▊▉█", "░", "…")
_ASCII = Glyphs(PLAIN, "#", "-", "...")


@dataclass(frozen=True, slots=True)
class Terminal:
    """The terminal that text is written to.

    Attributes:
        columns: width.
        encoding: encoding of the output.
        color: whether to use ANSI codes. The colours are legible on light and dark backgrounds, and none of them is
            the only sign of anything.
    """

    columns: int = 80
    encoding: str = "utf-8"
    color: bool = False

    @classmethod
    def of(cls, stream: TextIO, color: bool) -> Terminal:
        """Return the terminal that this process writes to; 80 columns where the output is not a terminal."""
        columns = shutil.get_terminal_size((80, 24)).columns
        return cls(max(columns, LEAST), getattr(stream, "encoding", None) or "ascii", color)

    @property
    def glyphs(self) -> Glyphs:
        """Block characters, or ASCII characters where the encoding has no blocks."""
        every = _UNICODE.levels + _UNICODE.raised + _UNICODE.lowered + _UNICODE.ellipsis
        return _UNICODE if self.safe(every) == every else _ASCII

    def safe(self, text: str) -> str:
        """Return harmless text, with a question mark for each character that the encoding lacks."""
        return harmless(text).encode(self.encoding, "replace").decode(self.encoding)

    def bold(self, text: str) -> str:
        """Return text in bold, where colours are on."""
        return self._paint(text, _BOLD)

    def dim(self, text: str) -> str:
        """Return dim text, where colours are on."""
        return self._paint(text, _DIM)

    def raised(self, text: str) -> str:
        """Return text in the colour of what asks for review or raised the score, where colours are on."""
        return self._paint(text, _RAISED)

    def sign(self, text: str) -> str:
        """Return text in the colour of tactics and cues beside messages, where colours are on."""
        return self._paint(text, _SIGN)

    def _paint(self, text: str, code: str) -> str:
        return f"{code}{text}{_RESET}" if self.color and text else text


def harmless(text: str) -> str:
    """Return text as one line that moves no cursor, sets no colour and reorders nothing beside it.

    Line ends, tabs and other white space become spaces. Control characters, direction marks, invisible, private-use
    and unassigned characters and lone surrogates become U+FFFD; joiners, which emoji and several scripts need, stay.
    Of many marks on one letter, the first few stay.
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
    """Return the columns that harmless text occupies: two for wide characters, none for marks and joiners."""
    return len(text) if text.isascii() else sum(map(_columns, text))


@lru_cache(maxsize=4_096)
def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me") or character in _JOINERS or "\u1160" <= character <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def pad(text: str, columns: int) -> str:
    """Return text followed by spaces up to this width."""
    return text + " " * (columns - width(text))


def cut(text: str, columns: int, ellipsis: str) -> str:
    """Return text cut to this width in the middle, since the names in one export differ at their ends."""
    if width(text) <= columns:
        return text
    room = columns - width(ellipsis)
    end = _fitting(text[::-1], room // 3)[::-1]
    while end and width(end[0]) == 0:  # a mark must not move over to the ellipsis
        end = end[1:]
    return _fitting(text, room - width(end)) + ellipsis + end


def wrap(text: str, columns: int) -> list[str]:
    """Break text into lines, at spaces where there are any.

    Args:
        text: harmless text.
        columns: width of a line, at least 2, so that a wide character fits.

    Returns:
        At least one line.
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
    """Return lines of items separated by commas; an item stays on one line where it fits."""
    lines: list[str] = []
    for place, item in enumerate(items):
        text = f"{item}," if place < len(items) - 1 else item
        if lines and width(lines[-1]) + 1 + width(text) <= columns:
            lines[-1] += f" {text}"
        else:
            lines += wrap(text, columns)
    return lines


def _fitting(text: str, columns: int) -> str:
    """Return the longest beginning within this width, including the marks on its last letter."""
    taken = 0
    for place, character in enumerate(text):
        taken += _columns(character)
        if taken > columns:
            return text[:place]
    return text
