"""What a person wrote in the content of a Matrix message.

Read for this: the specification's modules "Rich replies" (with the fallback of v1.3, not sent since v1.13),
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
_TAG = re.compile(r"<[^<>]*>")


def written(content: Mapping[str, Any], *, reply: bool) -> str:
    """What the sender wrote; "" for a file without a caption.

    Args:
        content: of a message, or the new content of an edit.
        reply: whether the message answers another, so that it may begin with a quotation.

    Raises:
        TypeError: it has no text where a message has one.
    """
    body = content.get("body")
    if content.get("msgtype") in FILES:
        caption = content.get("filename")
        if caption is None or caption == body or content.get("msgtype") == "m.location":
            return ""
    if not isinstance(body, str):
        raise TypeError
    if reply:
        body = _without_quotation(body)
    return "\n".join(part for part in (body, _hidden_by_format(body, content.get("formatted_body"))) if part)


def asked(content: Mapping[str, Any]) -> str:
    """Question and answers of a poll.

    Raises:
        TypeError: it has none.
    """
    poll = next((content[key] for key in POLLS if key in content), content.get("m.poll"))
    if not isinstance(poll, dict) or not isinstance(poll.get("answers"), list):
        raise TypeError
    return "\n".join(filter(None, map(_text, [poll.get("question"), *poll["answers"]])))


def _text(block: object) -> str:
    """Text of an extensible event: stable, or as it was tried out."""
    if not isinstance(block, dict):
        return ""
    parts = block.get("m.text")
    if isinstance(parts, list):
        parts = next((part.get("body") for part in parts if isinstance(part, dict)), None)
    candidates = (parts, block.get("org.matrix.msc1767.text"), block.get("body"))
    return next((text for text in candidates if isinstance(text, str)), "")


def _without_quotation(body: str) -> str:
    """The reply without the lines that repeat what it answers; all of it when nothing else is in it."""
    if not body.startswith(("> <", "> * <")):
        return body
    lines = body.split("\n")
    quoted = next((number for number, line in enumerate(lines) if not line.startswith("> ")), len(lines))
    rest = "\n".join(lines[quoted:]).removeprefix("\n")
    return rest if rest.strip() else body


def _hidden_by_format(body: str, formatted: object) -> str:
    """What clients show instead of `body`, where it says more."""
    if not isinstance(formatted, str):
        return ""
    before, opened, quotation = formatted.partition("<mx-reply>")
    shown = before + quotation.rpartition("</mx-reply>")[2] if opened else formatted
    shown = html.unescape(_TAG.sub(" ", shown))
    return " ".join(shown.split()) if says_more(shown, body) else ""
