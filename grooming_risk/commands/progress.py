"""One line on standard error that says how far a command is: only on a terminal, and out of the way of messages."""

from __future__ import annotations

import sys
import time

_SECONDS = 0.2  # between two drawings; a terminal is slower than we are


class Progress:
    """The line. Messages to people go through it, so that they do not run into it."""

    def __init__(self) -> None:
        """Nothing is shown yet; nothing ever is where standard error is no terminal."""
        self._shows = sys.stderr.isatty()
        self._drawn, self._at = "", 0.0

    def show(self, text: str) -> None:
        """Draw the line anew, unless that was done just now. It never holds text of messages."""
        if self._shows and time.monotonic() - self._at >= _SECONDS:
            self._at = time.monotonic()
            print("\r" + text.ljust(len(self._drawn)), end="", file=sys.stderr, flush=True)
            self._drawn = text

    def say(self, text: str) -> None:
        """A message of its own line, as every verb writes them."""
        self.clear()
        print(f"grooming-risk: {text}", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Take the line away."""
        if self._drawn:
            print("\r" + " " * len(self._drawn), end="\r", file=sys.stderr, flush=True)
            self._drawn = ""
