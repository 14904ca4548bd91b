"""What the composer gives: a conversation in memory with what is known of it. Never written to disk as text."""

from __future__ import annotations

from dataclasses import dataclass, field

from grooming_risk.conversation import Conversation, Message


@dataclass(frozen=True, slots=True)
class Composed:
    """One conversation.

    Attributes:
        messages: in order.
        label: 1 with a profile of tactics by one speaker, else 0.
        kind: counterfactual | carrier | dialogue | proxy: how it was made.
        source: carrier source or context family; results are sliced by it.
        group: what a bootstrap draws: the carrier or dialogue that it was made from.
        language: of all its lines.
        tactic_messages: indices of the inserted tactic lines and their tactics, in order.
        focus: speaker of these lines, empty for negatives.
        manner: how the recipient takes it: answering | one_sided | refusing; empty where nothing was inserted.
        evasion: kind of evasion that one speaker uses, or empty.
    """

    messages: tuple[Message, ...] = field(repr=False)
    label: int
    kind: str
    source: str
    group: str
    language: str
    tactic_messages: tuple[tuple[int, str], ...]
    focus: str
    manner: str = ""
    evasion: str = ""

    def conversation(self) -> Conversation:
        """For the scorer."""
        return Conversation(self.messages)
