"""Reader of the PAN-2012 sexual predator identification corpus, for those who have lawful access to it.

Schema: reference/methods.md §5.8 (Inches & Crestani 2012, CEUR-WS 1178). The corpus itself is never in this repository,
and nothing here prints, logs or stores its text. Author truth is a label of the data set; reports never repeat it.
"""

from __future__ import annotations

import html
import xml.parsers.expat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

from grooming_risk.conversation import Conversation, Message, MessageKind

_CHUNK = 65_536
# The corpus has clock times only; a day is made up so that gaps within a conversation can be computed.
_DAY = datetime(2012, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pan12Conversation:
    """One conversation with the truth of the data set.

    Attributes:
        identifier: of the conversation.
        conversation: its messages; empty ones are kept as media so that indices follow the file.
        listed_authors: authors of it that the truth file lists.
        listed_messages: indices of the messages that the line truth lists; empty where there is no line truth.
    """

    identifier: str
    conversation: Conversation
    listed_authors: frozenset[str]
    listed_messages: frozenset[int]

    @property
    def label(self) -> int:
        """1 when a listed author takes part."""
        return int(bool(self.listed_authors))


def read_pan12(folder: Path) -> Iterator[Pan12Conversation]:
    """Conversations of a training or test folder, one at a time, in constant memory.

    Raises:
        ValueError: a file is missing, holds a DOCTYPE, or is not of the schema; the text is never in the message.
    """
    corpus = _one(folder, "*corpus*.xml")
    authors = {line.strip() for line in _one(folder, "*predators*.txt", "*problem1.txt").open(encoding="utf-8")} - {""}
    lines = _line_truth(folder)
    _refuse_doctype(corpus)
    try:
        for _, element in ElementTree.iterparse(corpus, events=("end",)):
            if element.tag == "conversation":
                yield _conversation(element, authors, lines)
                element.clear()
    except ElementTree.ParseError as error:
        raise ValueError(f"{corpus.name} is not well-formed XML (line {error.position[0]})") from None


def _one(folder: Path, *patterns: str) -> Path:
    found = sorted(path for pattern in patterns for path in folder.glob(pattern))
    if len(found) != 1:
        raise ValueError(f"{folder.name}: one file {' or '.join(patterns)} is wanted, found {len(found)}")
    return found[0]


def _line_truth(folder: Path) -> set[tuple[str, str]]:
    """(conversation, line) pairs; the training corpus has none."""
    found: set[tuple[str, str]] = set()
    for path in folder.glob("*problem2.txt"):
        for number, row in enumerate(path.open(encoding="utf-8"), start=1):
            parts = row.split()
            if len(parts) != 2:
                raise ValueError(f"{path.name} line {number}: a conversation and a line number are wanted")
            found.add((parts[0], parts[1]))
    return found


def _refuse_doctype(path: Path) -> None:
    """A DOCTYPE can define entities that grow without bound; the corpus has none, so none is read."""
    seen: list[str] = []
    parser = xml.parsers.expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_: seen.append("doctype")
    parser.StartElementHandler = lambda *_: seen.append("element")
    with path.open("rb") as stream:
        while not seen and (chunk := stream.read(_CHUNK)):
            try:
                parser.Parse(chunk)
            except xml.parsers.expat.ExpatError as error:
                if not seen:
                    raise ValueError(f"{path.name} is not well-formed XML (line {error.lineno})") from None
    if seen[:1] == ["doctype"]:
        raise ValueError(f"{path.name} holds a DOCTYPE; the corpus has none: get the original file")


def _conversation(element: ElementTree.Element, authors: set[str], lines: set[tuple[str, str]]) -> Pan12Conversation:
    identifier = element.get("id", "")
    messages: list[Message] = []
    listed: set[int] = set()
    clock: datetime | None = None
    for index, row in enumerate(element.iter("message")):
        author, text = row.findtext("author"), row.findtext("text") or ""
        if not author:
            raise ValueError(f"conversation {identifier}: message {index} has no author")
        clock = _time(row.findtext("time") or "", clock)
        # Escaped twice in places: the parser undoes one round.
        text = html.unescape(text)
        kind = MessageKind.TEXT if text.strip() else MessageKind.MEDIA
        messages.append(Message(author, text if kind is MessageKind.TEXT else "", clock, kind))
        if (identifier, row.get("line", "")) in lines:
            listed.add(index)
    if not messages:
        raise ValueError(f"conversation {identifier} has no message")
    present = frozenset(authors & {message.speaker for message in messages})
    return Pan12Conversation(identifier, Conversation(tuple(messages)), present, frozenset(listed))


def _time(text: str, before: datetime | None) -> datetime | None:
    """HH:MM on the made-up day, a day later each time the clock runs past midnight."""
    try:
        hours, minutes = (int(part) for part in text.split(":"))
        moment = _DAY + timedelta(hours=hours, minutes=minutes)
    except (ValueError, OverflowError):
        return before
    while before is not None and moment < before:
        moment += timedelta(days=1)
    return moment
