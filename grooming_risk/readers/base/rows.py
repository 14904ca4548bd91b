"""Group the rows of a table by conversation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
    groups: dict[str, list[Row]] = {}
    names: dict[str, str] = {}
    held = _Held()
    for row in rows:
        held.add(row)
        groups.setdefault(row.conversation, []).append(_compact(row, names))
    for identifier in list(groups):
        yield from gather(_sorted(groups.pop(identifier)), limits, warnings)


def _compact(row: Row, names: dict[str, str]) -> Row:
    """Return a row that takes less memory: names shared, time parsed, and a place only where an error cites it."""
    moment = known_time(row.sent_at)
    return Row(
        place=row.place if row.fault or row.speaker is None else "",
        conversation=names.setdefault(row.conversation, row.conversation),
        speaker=None if row.speaker is None else names.setdefault(row.speaker, row.speaker),
        text=row.text,
        sent_at=row.sent_at if moment is None else moment,
        kind=row.kind,
        name=None if row.name is None else names.setdefault(row.name, row.name),
        fault=row.fault,
        notice=row.notice,
    )


def _sorted(group: list[Row]) -> Iterator[Row]:
    """Yield the rows by time, and let go of each."""
    times = [row.sent_at if isinstance(row.sent_at, datetime) else None for row in group]
    known = [time for time in times if time is not None]
    if known and known[0] > known[-1]:
        group.reverse()
        times.reverse()
    rows = by_time(group, times)[::-1]
    group.clear()
    while rows:
        yield rows.pop()


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
