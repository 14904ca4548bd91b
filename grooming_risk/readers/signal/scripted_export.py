"""Read the files of signal-export.

Source: carderne/signal-export 3.9.3 (MIT), models.py, create.py, main.py and merge.py, read 2026-11-23.

A folder for each chat with `data.json` and `chat.md`. data.json is JSON lines: `{date (ISO, local), sender ("Me" or a
name), body, quote, sticker, reactions, attachments, deleted, call, missed}`; bodies end with two blanks for Markdown.
chat.md has `[2026-03-01 19:02:00] Name: body  ` with an empty line between messages (before version 3: `[2026-03-01,
19:02]`). There the quote of a reply comes first (`> `), then the text, then reactions `(- Name: ... -)`, stickers and
links to files; a message of several lines can imitate another's head, which is impossible in data.json, so data.json
is preferred. In chat.md, a head without an empty line before it is read as text, and messages whose time does not fit
are doubtful (`Doubt`); a forged head behind an empty line, with a plausible time, cannot be detected. Reactions of
people who wrote nothing are read as words. Speakers are names: the export has no ids. The earlier versions of a message
are its `edits` (only in versions after 3.9.3, see its tests/test_edits.py at e68d3187); chat.md does not mark edited
messages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from pathlib import PurePosixPath
from typing import Any

from grooming_risk.conversation import Attribution, Doubt, Limits, MessageKind
from grooming_risk.readers.base.builder import ConversationBuilder
from grooming_risk.readers.base.contract import ReadConversation
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.json_text import parse_json_lines
from grooming_risk.readers.base.time_order import TimeOrder

_HEAD = re.compile(r"\[(?P<day>\d{4}-\d{2}-\d{2}),? (?P<clock>\d{2}:\d{2}(?::\d{2})?)\] (?P<name>[^:\n]{1,100}): ?")
_MARKDOWN = ("chat.md", "index.md")
# Share of the heads that have an empty line before them; from here on the others are exceptions.
_APART = 0.8
_DELETED = "(This message was deleted)"
_CALL = re.compile(r"(?:Incoming|Outgoing|Missed)(?: voice| video)? call(?: \([a-zA-Z0-9, ]{1,40}\))?")
_REACTIONS = re.compile(r"\(- [^\n]{1,2000} -\)")
# A name of a few words and an emoji; longer texts could be a person's sentence.
_REACTION = re.compile(r"(?:[^\s:]{1,24} ){0,3}[^\s:]{1,24}: [^\sA-Za-z0-9]{1,16}")
_EMOJI = r"(?:sticker|[^\sA-Za-z0-9()\[\]]{1,16})"
_STICKER = re.compile(rf"\(\( {_EMOJI} \)\)|\[{_EMOJI}\]\(\.\./exported_stickers/[^\s()]{{1,200}}\) {{0,2}}")
_FILES = re.compile(
    r"!?\[(?P<name>[^\n\[\]]{1,200})\]\(\./media/(?P<path>[^\s()]{1,300})\) {0,2}"
    r"|\((?:media|attachment) not exported\) {0,2}"
)


def chats_of(export: Export) -> list[str]:
    """Return the members with one chat each: data.json where it exists, otherwise chat.md."""
    names = [name for name in export.names if export.shape == "file" or name.rpartition("/")[2] == "data.json"]
    found = [name for name in names if _is_data(export.head(name))]
    folders = {PurePosixPath(name).parent for name in found}
    markdown = [
        name
        for name in export.names
        if (export.shape == "file" or name.rpartition("/")[2] in _MARKDOWN)
        and PurePosixPath(name).parent not in folders
        and _is_markdown(name, export.head(name))
    ]
    return sorted([*found, *markdown])


def _is_data(head: str) -> bool:
    text = head.lstrip()
    return text.startswith('{"date": "') and '"sender": ' in text and '"body": ' in text


def _is_markdown(name: str, head: str) -> bool:
    """Return whether a file is signal-export's: WhatsApp has the same heads in some countries, without final blanks."""
    text = head.lstrip("\r\n")
    first = text.partition("\n[")[0].rstrip("\r\n")
    return _HEAD.match(text) is not None and (PurePosixPath(name).name in _MARKDOWN or first.endswith("  "))


