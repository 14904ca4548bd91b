"""Labelled conversations that users bring, from files, from a saved `datasets` folder, or from the Hub's cache.

A row is {"label", "messages", "focus"?, "participants"?, "tier"?, "family"?, "lang"?}; the ML engineer guide describes
it. The review desk exports its decisions in this form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grooming_risk.conversation import Conversation
from training.errors import TrainingError
from training.sources.labelled_files import labelled_rows


@dataclass(frozen=True, slots=True)
class LabelledConversation:
    """One conversation with its owner's label.

    Attributes:
        conversation: The conversation.
        label: 1 for a conversation with warning signs, else 0.
        tier: Kind of positive that results are sliced by, empty when not given.
        family: Kind of negative that results are sliced by, empty when not given.
        language: Corpus code of its language; English when not given.
        focus: Speaker whose messages show the warning signs, empty for a negative and where it is not known.
        participants: Identifiers of the people who take part, the same for a person in every conversation; None when
            not given, empty when nobody is known.
    """

    conversation: Conversation
    label: int
    tier: str
    family: str
    language: str = "en"
    focus: str = field(default="", repr=False)
    participants: tuple[str, ...] | None = field(default=None, repr=False)


def read_labelled(place: Path | str) -> list[LabelledConversation]:
    """Read labelled conversations.

    Args:
        place: JSON Lines, CSV or Parquet file, a folder of such files or of a saved data set, or the identifier of a
            data set that the Hub's cache on this machine holds.

    Returns:
        The conversations, in file order.

    Raises:
        TrainingError: There is nothing to read, or a row is not a labelled conversation; the message has its place and
            none of its text.
    """
    found: list[LabelledConversation] = []
    for where, row in labelled_rows(place):
        item = None if row is None else _labelled(row)
        if item is None:
            raise TrainingError(
                f"{where} must have a label of 0 or 1 and messages, and a focus, if any, must be one of their speakers"
            )
        found.append(item)
    if not found:
        raise TrainingError(f"{place} holds no conversation")
    return found


def _labelled(row: Mapping[str, Any]) -> LabelledConversation | None:
    """Check a row; None for a malformed one, so that no exception that holds its text is the context of another."""
    try:
        conversation = Conversation.from_messages(row["messages"])
        label, participants = row["label"], row.get("participants")
        people = None if participants is None else tuple(sorted({str(person) for person in participants}))
        focus, language = str(row.get("focus") or ""), str(row.get("lang") or "en")
    except (ValueError, KeyError, TypeError):
        return None
    if label not in (0, 1) or (focus and focus not in {message.speaker for message in conversation}):
        return None
    tier, family = str(row.get("tier") or ""), str(row.get("family") or "")
    return LabelledConversation(conversation, int(label), tier, family, language, focus if label else "", people)
