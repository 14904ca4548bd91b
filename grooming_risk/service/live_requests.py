"""A request for a live conversation, checked before it waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from grooming_risk.conversation import Limits, Message
from grooming_risk.errors import InputTooLargeError, InvalidConversationError
from grooming_risk.rows.conversations import read_conversation
from grooming_risk.rows.identifiers import Identifier
from grooming_risk.service.options import ServiceLimits
from grooming_risk.service.problems import Problem, unusable

_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class LiveRequest:
    """Messages for a live conversation. Its `repr` hides them.

    Attributes:
        conversation: Id of the conversation.
        messages: The messages.
        message_ids: Id of each, None for those without; empty when none has one.
        recent: Messages from the last answer's "reread_from" on, where the caller sent them again.
        key: Idempotency key, or None.
    """

    conversation: str
    messages: tuple[Message, ...]
    message_ids: tuple[Identifier | None, ...] = ()
    recent: tuple[Message, ...] = ()
    key: str | None = None

    def __repr__(self) -> str:
        return f"LiveRequest({len(self.messages)} messages)"

    @property
    def fingerprint(self) -> str:
        """What tells another request with the same key, as far as sizes do: no digest of text is kept."""
        return f"{len(self.messages)}/{sum(len(message.text) for message in self.messages)}"


def read_live_request(
    conversation: str, body: Mapping[str, Any], key: str | None, limits: ServiceLimits, lengths: Limits
) -> LiveRequest:
    """Check a request.

    Args:
        conversation: Id of the conversation.
        body: Body of the request, of the form that the OpenAPI document describes.
        key: Value of the Idempotency-Key header, or None.
        limits: Limits of requests.
        lengths: Limits of conversations and messages.

    Returns:
        The request.

    Raises:
        Problem: A message cannot be used, or the request exceeds a limit.
    """
    if key is not None and not (0 < len(key) <= _LONGEST_KEY and key.isascii() and key.isprintable()):
        raise Problem(400, f"Idempotency-Key must have 1 to {_LONGEST_KEY} visible ASCII characters", reason="form")
    if len(body["messages"]) > limits.live_messages or len(body.get("recent", ())) > limits.live_messages:
        raise Problem(413, f"send at most {limits.live_messages} messages at a time", reason="too_large")
    found: InvalidConversationError | InputTooLargeError | None = None
    keys = body.get("keys")
    try:
        read = read_conversation({"messages": body["messages"]}, lengths, keys)
        recent = read_conversation({"messages": body["recent"]}, lengths, keys) if body.get("recent") else None
    except (InvalidConversationError, InputTooLargeError) as error:
        found = error
    if found is not None:
        raise unusable(found)
    request = LiveRequest(conversation, read.conversation.messages, read.message_ids, key=key)
    return request if recent is None else replace(request, recent=recent.conversation.messages)
