"""Ids of conversations and messages, as callers give them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grooming_risk.errors import InvalidConversationError

Identifier = str | int

LONGEST = 1_000  # characters
_CONVERSATION_KEYS = ("conversation", "conversation_id", "id")
_MESSAGE_KEYS = ("message_id", "id")


def conversation_id(row: Mapping[str, Any]) -> Identifier | None:
    """Return the id of a conversation: "conversation", "conversation_id" or "id".

    Args:
        row: A conversation or a message, with the keys of its fields.

    Returns:
        The id as it was given, or None where the row has none.

    Raises:
        InvalidConversationError: The id is neither a string nor a whole number, is empty, or is too long.
    """
    return _identifier(row, _CONVERSATION_KEYS, "the id of the conversation", None)


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
    return _identifier(row, _MESSAGE_KEYS, f"message {index}: the id", index)


def _identifier(row: Mapping[str, Any], keys: tuple[str, ...], name: str, index: int | None) -> Identifier | None:
    value = next((row[key] for key in keys if row.get(key) is not None), None)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int)) or not 0 < len(str(value)) <= LONGEST:
        raise InvalidConversationError(
            f"{name} must be a whole number or a string of 1 to {LONGEST:,} characters; correct it or leave it out",
            index,
        )
    return value
