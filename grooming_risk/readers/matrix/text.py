"""Extract the text that a person wrote from the content of a Matrix message.

Sources: the specification's modules "Rich replies" (with the fallback of v1.3, not sent since v1.13),
"Event replacements", "m.room.message" and polls (MSC3381); ruma's `remove_plain_reply_fallback`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from grooming_risk.readers.base.shown_text import says_more

FILES = ("m.image", "m.file", "m.video", "m.audio", "m.location")
POLLS = ("m.poll.start", "org.matrix.msc3381.poll.start")
# `Location geo:51.5,-0.1;u=20 at 2026-03-01T19:02:00.000Z` (Element); anything more was written by somebody.
_COORDINATES = re.compile(r"(?:[^\W\d]{1,20} )?geo:[-\d.,;=u]{1,80}(?: (?:at|as of) [-\dT:.+Z]{1,40})?")
_TAG = re.compile(r"<[^<>]*>")


def written(content: Mapping[str, Any], *, reply: bool) -> str:
    """Return the text of a message.

    Args:
        content: Content of a message, or the new content of an edit.
        reply: Whether the message answers another, so that it may begin with a quotation.

    Returns:
        The text; "" for a file without a caption.

    Raises:
        TypeError: If a message that must have a text has none.
    """
    body = content.get("body")
    if content.get("msgtype") == "m.location":
        return _place(content)
    if content.get("msgtype") in FILES:
        caption = content.get("filename")
        if caption is None or caption == body:
            return ""
    if not isinstance(body, str):
        raise TypeError
    if reply:
        body = _without_quotation(body)
    return "\n".join(part for part in (body, _hidden_by_format(body, content.get("formatted_body"))) if part)


def asked(content: Mapping[str, Any]) -> str:
    """Return the question and answers of a poll; raise TypeError when it has none."""
    poll = next((content[key] for key in POLLS if key in content), content.get("m.poll"))
    if not isinstance(poll, dict) or not isinstance(poll.get("answers"), list):
        raise TypeError
    return "\n".join(filter(None, map(_text, [poll.get("question"), *poll["answers"]])))


def _place(content: Mapping[str, Any]) -> str:
    """Return what the sender of a place calls it; clients write a body with the coordinates themselves."""
    body = content.get("body")
    found = [body if isinstance(body, str) and not _COORDINATES.fullmatch(body) else ""]
    for key in ("m.location", "org.matrix.msc3488.location"):
        described = content.get(key)
        description = described.get("description") if isinstance(described, dict) else None
        found.append(description if isinstance(description, str) else "")
    return "\n".join(dict.fromkeys(filter(None, found)))


def _text(block: object) -> str:
    """Return the text of an extensible event, in its stable or its experimental form."""
    if not isinstance(block, dict):
        return ""
    parts = block.get("m.text")
    if isinstance(parts, list):
        parts = next((part.get("body") for part in parts if isinstance(part, dict)), None)
    candidates = (parts, block.get("org.matrix.msc1767.text"), block.get("body"))
    return next((text for text in candidates if isinstance(text, str)), "")


def _without_quotation(body: str) -> str:
    """Return a reply without the lines that quote what it answers, or all of it when nothing else is left."""
    if not body.startswith(("> <", "> * <")):
        return body
    lines = body.split("\n")
    quoted = next((number for number, line in enumerate(lines) if not line.startswith("> ")), len(lines))
    rest = "\n".join(lines[quoted:]).removeprefix("\n")
    return rest if rest.strip() else body


def _hidden_by_format(body: str, formatted: object) -> str:
    """Return the text that clients show instead of `body`, where it has more words."""
    if not isinstance(formatted, str):
        return ""
    before, opened, quotation = formatted.partition("<mx-reply>")
    shown = before + quotation.rpartition("</mx-reply>")[2] if opened else formatted
    shown = html.unescape(_TAG.sub(" ", shown))
    return " ".join(shown.split()) if says_more(shown, body) else ""