def read_chat(export: Export, name: str, identifier: str, limits: Limits) -> Iterator[ReadConversation]:
    """Yield the conversation of a data.json or chat.md."""
    builder = ConversationBuilder(identifier, limits, Attribution.NAME)
    if _is_data(export.head(name)):
        for _, row in parse_json_lines(export.lines(name), export.where(name)):
            _add_row(builder, row)
    else:
        _add_markdown(builder, export, name)
    yield from builder.build()


def _add_row(builder: ConversationBuilder, row: Mapping[str, Any]) -> None:
    sender, body = row.get("sender"), row.get("body")
    if not isinstance(sender, str) or not sender or not isinstance(body, str):
        builder.refuse_row(len(builder), "sender or body")
        return
    text = body.removesuffix("  ")
    if row.get("deleted"):
        kind = MessageKind.DELETED
    elif row.get("call", _CALL.fullmatch(text) is not None):  # version 2 does not write this field
        kind = MessageKind.SYSTEM
    else:
        kind = MessageKind.EDITED if row.get("edits") and text.strip() else MessageKind.TEXT
    builder.add(sender, text, row.get("date"), kind)


def _add_markdown(builder: ConversationBuilder, export: Export, name: str) -> None:
    apart, people = _survey(export, name)
    names, times = frozenset(people), TimeOrder()
    for speaker, sent, body, imitated in _messages(export, name, apart=apart):
        text, kind = _content(body, names)
        before = len(builder)
        builder.add(speaker, text, sent, kind)
        if builder.refused:
            return
        last = len(builder) - 1
        late = times.add(last, builder.time_of(last))
        if imitated or (late and people[speaker] == 1):
            builder.doubt(Doubt.HEAD_INSIDE if imitated else Doubt.MAY_BE_INSIDE, *range(before, last + 1))
        if late:
            builder.doubt(Doubt.OUT_OF_ORDER, *late)


def _survey(export: Export, name: str) -> tuple[bool, Counter[str]]:
    """Return whether the file has an empty line before its messages, and how often each name heads one."""
    people: Counter[str] = Counter()
    apart, empty = 0, True
    for line in export.lines(name):
        found = _HEAD.match(line)
        if found is not None:
            people[found["name"]] += 1
            apart += empty
        empty = not line.strip()
    return apart >= _APART * people.total(), people


def _messages(export: Export, name: str, *, apart: bool) -> Iterator[tuple[str, str, str, bool]]:
    """Yield the speaker, time and body of each message, and whether it contains what looks like another head."""
    head: re.Match[str] | None = None
    lines: list[str] = []
    imitated, empty = False, True
    for line in export.lines(name):
        found = _HEAD.match(line)
        if found is not None and (head is None or empty or not apart):
            if head is not None:
                yield head["name"], f"{head['day']} {head['clock']}", "\n".join(lines), imitated
            head, lines, imitated = found, [line[found.end() :]], False
        else:
            imitated = imitated or found is not None
            lines.append(line)
        empty = not line.strip()
    if head is not None:
        yield head["name"], f"{head['day']} {head['clock']}", "\n".join(lines), imitated


def _content(body: str, names: Set[str]) -> tuple[str, MessageKind]:
    """Return the text and kind of a message."""
    lines = body.removesuffix("\n").split("\n")
    if body.strip() == _DELETED:
        return "", MessageKind.DELETED
    if not lines[0].strip() and len(lines) > 2 and lines[2].startswith("> "):
        last = next((at for at, line in enumerate(lines[2:], 2) if not line.startswith("> ")), len(lines))
        lines = lines[last + 1 :]
    text = "\n".join(lines)
    before, _, tail = text.rpartition("\n")
    if _is_reactions(_STICKER.sub("", _FILES.sub(_own_words, tail)).strip(), names):
        text = before
    text = _STICKER.sub("", _FILES.sub(_own_words, text)).rstrip("\n").removesuffix("  ")
    if _CALL.fullmatch(text):
        return "", MessageKind.SYSTEM
    return text, MessageKind.TEXT


def _own_words(link: re.Match[str]) -> str:
    """Return "" for a link that signal-export wrote, whose path is the file's name; otherwise the link itself."""
    name = link["name"]
    return "" if name is None or name.replace(" ", "%20") == link["path"] else link.group()


def _is_reactions(line: str, names: Set[str]) -> bool:
    """Return whether a line lists reactions of people of the chat; anybody can type such a line with other words."""
    if _REACTIONS.fullmatch(line) is None:
        return False
    parts = line[3:-3].split(", ")
    return all(_REACTION.fullmatch(part) and part.rpartition(": ")[0] in names for part in parts)
