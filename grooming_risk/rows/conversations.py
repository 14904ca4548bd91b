"""A conversation with the ids of its caller."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grooming_risk.conversation import Conversation, Limits
from grooming_risk.errors import InvalidConversationError
from grooming_risk.row_keys import CONVERSATION_FIELDS, check_keys, named
from grooming_risk.rows.identifiers import Identifier, conversation_id, ids_by_index, message_id


@dataclass(frozen=True, slots=True)
class IdentifiedConversation:
    """A conversation with the ids that its caller knows it by. Its `repr` hides them, because they may name people.

    Attributes:
        name: Id of the conversation as it was given, or None.
        conversation: The messages.
        message_ids: Id of each message, None for those without; empty when no message has an id.
    """

    name: Identifier | None
    conversation: Conversation
    message_ids: tuple[Identifier | None, ...] = ()

    def __repr__(self) -> str:
        return f"IdentifiedConversation({len(self.conversation)} messages)"

    def ids_of(self, indices: Iterable[int]) -> dict[str, Identifier]:
        """Return the ids of some messages, by index.

        Args:
            indices: Indices of messages.

        Returns:
            As `ids_by_index` returns them.
        """
        return ids_by_index(self.message_ids, indices)


def read_conversation(
    row: Mapping[str, Any], limits: Limits | None = None, keys: Mapping[str, str] | None = None
) -> IdentifiedConversation:
    """Read a conversation and its ids.

    Args:
        row: "messages", as `score_conversation` accepts them, each with "message_id" or "id" where it has one; and the
            id of the conversation as "conversation", "conversation_id" or "id".
        limits: Limits of the input; None for the default limits.
        keys: Names of the caller's own for the fields of messages, as in `score_conversation`, and for "messages" and
            "conversation"; None for the usual names.

    Returns:
        The conversation.

    Raises:
        InvalidConversationError: "messages" is missing, a message or an id cannot be used, or two messages have the
            same id; the error has the index.
        InputTooLargeError: The conversation exceeds a limit.
        InvalidOptionError: `keys` names an unknown field.
    """
    check_keys(keys)
    row = named(row, keys, CONVERSATION_FIELDS)
    if not isinstance(row, Mapping) or "messages" not in row:
        raise InvalidConversationError('the conversation has no "messages"; add a list of messages')
    messages = row["messages"]
    ids: list[Identifier | None] = []
    # What is not a list of messages is refused as it is.
    is_list = isinstance(messages, Iterable) and not isinstance(messages, (str, bytes, Mapping))
    rows = _noting_ids(messages, ids, keys) if is_list else messages
    conversation = Conversation.from_messages(rows, limits, keys=keys)
    _check_once(ids)
    known = tuple(ids) if any(name is not None for name in ids) else ()
    return IdentifiedConversation(conversation_id(row), conversation, known)


def _noting_ids(
    messages: Iterable[object], ids: list[Identifier | None], keys: Mapping[str, str] | None
) -> Iterator[object]:
    """Yield the messages of any iterable once, and note their ids."""
    for index, message in enumerate(messages):
        ids.append(message_id(named(message, keys, ("message_id",)), index))
        yield message


def _check_once(ids: Sequence[Identifier | None]) -> None:
    seen: set[str] = set()
    for index, name in enumerate(ids):
        if name is None:
            continue
        if str(name) in seen:
            raise InvalidConversationError(
                f"message {index} has the id of an earlier one; send each message once", index
            )
        seen.add(str(name))
