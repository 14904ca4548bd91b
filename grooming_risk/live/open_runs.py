"""The short messages that conversations end with: in memory only, with the input lines that they came from.

A speaker's short messages are read as one text, so the next one needs the text of those before it. No file may hold
that text. A conversation that leaves the memory for the state file leaves its last short messages here, which are a
hundredth of its size. The state file keeps the numbers of their lines, so that a watch which was killed can ask its
source for these lines alone.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from grooming_risk.conversation import Message


@dataclass(frozen=True, slots=True)
class RunMessage:
    """A message of a run. Its `repr` hides text and speaker, as that of the message does.

    Attributes:
        index: Its index in its conversation.
        line: Its line of the input, from 0.
        message: The message.
    """

    index: int
    line: int
    message: Message


class OpenRuns:
    """The runs of short messages that may go on, by conversation."""

    def __init__(self, most: int) -> None:
        """Start with none.

        Args:
            most: Most conversations whose run is kept; of more, the one that changed longest ago is forgotten.
        """
        self._runs: OrderedDict[str, tuple[RunMessage, ...]] = OrderedDict()
        self._most = most

    def __repr__(self) -> str:
        return f"OpenRuns({len(self._runs)} conversations)"

    def of(self, conversation: str) -> tuple[RunMessage, ...]:
        """Return the messages of a conversation's run; none without a run, or when it was forgotten."""
        return self._runs.get(conversation, ())

    def add(self, conversation: str, message: RunMessage, *, begins: bool = False) -> None:
        """Add the last message of a run.

        Args:
            conversation: Id of the conversation.
            message: The message.
            begins: Whether a new run begins with it.
        """
        self._runs[conversation] = (message,) if begins else (*self.of(conversation), message)
        self._runs.move_to_end(conversation)
        while len(self._runs) > self._most:
            self._runs.popitem(last=False)

    def drop(self, conversation: str) -> None:
        """Forget the run of a conversation."""
        self._runs.pop(conversation, None)
