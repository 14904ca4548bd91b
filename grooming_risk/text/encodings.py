"""Characters written as HTML entities or percent-encoded are read as the characters."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});")
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2})+")
ESCAPES = 2  # percent escapes from which they are decoded; a single one may be a percentage


def decoded(text: str) -> str:
    """Return a text with entities and percent escapes decoded; the same object when it has none."""
    if "&" in text:
        text = _ENTITY.sub(lambda match: unescape(match.group()), text)
    if "%" in text and sum(len(run) // 3 for run in _PERCENT.findall(text)) >= ESCAPES:
        text = _PERCENT.sub(_character, text)
    return text


def _character(match: re.Match[str]) -> str:
    """Return what an escape stands for, or the escape where that is not UTF-8 or cannot be shown."""
    found = unquote(match.group(), errors="replace")
    return found if found.isprintable() and "\ufffd" not in found else match.group()
