"""Ids of conversations and messages, as callers give them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from grooming_risk.errors import InvalidConversationError
from grooming_risk.row_keys import CONVERSATION_KEYS, LONGEST_ID, MESSAGE_ID_KEYS, is_identifier

Identifier = str | int


def conversation_id(row: Mapping[str, Any]) -> Identifier | None:
    """Return the id of a conversation: "conversation", "conversation_id" or "id".

    Args:
        row: A conversation or a message, with the keys of its fields.

    Returns:
        The id as it was given, or None where the row has none.

    Raises:
        InvalidConversationError: The id is neither a string nor a whole number, is empty, or is too long.
    """
    return _identifier(row, CONVERSATION_KEYS, "the id of the conversation", None)


def usable_id(row: object) -> Identifier | None:
    """Return the id of a conversation that cannot be read itself; None where its id cannot be used either."""
    try:
        return conversation_id(row) if isinstance(row, Mapping) else None
    except InvalidConversationError:
        return None


def message_id(row: object, index: int) -> Identifier | None:
    """Return the id of a message: "message_id" or "id".

    Args:
        row: A message as `score_conversation` accepts it; only mappings have ids.
        index: Index of the message in its conversation; errors cite it.

    Returns:
        The id as it was given, or None where the row has none.

    Raises:
        InvalidConversationError: The id is neither a string nor a whole number, is empty, or is too long.
    """
    if not isinstance(row, Mapping):
        return None
    return _identifier(row, MESSAGE_ID_KEYS, f"message {index}: the id", index)


def ids_by_index(message_ids: Sequence[Identifier | None], indices: Iterable[int]) -> dict[str, Identifier]:
    """Return the ids of some messages, by index.

    Args:
        message_ids: Id of each message, None for those without; empty when no message has an id.
        indices: Indices of messages.

    Returns:
        Index, as a decimal string → id, in order of the indices, without the messages that have no id. The keys are
        strings because JSON has no other.
    """
    if not message_ids:
        return {}
    found = ((index, message_ids[index]) for index in sorted(set(indices)))
    return {str(index): name for index, name in found if name is not None}


def _identifier(row: Mapping[str, Any], keys: tuple[str, ...], name: str, index: int | None) -> Identifier | None:
    value = next((row[key] for key in keys if row.get(key) is not None), None)
    if value is None:
        return None
    if not is_identifier(value):
        raise InvalidConversationError(
            f"{name} must be a whole number or a string of 1 to {LONGEST_ID:,} characters; correct it or leave it out",
            index,
        )
    return value
