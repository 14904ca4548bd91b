"""Labelled conversations that users bring, as JSON Lines: {"label", "messages", "tier"?, "family"?, "lang"?}."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from grooming_risk.conversation import Conversation


@dataclass(frozen=True, slots=True)
class LabelledConversation:
    """One conversation with its owner's label.

    Attributes:
        conversation: The conversation.
        label: 1 for a conversation with warning signs, else 0.
        tier: Kind of positive that results are sliced by, empty when not given.
        family: Kind of negative that results are sliced by, empty when not given.
        language: Corpus code of its language; English when not given.
    """

    conversation: Conversation
    label: int
    tier: str
    family: str
    language: str = "en"


def read_labelled(path: Path) -> list[LabelledConversation]:
    """Read a file of labelled conversations.

    Args:
        path: JSON Lines file.

    Returns:
        The conversations, in file order.

    Raises:
        ValueError: A line is not a labelled conversation; the message has its number and none of its text.
    """
    found: list[LabelledConversation] = []
    with path.open(encoding="utf-8") as stream:
        for number, line in enumerate(stream, start=1):
            item = _parsed(line)
            if item is None:
                raise ValueError(f"{path.name} line {number} must be an object with a label of 0 or 1 and messages")
            found.append(item)
    return found


def _parsed(line: str) -> LabelledConversation | None:
    """Parse a line; None for a malformed one, so that no exception that holds its text is the context of another."""
    try:
        row = json.loads(line)
        conversation = Conversation.from_messages(row["messages"])
        label, tier, family = row["label"], str(row.get("tier") or ""), str(row.get("family") or "")
        language = str(row.get("lang") or "en")
    except (ValueError, KeyError, TypeError):
        return None
    return LabelledConversation(conversation, label, tier, family, language) if label in (0, 1) else None
