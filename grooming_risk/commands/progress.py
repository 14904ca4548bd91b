"""A progress line on standard error: only on a terminal, and never mixed up with messages."""

from __future__ import annotations

import sys
import time

from grooming_risk.commands.terminal_output import is_terminal, redraw, say

_SECONDS = 0.2  # between two drawings; a terminal is slower than this process


class Progress:
    """The progress line. Messages to people go through it, so that they do not run into the line."""

    def __init__(self) -> None:
        """Show nothing yet, and never anything where standard error is not a terminal."""
        self._shows = is_terminal(sys.stderr)
        self._drawn, self._at = "", 0.0

    def show(self, text: str) -> None:
        """Draw the line again, unless it was drawn a moment ago. `text` never holds the text of messages."""
        if self._shows and time.monotonic() - self._at >= _SECONDS:
            self._at = time.monotonic()
            redraw(text, self._drawn)
            self._drawn = text

    def say(self, text: str) -> None:
        """Print a message on a line of its own, as every verb does."""
        self.clear()
        say(text)

    def clear(self) -> None:
        """Remove the line."""
        if self._drawn:
            redraw("", self._drawn)
            self._drawn = ""
