"""Find messages whose time does not fit their place, in exports where a message can imitate the head of another."""

from __future__ import annotations

from array import array
from datetime import datetime

# Somebody who forges lines under a message has to guess times; genuine messages after them are then earlier. A message
# that was delivered hours late is also earlier than many before it, and casts no doubt on all of them.
_MOST = 20


class TimeOrder:
    """Compares each message with those before it; every message is looked at twice at most."""

    def __init__(self) -> None:
        """Begin before the first message."""
        # Messages that no later one precedes, which are nearly all: seconds since 1970, and indices.
        self._times, self._indices = array("d"), array("L")

    def add(self, index: int, moment: datetime | None) -> tuple[int, ...]:
        """Add the next message.

        Args:
            index: Index of the message.
            moment: Its time; None when unknown.

        Returns:
            Indices of the messages that are doubtful because of it: itself and the ones before it that are later, if
            there are few; none when its time fits.
        """
        if moment is None:
            return ()
        later, time = [], moment.timestamp()
        while self._times and self._times[-1] > time:
            self._times.pop()
            later.append(self._indices.pop())
        self._times.append(time)
        self._indices.append(index)
        if not later:
            return ()
        return (*reversed(later), index) if len(later) <= _MOST else (index,)
