"""Text of other people as text that can do no harm where it is shown: in a table, in a file of lines, in XML."""

from __future__ import annotations

import re

from grooming_risk.rendering.html import markup

# What makes a spreadsheet read a cell as a formula, in their full-width forms too, and what it strips before it looks.
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# What a spreadsheet turns into a number or a date: ids of more than 15 digits lose their last ones, 007 its zeros, and
# 1-2 becomes a day of this year.
_CHANGED = re.compile(r"[0-9]{16,}|0[0-9]+|[0-9]+[.,:/%eE+-][0-9.,:/%eE+-]*")
# XML 1.0 has no place for these.
_NO_CHARACTERS = re.compile("[\ufffe\uffff]")


def visible(text: str) -> str:
    """Return a text on one line, with characters that cannot be seen or that reorder others named, as in [U+202E].

    Args:
        text: anything, including control characters and halves of surrogate pairs.

    Returns:
        Characters that UTF-8 and XML 1.0 can hold. Symbols of control characters and names are visible; the text can be
        read but no longer be compared byte for byte, for which case.json is there.
    """
    return _NO_CHARACTERS.sub(lambda found: f"[U+{ord(found[0]):04X}]", markup.visible(text))


def cell(text: str) -> str:
    """Return a text that a spreadsheet shows and does not calculate.

    Args:
        text: anything.

    Returns:
        The visible text, with an apostrophe before what could begin a formula, and before digits that a spreadsheet
        would show as another number or as a date.
    """
    shown = visible(text)
    changed = shown.lstrip().startswith(_FORMULA) or _CHANGED.fullmatch(shown.strip())
    return f"'{shown}" if changed else shown
