"""A progress line on standard error: only on a terminal, and never mixed up with messages."""

from __future__ import annotations

import sys
import time

_SECONDS = 0.2  # between two drawings; a terminal is slower than this process


class Progress:
    """The progress line. Messages to people go through it, so that they do not run into the line."""

    def __init__(self) -> None:
        """Show nothing yet, and never anything where standard error is not a terminal."""
        self._shows = sys.stderr.isatty()
        self._drawn, self._at = "", 0.0

    def show(self, text: str) -> None:
        """Draw the line again, unless it was drawn a moment ago. `text` never holds the text of messages."""
        if self._shows and time.monotonic() - self._at >= _SECONDS:
            self._at = time.monotonic()
            print("\r" + text.ljust(len(self._drawn)), end="", file=sys.stderr, flush=True)
            self._drawn = text

    def say(self, text: str) -> None:
        """Print a message on a line of its own, as every verb does."""
        self.clear()
        print(f"grooming-risk: {text}", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Remove the line."""
        if self._drawn:
            print("\r" + " " * len(self._drawn), end="\r", file=sys.stderr, flush=True)
            self._drawn = ""
