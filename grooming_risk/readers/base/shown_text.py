"""Compare the formatted text that a client shows with the plain text beside it.

Exports contain some messages twice, as plain text and with a layout. Both should say the same, but the sender's program
writes both and clients show the second, so words could be placed there that a reader of the first would never see.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"\w+")


def says_more(shown: str, text: str) -> bool:
    """Return whether `shown` has a word that `text` lacks; layout, order and repetition do not count."""
    if shown in text:
        return False
    return not set(_WORD.findall(text.casefold())).issuperset(_WORD.findall(shown.casefold()))
