"""Labelled conversations of somebody's own, as JSON lines: {"label", "messages", "tier"?, "family"?}."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from grooming_risk.conversation import Conversation


@dataclass(frozen=True, slots=True)
class LabelledConversation:
    """One conversation with what its owner says of it; tier and family are empty when not given."""

    conversation: Conversation
    label: int
    tier: str
    family: str


def read_labelled(path: Path) -> list[LabelledConversation]:
    """Read the file.

    Raises:
        ValueError: a line is no such row; its number is in the message, its text is not.
    """
    found: list[LabelledConversation] = []
    with path.open(encoding="utf-8") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                row = json.loads(line)
                if row["label"] not in (0, 1):
                    raise KeyError
                conversation = Conversation.from_messages(row["messages"])
            except (ValueError, KeyError, TypeError):
                raise ValueError(f"{path.name} line {number}: a label of 0 or 1 and messages are wanted") from None
            found.append(
                LabelledConversation(
                    conversation, row["label"], str(row.get("tier") or ""), str(row.get("family") or "")
                )
            )
    return found
