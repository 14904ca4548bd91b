"""Whether what a client shows says more than the plain text beside it.

Exports hold some messages twice, plain and with a layout. Both are meant to say the same, but the sender's program
writes both and clients show the second, so words could stand there that a reader of the first would never see.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"\w+")


def says_more(shown: str, text: str) -> bool:
    """Whether `shown` has a word that `text` lacks; layout, order and repetition do not count."""
    if shown in text:
        return False
    return not set(_WORD.findall(text.casefold())).issuperset(_WORD.findall(shown.casefold()))
