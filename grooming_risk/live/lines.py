"""JSON lines of a stream: messages in, each with the id of its conversation; flags out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from grooming_risk.errors import InputTooLargeError, InvalidConversationError
from grooming_risk.live.inbox import LONGEST_LINE, Event
from grooming_risk.live.monitor import ConversationMonitor
from grooming_risk.live.step import MonitorStep
from grooming_risk.row_keys import CONVERSATION_OF_MESSAGE_KEYS, LONGEST_ID, is_identifier
from grooming_risk.version import __version__

SCHEMA_VERSION = 2
_DAMAGED = object()


def parse_line(line: bytes | Event) -> dict[str, Any] | None:
    """Parse a line.

    Args:
        line: A line without its end, or the event of one that is too long.

    Returns:
        The JSON object on it; None for an empty line.

    Raises:
        InputTooLargeError: The line is too long.
        InvalidConversationError: The line is not a JSON object; the error holds none of it.
    """
    if isinstance(line, Event):
        raise InputTooLargeError(f"it is longer than {LONGEST_LINE:,} bytes; split the message")
    if not line.strip():
        return None
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = _DAMAGED
    # Raised outside the handler, because Python would chain the decoder's error, which holds the line.
    if row is _DAMAGED:
        raise InvalidConversationError("it is not valid JSON; write one JSON object a line")
    if not isinstance(row, dict):
        raise InvalidConversationError("it is not a JSON object; write one JSON object a line")
    return row


def identifier(row: Mapping[str, Any]) -> str | int:
    """Return the id of the conversation that a message belongs to.

    Args:
        row: The message, with the id as "conversation" or "conversation_id".

    Returns:
        The id as it was given.

    Raises:
        InvalidConversationError: The message has none, or one that is too long.
    """
    name = next((row[key] for key in CONVERSATION_OF_MESSAGE_KEYS if key in row), None)
    if not is_identifier(name, halves=True):  # a flag is ASCII
        raise InvalidConversationError(
            f'it has no conversation id; add "conversation", of at most {LONGEST_ID:,} characters'
        )
    return name


def flag_line(name: str | int, monitor: ConversationMonitor, step: MonitorStep, settings: Mapping[str, Any]) -> str:
    """Return the line of a flag, as monitor_flag_schema.json describes it.

    Args:
        name: Id of the conversation, as it was given.
        monitor: The monitor of the conversation.
        step: The step that raised the warning.
        settings: What the flag depends on besides the messages.

    Returns:
        JSON in ASCII with a line end. Its "flag" depends on conversation, message and settings alone, so that the same
        flag has the same name whichever run writes it.
    """
    assert step.window is not None
    assert step.highest is not None
    identity = json.dumps([settings, str(name), step.message]).encode()
    flag = {
        "schema_version": SCHEMA_VERSION,
        "flag": hashlib.blake2b(identity, digest_size=16).hexdigest(),
        "conversation": name,
        "message": step.message,
        "probability": step.probability,
        "interval": step.interval,
        "highest": asdict(step.highest),
        "window": asdict(step.window),
        "evidence": [asdict(item) for item in monitor.evidence()],
        **({"beyond_limits": step.beyond_limits} if step.beyond_limits else {}),
        "provenance": {"library_version": __version__, **settings},
    }
    return json.dumps(flag, allow_nan=False) + "\n"
