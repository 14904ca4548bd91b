"""Rows of a table, in any order of conversations, become conversations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from grooming_risk.conversation import Limits, MessageKind
from grooming_risk.errors import InvalidConversationError
from grooming_risk.readers.base.builder import ConversationBuilder
from grooming_risk.readers.base.contract import ReadConversation

_KINDS = {kind.value: kind for kind in MessageKind}


@dataclass(frozen=True, slots=True)
class Row:
    """One row. Its `repr` hides what people wrote and are called.

    Attributes:
        place: where it stands, for messages to people: "line 7".
        conversation: to which conversation it belongs.
        speaker: what tells the speaker from others, or None when missing.
        text: what was written, or None when missing, which is read as media.
        sent_at: as `read_time` takes it.
        kind: value of a `MessageKind`, or None for text.
        name: what people call the speaker.
        fault: what makes the row unusable and what to do, without text; "" when nothing.
    """

    place: str
    conversation: str = field(repr=False)
    speaker: str | None = field(default=None, repr=False)
    text: str | None = field(default=None, repr=False)
    sent_at: object = field(default=None, repr=False)
    kind: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    fault: str = ""


def gather(rows: Iterable[Row], limits: Limits) -> Iterator[ReadConversation]:
    """Conversations in the order of their first rows.

    Args:
        rows: those of one conversation may be scattered over others, so all are held until the last one is read.
        limits: of each conversation.
    """
    builders: dict[str, ConversationBuilder] = {}
    for row in rows:
        builder = builders.get(row.conversation)
        if builder is None:
            builder = builders[row.conversation] = ConversationBuilder(row.conversation, limits)
        _add(builder, row)
    for identifier in list(builders):
        yield from builders.pop(identifier).build()


def _add(builder: ConversationBuilder, row: Row) -> None:
    fault = row.fault or ("it names no speaker; fill the column or leave the row out" if row.speaker is None else "")
    if fault or row.speaker is None:
        builder.refuse(InvalidConversationError(f"{row.place}: {fault}"))
        return
    kind = _KINDS.get((row.kind or "text").strip().lower())
    if kind is None:
        # Text is the safe reading: a word that we do not know must not keep a message from being read.
        builder.notice("messages of an unknown kind, read as text")
        kind = MessageKind.TEXT
    builder.add(row.speaker, row.text or "", row.sent_at, kind, name=row.name)
