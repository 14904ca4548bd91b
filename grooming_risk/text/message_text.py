"""Which text of a message the models read, and together with which messages before it."""

from __future__ import annotations

from grooming_risk.conversation import Conversation, Message
from grooming_risk.text.normalization import NormalizedText, normalize
from grooming_risk.text.short_messages import Run


def read_from(conversation: Conversation) -> list[int]:
    """For each message the index of the first one that it is read together with: its own where it is read alone."""
    found: list[int] = []
    run = Run()
    for index, message in enumerate(conversation):
        text = visible_text(message)
        if text is not None:
            run = run.after(message.speaker, text.text, index)
        found.append(index if text is None or run.start is None else run.start)
    return found


def visible_text(message: Message) -> NormalizedText | None:
    """The normalised text of a message that shows any."""
    if not message.kind.carries_text:
        return None
    text = normalize(message.text)
    return text if text.text.strip() else None
