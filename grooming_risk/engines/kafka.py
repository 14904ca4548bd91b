"""Kafka: live conversations of a topic, with Quix Streams (extra `kafka`).

The key of a Kafka message is the id of its conversation, so that all messages of a conversation are in one partition
and one process reads them in order. Quix Streams keeps the state of each conversation in RocksDB and in a changelog
topic, from which another process goes on. With `processing_guarantee="exactly-once"` flags, state and offsets are
committed together; with the default, messages that come again are left out by their "message_id".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from grooming_risk.engines.follower import worker_follower
from grooming_risk.engines.options import EngineOptions
from grooming_risk.engines.tables import name_of
from grooming_risk.errors import GroomingRiskError, InvalidConversationError
from grooming_risk.live.lines import parse_line
from grooming_risk.row_keys import named
from grooming_risk.rows import error_row, flat_error
from grooming_risk.rows.identifiers import Identifier

if TYPE_CHECKING:
    from quixstreams.dataframe import StreamingDataFrame

Row = dict[str, Any]
_STATE = "monitor"


def follow_messages(
    stream: StreamingDataFrame, options: EngineOptions | None = None, *, forget_after: timedelta | None = None
) -> StreamingDataFrame:
    """Follow live conversations of a topic.

    Args:
        stream: Messages of a topic with `key_deserializer="str"` and `value_deserializer="bytes"`, so that a value that
            is not JSON gives an error row and does not stop the stream: JSON objects with "speaker", "text" and what
            else `score_conversation` accepts, and "message_id". "conversation", where given, must be the key.
        options: What the worker is asked to do; None for the defaults.
        forget_after: Time without a message, in the time of the stream, after which the state of a conversation is
            deleted; None for never.

    Returns:
        A stream of rows with the columns of `grooming_risk.rows.LIVE_COLUMNS`: flags and errors, or with `steps` a row
        for each message. Pass it on with `.to_topic(...)`.
    """
    asked = options or EngineOptions()
    follower = worker_follower(asked)

    def read(value: Any, key: Any, timestamp: int, headers: Any, state: Any) -> list[Row]:
        try:
            name, row = _message(value, key, asked.keys)
        except GroomingRiskError as error:
            return [flat_error(error_row(_text(key), error))]
        if row is None:
            return []
        before = state.get_bytes(_STATE, None)
        after, found = follower.read(name, before, [row])
        if after is not None and after is not before:
            state.set_bytes(_STATE, after, ttl=forget_after)
        return found

    return stream.apply(read, stateful=True, expand=True, metadata=True)


def _message(value: Any, key: Any, keys: Mapping[str, str] | None = None) -> tuple[Identifier, Row | None]:
    """Return the id of the conversation, and the message; None for an empty value, which Kafka uses to delete keys."""
    row = value if isinstance(value, dict) else parse_line(value.encode() if isinstance(value, str) else value or b"")
    text = _text(key)
    if not text:
        raise InvalidConversationError("the Kafka message has no key; use the id of the conversation as its key")
    if row is None:
        return text, None
    given = named(row, keys, ("conversation",))
    name = name_of({"conversation": text, **{k: v for k, v in given.items() if v is not None}})
    if str(name) != text:
        raise InvalidConversationError(
            '"conversation" is not the key of the Kafka message; use the id of the conversation as the key'
        )
    return name, row


def _text(key: Any) -> str | None:
    return key.decode("utf-8", "replace") if isinstance(key, bytes) else key
