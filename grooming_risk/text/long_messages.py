"""A message that is longer than what is read as one text is read in parts, cut where a sentence or a word ends."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grooming_risk.limits import LONGEST_EXPANSION, written_length

_SENTENCE_END = re.compile(r"(?<=[.!?\u2026\u061f\u06d4\u0964\u3002\uff01\uff1f])\s|\n")


def parts(text: str, most: int) -> Iterator[str]:
    """Yield a text in parts of at most `most` characters, as `written_length` counts them.

    Args:
        text: The text.
        most: Most characters of a part, at least 1.

    Yields:
        The parts; together they are the text.
    """
    if len(text) <= most // LONGEST_EXPANSION or written_length(text) <= most:
        yield text
        return
    for part in _cut(text, most):
        yield from (part,) if written_length(part) <= most else _cut(part, max(1, most // LONGEST_EXPANSION))


def _cut(text: str, most: int) -> Iterator[str]:
    """Yield a text in parts of at most so many characters: cut after a sentence, else after a word, else anywhere."""
    start = 0
    while len(text) - start > most:  # never cut what remains: copying it for each part would be quadratic
        half, end = start + max(1, most // 2), start + most
        cut = max((found.end() for found in _SENTENCE_END.finditer(text, half, end)), default=0)
        cut = cut or text.rfind(" ", half, end) + 1
        cut = cut if cut > start else end
        yield text[start:cut]
        start = cut
    yield text[start:]
