"""Composed conversations: held in memory with all that is known of them, and never written to disk as text."""

from __future__ import annotations

from dataclasses import dataclass, field

from grooming_risk.conversation import Conversation, Message


@dataclass(frozen=True, slots=True)
class Composed:
    """One conversation.

    Attributes:
        messages: Its messages, in order.
        label: 1 with a profile of tactics by one speaker, else 0.
        kind: How it was made: counterfactual | carrier | dialogue | proxy | joined.
        source: Carrier source or context family; results are sliced by it.
        group: The carrier or dialogue that it was made from; a bootstrap draws these.
        language: Corpus code of all its lines.
        tactic_messages: Indices of the inserted tactic lines and their tactics, in order.
        focus: Speaker of these lines, empty for negatives.
        manner: How the recipient reacts: answering | one_sided | refusing; empty where nothing was inserted.
        evasion: Kind of evasion that one speaker uses, or empty.
        fillers: Number of its messages that are harmless talk between those of the draft.
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
    fillers: int = 0

    def conversation(self) -> Conversation:
        """Return it as the scorer takes it."""
        return Conversation(self.messages)
