"""Convert a Slack message (control sequences, escapes, blocks, attachments) to the plain text its sender wrote.

Slack escapes `&`, `<` and `>` once and puts control sequences between `<` and `>` (docs.slack.dev, formatting message
text; mentions, links and dates as in Zulip's importer, zerver/data_import/slack_message_conversion.py). An emoji
is stored in `text` as its name; `blocks` contain its code points. Clients show the blocks; apps may send them without a
text, or with a shorter one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from grooming_risk.readers.base.shown_text import says_more

# Texts that Slack itself writes in place of blocks that a client cannot show.
_PLACEHOLDERS = ("This content can't be displayed.", "[no preview available]")
# Other `<` and `>` are escaped, so a sequence contains neither. Matching is linear: a failed match ends at a `<`.
_SEQUENCE = re.compile(r"<([^<>]+)>")
_EMOJI = re.compile(r":([\w+'-]{1,100}):")
_LINES = ("rich_text_section", "rich_text_preformatted", "rich_text_quote", "section", "header", "context")


@dataclass(frozen=True, slots=True)
class Directory:
    """Names of ids in an export.

    Attributes:
        people: User id → display name.
        channels: Channel id → name.
    """

    people: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)


def written(row: Mapping[str, Any], directory: Directory) -> str:
    """Return the text that the sender wrote or forwarded, "" for a file alone; raise TypeError for an invalid text."""
    text = row.get("text")
    if text is not None and not isinstance(text, str):
        raise TypeError
    if isinstance(row.get("file"), dict):
        return plain(_with_old_file(row, text or ""), directory)
    blocks, attachments = _dictionaries(row.get("blocks")), _dictionaries(row.get("attachments"))
    words = plain(_with_emoji(text or "", blocks), directory)
    shown = "".join(_leaves(blocks, directory)).strip()
    if not words.strip() or (blocks and words in _PLACEHOLDERS):
        words = shown
    elif says_more(shown, words):
        words = f"{words}\n{shown}"
    # Attachments of a text are previews of its links, unless the sender forwarded a message.
    passed_on = [part for part in attachments if part.get("is_share")] if words else attachments
    return "\n".join(part for part in (words, *(_attached(part, directory) for part in passed_on)) if part)


def plain(text: str, directory: Directory) -> str:
    """Return the text without control sequences, unescaped once."""
    pieces, at = [], 0
    for match in _SEQUENCE.finditer(text):
        pieces += [_unescaped(text[at : match.start()]), _sequence(match.group(1), directory)]
        at = match.end()
    return "".join([*pieces, _unescaped(text[at:])])


def _unescaped(text: str) -> str:
    """Undo the three escapes of Slack; `&amp;lt;` becomes `&lt;`, and other entities were typed by somebody."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _sequence(inner: str, directory: Directory) -> str:
    target, _, label = (_unescaped(part) for part in inner.partition("|"))
    if target.startswith("@"):
        return "@" + (directory.people.get(target[1:]) or label or target[1:])
    if target.startswith("#"):
        return "#" + (label or directory.channels.get(target[1:]) or target[1:])
    if target.startswith("!"):
        return label or "@" + target[1:].partition("^")[0]
    # A label that Slack derived from the address adds nothing.
    return f"{label} ({target})" if label and not target.endswith(label) else label or target


def _with_old_file(row: Mapping[str, Any], text: str) -> str:
    """Return the comment on a file; before 2018 it was part of "<@U1> uploaded a file: <…|title> and commented: …"."""
    for holder in (row.get("comment"), row["file"].get("initial_comment")):
        comment = holder.get("comment") if isinstance(holder, dict) else None
        if isinstance(comment, str):
            return comment
    return text.partition("> and commented: ")[2]


def _with_emoji(text: str, blocks: list[dict[str, Any]]) -> str:
    found = {
        node["name"]: _emoji(node)
        for node in (_nodes(blocks) if ":" in text else ())
        if isinstance(node, dict) and node.get("type") == "emoji" and isinstance(node.get("name"), str)
    }
    return _EMOJI.sub(lambda match: found.get(match.group(1), match.group()), text) if found else text


def _emoji(node: Mapping[str, Any]) -> str:
    try:
        return "".join(chr(int(point, 16)) for point in node["unicode"].split("-"))
    except (KeyError, AttributeError, ValueError, OverflowError):
        return f":{node.get('name')}:"


def _attached(part: Mapping[str, Any], directory: Directory) -> str:
    words = [plain(part[name], directory) for name in ("pretext", "title", "text") if isinstance(part.get(name), str)]
    words = [word for word in words if word.strip()]
    inner = "".join(_leaves(_dictionaries(part.get("blocks")), directory)).strip()
    fallback = part.get("fallback")
    if words or inner or not isinstance(fallback, str) or fallback in _PLACEHOLDERS:
        return "\n".join(words) or inner
    return plain(fallback, directory)


def _leaves(blocks: list[dict[str, Any]], directory: Directory) -> Iterator[str]:
    for node in _nodes(blocks):
        if isinstance(node, str):
            yield node
        elif node.get("type") in ("mrkdwn", "plain_text") and isinstance(node.get("text"), str):
            yield plain(node["text"], directory)
        else:
            yield _rich(node, directory)


def _rich(node: Mapping[str, Any], directory: Directory) -> str:
    """Return the text of an element of a rich text block, which is not escaped."""
    kind = node.get("type")
    if kind == "text":
        return _string(node, "text")
    if kind == "user":
        user = _string(node, "user_id")
        return "@" + (directory.people.get(user) or user)
    if kind == "channel":
        channel = _string(node, "channel_id")
        return "#" + (directory.channels.get(channel) or channel)
    if kind == "link":
        text, url = _string(node, "text"), _string(node, "url")
        return f"{text} ({url})" if text and not url.endswith(text) else text or url
    if kind == "broadcast":
        return "@" + _string(node, "range")
    return _emoji(node) if kind == "emoji" else ""


def _string(node: Mapping[str, Any], key: str) -> str:
    value = node.get(key)
    return value if isinstance(value, str) else ""


def _nodes(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any] | str]:
    """Yield blocks and their content in reading order, without recursion because the sender controls the nesting."""
    waiting: list[Any] = blocks[::-1]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node, dict) and node.get("type") not in ("actions", "image"):
            yield node
            if node.get("type") in _LINES:
                waiting.append("\n")
            for key in ("fields", "elements", "text"):
                inside = node.get(key)
                waiting += _dictionaries(inside if isinstance(inside, list) else [inside])[::-1]


def _dictionaries(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
