"""A conversation with the ids of its caller."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from grooming_risk.conversation import Conversation, Limits
from grooming_risk.errors import InvalidConversationError
from grooming_risk.rows.identifiers import Identifier, conversation_id, message_id


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
            Index, as a decimal string → id, in order of the indices, without the messages that have no id. The keys are
            strings because JSON has no other.
        """
        if not self.message_ids:
            return {}
        found = ((index, self.message_ids[index]) for index in sorted(set(indices)))
        return {str(index): name for index, name in found if name is not None}


def read_conversation(row: Mapping[str, Any], limits: Limits | None = None) -> IdentifiedConversation:
    """Read a conversation and its ids.

    Args:
        row: "messages", as `score_conversation` accepts them, each with "message_id" or "id" where it has one; and the
            id of the conversation as "conversation", "conversation_id" or "id".
        limits: Limits of the input; None for the default limits.

    Returns:
        The conversation.

    Raises:
        InvalidConversationError: "messages" is missing, a message or an id cannot be used, or two messages have the
            same id; the error has the index.
        InputTooLargeError: The conversation exceeds a limit.
    """
    if "messages" not in row:
        raise InvalidConversationError('the conversation has no "messages"; add a list of messages')
    messages = row["messages"]
    conversation = Conversation.from_messages(messages, limits)
    # Conversations of the library and iterators have no ids; an iterator is read by now.
    ids = tuple(message_id(message, index) for index, message in enumerate(messages if _is_list(messages) else ()))
    seen: set[str] = set()
    for index, name in enumerate(ids):
        if name is None:
            continue
        if str(name) in seen:
            raise InvalidConversationError(
                f"message {index} has the id of an earlier one; send each message once", index
            )
        seen.add(str(name))
    known = ids if any(name is not None for name in ids) else ()
    return IdentifiedConversation(conversation_id(row), conversation, known)


def _is_list(messages: object) -> bool:
    return isinstance(messages, (list, tuple))
