"""Reader of the PAN-2012 sexual predator identification corpus, for those who have lawful access to it.

The schema is described by Inches & Crestani (2012, CEUR-WS 1178). The corpus itself is never in this repository, and
this reader neither prints, logs nor stores its text. Author truth is a label of the data set that reports never repeat.
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
from training.errors import TrainingError

_CHUNK = 65_536
# The corpus has clock times only; this day is made up so that gaps within a conversation can be computed.
_DAY = datetime(2012, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pan12Conversation:
    """One conversation with the truth of the data set.

    Attributes:
        identifier: Identifier in the corpus.
        conversation: Its messages; empty ones are kept as media so that indices follow the file.
        listed_authors: Its authors that the truth file lists.
        listed_messages: Indices of its messages that the line truth lists; empty where there is no line truth.
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
    """Read a training or test folder, one conversation at a time, in constant memory.

    Args:
        folder: Folder with the corpus and its truth files.

    Yields:
        The conversations, in file order.

    Raises:
        TrainingError: A file is missing, holds a DOCTYPE or does not follow the schema; the message has no text of it.
    """
    corpus = _one(folder, "*corpus*.xml")
    authors = {line.strip() for line in _one(folder, "*predators*.txt", "*problem1.txt").open(encoding="utf-8")} - {""}
    lines = _line_truth(folder)
    _refuse_doctype(corpus)
    malformed: int | None = None  # raised after the block: the parser's own error may quote the text
    try:
        for _, element in ElementTree.iterparse(corpus, events=("end",)):
            if element.tag == "conversation":
                yield _conversation(element, authors, lines)
                element.clear()
    except ElementTree.ParseError as error:
        malformed = error.position[0]
    if malformed is not None:
        raise TrainingError(f"{corpus.name} is not well-formed XML (line {malformed})")


def _one(folder: Path, *patterns: str) -> Path:
    found = sorted(path for pattern in patterns for path in folder.glob(pattern))
    if len(found) != 1:
        raise TrainingError(f"{folder.name} must hold one file {' or '.join(patterns)}, found {len(found)}")
    return found[0]


def _line_truth(folder: Path) -> set[tuple[str, str]]:
    """Read the (conversation, line) pairs of the line truth; the training corpus has none."""
    found: set[tuple[str, str]] = set()
    for path in folder.glob("*problem2.txt"):
        for number, row in enumerate(path.open(encoding="utf-8"), start=1):
            parts = row.split()
            if len(parts) != 2:
                raise TrainingError(f"{path.name} line {number} must hold a conversation and a line number")
            found.add((parts[0], parts[1]))
    return found


def _refuse_doctype(path: Path) -> None:
    """Refuse a DOCTYPE, which can define entities that grow without bound; the corpus has none."""
    seen: list[str] = []
    malformed: int | None = None
    parser = xml.parsers.expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_: seen.append("doctype")
    parser.StartElementHandler = lambda *_: seen.append("element")
    with path.open("rb") as stream:
        while not seen and (chunk := stream.read(_CHUNK)):
            try:
                parser.Parse(chunk)
            except xml.parsers.expat.ExpatError as error:
                malformed = error.lineno
                break
    if malformed is not None and not seen:
        raise TrainingError(f"{path.name} is not well-formed XML (line {malformed})")
    if seen[:1] == ["doctype"]:
        raise TrainingError(f"{path.name} holds a DOCTYPE, which the corpus does not have; get the original file")


def _conversation(element: ElementTree.Element, authors: set[str], lines: set[tuple[str, str]]) -> Pan12Conversation:
    identifier = element.get("id", "")
    messages: list[Message] = []
    listed: set[int] = set()
    clock: datetime | None = None
    for index, row in enumerate(element.iter("message")):
        author, text = row.findtext("author"), row.findtext("text") or ""
        if not author:
            raise TrainingError(f"conversation {identifier}: message {index} has no author")
        clock = _time(row.findtext("time") or "", clock)
        # Escaped twice in places: the parser undoes one round.
        text = html.unescape(text)
        kind = MessageKind.TEXT if text.strip() else MessageKind.MEDIA
        messages.append(Message(author, text if kind is MessageKind.TEXT else "", clock, kind))
        if (identifier, row.get("line", "")) in lines:
            listed.add(index)
    if not messages:
        raise TrainingError(f"conversation {identifier} has no message")
    present = frozenset(authors & {message.speaker for message in messages})
    return Pan12Conversation(identifier, Conversation(tuple(messages)), present, frozenset(listed))


def _time(text: str, before: datetime | None) -> datetime | None:
    """Return a clock time HH:MM on the made-up day, or on a later one each time the clock runs past midnight."""
    try:
        hours, minutes = (int(part) for part in text.split(":"))
        moment = _DAY + timedelta(hours=hours, minutes=minutes)
    except (ValueError, OverflowError):
        return before
    while before is not None and moment < before:
        moment += timedelta(days=1)
    return moment
