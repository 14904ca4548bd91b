"""Group the rows of a table by conversation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from grooming_risk.conversation import Limits, MessageKind
from grooming_risk.errors import InputTooLargeError, InvalidConversationError
from grooming_risk.readers.base.builder import ConversationBuilder
from grooming_risk.readers.base.contract import ReadConversation
from grooming_risk.readers.base.times import by_time, known_time

# Rows that are held of an export whose conversations are mixed: about 1 GB of Python objects.
_MOST_ROWS, _MOST_CHARACTERS = 2_000_000, 500_000_000
_KINDS = {kind.value: kind for kind in MessageKind}


@dataclass(frozen=True, slots=True)
class Row:
    """One row. Its `repr` hides message text and names.

    Attributes:
        place: Place of the row for error messages, such as "line 7".
        conversation: Identifier of the conversation it belongs to.
        speaker: Key that distinguishes the speaker, or None when missing.
        text: Text of the message; None is read as media.
        sent_at: Time, in any form that `read_time` accepts.
        kind: Value of a `MessageKind`, or None for text.
        name: Display name of the speaker.
        fault: What makes the row unusable and what to do, without text; "" when it is usable.
        notice: What to count in a warning, without text; "" when nothing.
    """

    place: str
    conversation: str = field(repr=False)
    speaker: str | None = field(default=None, repr=False)
    text: str | None = field(default=None, repr=False)
    sent_at: object = field(default=None, repr=False)
    kind: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    fault: str = ""
    notice: str = ""


@dataclass(slots=True)
class _Held:
    """What is held of conversations that are not finished."""

    rows: int = 0
    characters: int = 0

    def add(self, row: Row) -> None:
        """Count a row.

        Args:
            row: The row.

        Raises:
            InputTooLargeError: Too much is held.
        """
        self.rows += 1
        self.characters += len(row.text or "")
        if self.rows > _MOST_ROWS or self.characters > _MOST_CHARACTERS:
            raise InputTooLargeError(
                f"{row.place}: over {_MOST_ROWS:,} messages, or {_MOST_CHARACTERS:,} characters, of conversations that "
                "are mixed; split the file by conversation"
            )


def gather(
    rows: Iterable[Row], limits: Limits, warnings: Iterable[str] = (), last: Mapping[str, int] | None = None
) -> Iterator[ReadConversation]:
    """Group rows into conversations, in the order of their first rows.

    Args:
        rows: Rows; those of one conversation may be scattered.
        limits: Limits of each conversation.
        warnings: Warnings that every conversation gets; read when the first conversation is complete.
        last: Conversation → number of its last row, from 0: a conversation is then yielded once it and those before it
            are complete, so that memory stays flat for rows in order. None holds all until the last row is read.

    Yields:
        The conversations.

    Raises:
        InputTooLargeError: If too many rows have to be held.
    """
    builders: dict[str, ConversationBuilder] = {}
    complete: set[str] = set()
    held = _Held()
    for number, row in enumerate(rows):
        builder = builders.get(row.conversation)
        if builder is None:
            builder = builders[row.conversation] = ConversationBuilder(row.conversation, limits)
        held.add(row)
        _add(builder, row)
        if last is not None and last.get(row.conversation) == number:
            complete.add(row.conversation)
            while builders and (front := next(iter(builders))) in complete:
                complete.discard(front)
                yield from _built(builders.pop(front), warnings)
                held = _Held() if not builders else held
    for identifier in list(builders):
        yield from _built(builders.pop(identifier), warnings)


def _built(builder: ConversationBuilder, warnings: Iterable[str]) -> Iterator[ReadConversation]:
    for warning in warnings:
        builder.warn(warning)
    yield from builder.build()


def gather_by_time(rows: Iterable[Row], limits: Limits, warnings: Iterable[str] = ()) -> Iterator[ReadConversation]:
    """Group rows into conversations whose messages are sorted by time, for exports that are newest first or mixed.

    Args:
        rows: Rows in any order; all are held until the last row is read. Rows of one moment keep their order, which is
            reversed where the times of a conversation fall.
        limits: Limits of each conversation.
        warnings: Warnings that every conversation gets.

    Yields:
        The conversations, in the order of their first rows.

    Raises:
        InputTooLargeError: If too many rows have to be held.
    """
    groups: dict[str, _Columns] = {}
    known: dict[str, str] = {}
    held = _Held()
    for row in rows:
        held.add(row)
        groups.setdefault(row.conversation, _Columns()).add(row, known)
    for identifier in list(groups):
        yield from gather(groups.pop(identifier).by_time(identifier), limits, warnings)


@dataclass(slots=True)
class _Columns:
    """Rows of one conversation, in a third of the memory that as many `Row`s take. Its `repr` hides them.

    Attributes:
        texts: Their texts.
        moments: Their times; what was given in place of one that cannot be read.
        speakers: Their speakers, each held once.
        names: Their names, each held once.
        kinds: Their kinds, each held once.
        remarks: Position → place, fault and notice, of the rows that have a fault or a notice or lack a speaker.
    """

    texts: list[str | None] = field(default_factory=list, repr=False)
    moments: list[object] = field(default_factory=list, repr=False)
    speakers: list[str | None] = field(default_factory=list, repr=False)
    names: list[str | None] = field(default_factory=list, repr=False)
    kinds: list[str | None] = field(default_factory=list, repr=False)
    remarks: dict[int, tuple[str, str, str]] = field(default_factory=dict, repr=False)

    def add(self, row: Row, known: dict[str, str]) -> None:
        """Add a row; `known` holds each speaker, name and kind once."""
        if row.fault or row.notice or row.speaker is None:
            self.remarks[len(self.texts)] = row.place, row.fault, row.notice
        moment = known_time(row.sent_at)
        self.texts.append(row.text)
        self.moments.append(row.sent_at if moment is None else moment)
        for column, value in ((self.speakers, row.speaker), (self.names, row.name), (self.kinds, row.kind)):
            column.append(None if value is None else known.setdefault(value, value))

    def by_time(self, conversation: str) -> Iterator[Row]:
        """Yield the rows by time, and let go of each."""
        times = [moment if isinstance(moment, datetime) else None for moment in self.moments]
        known = [time for time in times if time is not None]
        order: Sequence[int] = range(len(times))
        if known and known[0] > known[-1]:
            order = order[::-1]
            times.reverse()
        for index in by_time(order, times):
            place, fault, notice = self.remarks.get(index, ("", "", ""))
            text, moment, self.texts[index], self.moments[index] = self.texts[index], self.moments[index], None, None
            speaker, name, kind = self.speakers[index], self.names[index], self.kinds[index]
            yield Row(place, conversation, speaker, text, moment, kind, name, fault, notice)


def _add(builder: ConversationBuilder, row: Row) -> None:
    fault = row.fault or ("the row names no speaker; fill the column or remove the row" if row.speaker is None else "")
    if fault or row.speaker is None:
        builder.refuse(InvalidConversationError(f"{row.place}: {fault}"))
        return
    kind = _KINDS.get((row.kind or "text").strip().lower())
    if kind is None:
        # Text is the safe reading: an unknown kind must not hide a message.
        builder.notice("messages of an unknown kind, read as text")
        kind = MessageKind.TEXT
    if row.notice:
        builder.notice(row.notice)
    builder.add(row.speaker, row.text or "", row.sent_at, kind, name=row.name)
