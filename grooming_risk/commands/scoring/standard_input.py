"""Conversations on standard input: one JSON object a line, with the ids of the caller."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from grooming_risk.commands.scoring.score_files import Found
from grooming_risk.conversation import Conversation, speaker_name
from grooming_risk.errors import GroomingRiskError, InputTooLargeError, InvalidConversationError
from grooming_risk.readers import ExportedConversation
from grooming_risk.rows import IdentifiedConversation, read_conversation

LABEL = "-"
PATHS = (Path("-"), Path("/dev/stdin"))
LONGEST_LINE = 64_000_000  # bytes of a line: a million messages of 64 bytes, or 200,000 of 320
_DAMAGED = object()


def read_standard_input(stream: BinaryIO, keys: Mapping[str, str] | None = None) -> Iterator[Found]:
    """Read conversations from a stream.

    Args:
        stream: Lines of JSON objects with "messages" and, where there is one, the id of the conversation as
            "conversation", "conversation_id" or "id". Empty lines are left out.
        keys: Names of the caller's own for these fields and for those of messages; None for the usual names.

    Yields:
        Conversations and errors, in order; the name of one without an id is "-#" and the number of its line.
    """
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if not line.strip():
            continue
        name = f"{LABEL}#{number}"
        try:
            if len(line) > LONGEST_LINE:
                while line and not line.endswith(b"\n"):
                    line = stream.readline(LONGEST_LINE)
                raise InputTooLargeError(f"the line is longer than {LONGEST_LINE:,} bytes; split the conversation")
            item = read_conversation(_parsed(line), keys=keys)
        except GroomingRiskError as error:
            yield Found(LABEL, name, error=error)
            continue
        yield Found(LABEL, name if item.name is None else str(item.name), _exported(item, name), ids=item)


def _parsed(line: bytes) -> dict[str, object]:
    row: object = _DAMAGED
    with contextlib.suppress(ValueError, RecursionError):
        row = json.loads(line)
    # Raised outside the handler, because Python would chain the decoder's error, which holds the line.
    if not isinstance(row, dict):
        raise InvalidConversationError(
            'standard input takes one JSON object a line, {"conversation": …, "messages": […]}; pass other exports as '
            "files"
        )
    return row


def _exported(item: IdentifiedConversation, name: str) -> ExportedConversation:
    """Return the conversation with neutral names, as readers give it."""
    names: dict[str, str] = {}
    for message in item.conversation:
        names.setdefault(message.speaker, speaker_name(len(names)))
    messages = tuple(replace(message, speaker=names[message.speaker]) for message in item.conversation)
    speakers = {neutral: name for name, neutral in names.items()}
    return ExportedConversation(name, Conversation(messages, item.conversation.attribution), speakers)
