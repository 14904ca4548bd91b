"""Describe what an export contains before anything is scored, without showing text or names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from os import PathLike
from pathlib import Path

from grooming_risk.conversation import Message
from grooming_risk.errors import GroomingRiskError
from grooming_risk.readers.base.contract import ReadConversation, Reader, ReadingOptions, UnreadableConversation
from grooming_risk.readers.detection import candidates, open_export

ROWS = 10
_SHOWN = 60  # characters of a masked text


@dataclass(frozen=True, slots=True)
class InspectedMessage:
    """One message with its text masked.

    Attributes:
        speaker: Neutral name.
        sent_at: Time in UTC, or None when unknown.
        kind: Value of its `MessageKind`.
        text: Text with every visible character replaced by "x", at most 60 characters.
    """

    speaker: str
    sent_at: datetime | None
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class InspectedConversation:
    """What one conversation of an export contains.

    Attributes:
        identifier: Identifier, which may be a person's name in some exports.
        messages: Number of messages.
        speakers: Neutral names with the number of messages of each.
        kinds: Kinds of messages with their numbers.
        first: Earliest known time, or None.
        last: Latest known time, or None.
        untimed: Number of messages without a time.
        warnings: Observations of the reader.
        rows: The first ten messages, masked.
        error: Why the conversation cannot be used, or None.
    """

    identifier: str = field(repr=False)
    messages: int = 0
    speakers: Mapping[str, int] = field(default_factory=dict)
    kinds: Mapping[str, int] = field(default_factory=dict)
    first: datetime | None = None
    last: datetime | None = None
    untimed: int = 0
    warnings: tuple[str, ...] = ()
    rows: tuple[InspectedMessage, ...] = ()
    error: GroomingRiskError | None = None


def inspect_file(
    path: str | PathLike[str], format_name: str | None = None, options: ReadingOptions | None = None
) -> tuple[Reader, Iterator[InspectedConversation]]:
    """Describe the conversations of an export.

    Args:
        path: File, folder or zip.
        format_name: One of FORMATS, or None to detect the format by content.
        options: Settings that cannot be read from the export itself.

    Returns:
        The reader of the export and an iterator over its conversations.

    Raises:
        UnsupportedFormatError: If no reader knows the format, or the export is damaged.
        InputTooLargeError: If the export exceeds a limit.
    """
    chosen = options or ReadingOptions()
    reader, export = open_export(Path(path), format_name, chosen)
    return reader, map(_inspected, reader.read(export, chosen))


def ranked_formats(path: str | PathLike[str], options: ReadingOptions | None = None) -> list[Reader]:
    """Return the readers that recognize an export; detection chooses the first.

    Args:
        path: File, folder or zip.
        options: Settings that cannot be read from the export itself.

    Returns:
        The readers, the most specific one first.

    Raises:
        UnsupportedFormatError: If no reader knows the format, or the export is damaged.
        InputTooLargeError: If the export exceeds a limit.
    """
    chosen, export = open_export(Path(path), None, options or ReadingOptions())
    return list(dict.fromkeys((chosen, *candidates(export))))


def _inspected(read: ReadConversation) -> InspectedConversation:
    if isinstance(read, UnreadableConversation):
        return InspectedConversation(read.identifier, error=read.error)
    messages = read.conversation.messages
    times = [message.sent_at for message in messages if message.sent_at is not None]
    return InspectedConversation(
        identifier=read.identifier,
        messages=len(messages),
        speakers=dict(Counter(message.speaker for message in messages)),
        kinds=dict(Counter(message.kind.value for message in messages)),
        first=min(times, default=None),
        last=max(times, default=None),
        untimed=len(messages) - len(times),
        warnings=read.warnings,
        rows=tuple(map(_masked, messages[:ROWS])),
    )


def _masked(message: Message) -> InspectedMessage:
    text = "".join(character if character.isspace() else "x" for character in message.text[:_SHOWN])
    return InspectedMessage(message.speaker, message.sent_at, message.kind.value, " ".join(text.split("\n")))
