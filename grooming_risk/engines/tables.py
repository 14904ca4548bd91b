"""Tables of messages: rows come in any order, and become conversations whose messages are in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from grooming_risk.conversation import Limits
from grooming_risk.errors import GroomingRiskError, InputTooLargeError, InvalidConversationError
from grooming_risk.live.lines import identifier
from grooming_risk.message_time import read_time
from grooming_risk.row_keys import CONVERSATION_OF_MESSAGE_KEYS, MESSAGE_ID_KEYS, TIME_KEYS, is_identifier
from grooming_risk.rows.identifiers import Identifier


@dataclass(frozen=True, slots=True)
class Grouped:
    """The messages of a conversation, in order, or why they cannot be used. Its `repr` hides both.

    Attributes:
        name: Id of the conversation; None when the message has none that can be used.
        messages: The messages.
        error: What is wrong, if anything.
    """

    name: Identifier | None = field(repr=False)
    messages: Sequence[Mapping[str, Any]] = field(default=(), repr=False)
    error: GroomingRiskError | None = None


def grouped(rows: Iterable[Mapping[str, Any]], limits: Limits) -> Iterator[Grouped]:
    """Group messages by conversation; those of a conversation must follow each other.

    Args:
        rows: Messages with "conversation" or "conversation_id"; several also need "sequence" or "sent_at".
        limits: Limits of the input; of a conversation with too many messages, no more are kept than tell so.

    Yields:
        Each conversation, or its error; a message without an id of a conversation on its own.
    """
    for name, found in groupby(rows, key=_name):
        if name is None:
            for row in found:
                yield Grouped(None, error=_nameless(row))
            continue
        messages: list[Mapping[str, Any]] = []
        for row in found:  # the others are read, but not kept
            if len(messages) <= limits.most_messages:
                messages.append(row)
        yield _ordered_group(name, messages, limits)


def _ordered_group(name: Identifier, messages: list[Mapping[str, Any]], limits: Limits) -> Grouped:
    if len(messages) > limits.most_messages:
        most = limits.most_messages
        return Grouped(name, error=InputTooLargeError(f"more than {most} messages; split the conversation"))
    try:
        return Grouped(name, in_order(messages))
    except GroomingRiskError as error:
        return Grouped(name, error=error)


def in_order(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Sort the messages of a conversation, because an engine gives rows in any order.

    Args:
        rows: Messages. Where each has "sequence", a whole number, that is the order; otherwise the time is, and the id
            of the message between equal times.

    Returns:
        The messages in order.

    Raises:
        InvalidConversationError: There are several messages, and one has neither; or a time cannot be read.
    """
    if len(rows) < 2:
        return list(rows)
    numbered = [(row.get("sequence"), place) for place, row in enumerate(rows)]
    if all(_is_number(number) for number, _ in numbered):
        return [rows[place] for _, place in sorted(numbered)]
    keyed: list[tuple[tuple[datetime, str], Mapping[str, Any]]] = []
    for index, row in enumerate(rows):
        sent_at = read_time(_first(row, TIME_KEYS), index)
        if sent_at is None:
            raise InvalidConversationError(
                'rows of a table have no order of their own; give every message "sequence" or "sent_at"'
            )
        keyed.append(((sent_at, str(_first(row, MESSAGE_ID_KEYS) or "")), row))
    return [row for _, row in sorted(keyed, key=lambda pair: pair[0])]


def _is_number(value: object) -> bool:
    """Check for a finite number; pandas makes fractions of a column of whole numbers in which one is missing."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value - value == 0


def _first(row: Mapping[str, Any], keys: tuple[str, ...]) -> Any:
    return next((row[key] for key in keys if row.get(key) is not None), None)


def _name(row: Mapping[str, Any]) -> Identifier | None:
    try:
        return name_of(row)
    except GroomingRiskError:
        return None


def conversation_column(columns: Iterable[str] | None, keys: Mapping[str, str] | None) -> str:
    """Return the column with the ids of conversations, in a table with a message in each row.

    Args:
        columns: Names of the columns; None when they are unknown.
        keys: Names of the caller's own.

    Returns:
        The caller's own name, or the first usual one that the table has; "conversation" when it has none.
    """
    if keys and "conversation" in keys:
        return keys["conversation"]
    known = set(() if columns is None else columns)
    return next((name for name in CONVERSATION_OF_MESSAGE_KEYS if name in known), CONVERSATION_OF_MESSAGE_KEYS[0])


def name_of(row: Mapping[str, Any]) -> Identifier:
    """Return the id of the conversation of a message; a column without a value counts as missing.

    Args:
        row: The message, with the id as "conversation" or "conversation_id".

    Returns:
        The id as it was given.

    Raises:
        InvalidConversationError: The message has none, or one that cannot be used.
    """
    name = identifier({key: row[key] for key in CONVERSATION_OF_MESSAGE_KEYS if row.get(key) is not None})
    if not is_identifier(name):
        raise InvalidConversationError("the id of the conversation has half a surrogate pair; correct it")
    return name


def _nameless(row: Mapping[str, Any]) -> GroomingRiskError:
    try:
        name_of(row)
    except GroomingRiskError as error:
        return error
    raise AssertionError("the message has an id")
