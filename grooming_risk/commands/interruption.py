"""Stopping on SIGINT and SIGTERM: the work at hand is finished first, and a second signal ends the process at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


@dataclass(slots=True)
class Interruption:
    """Whether somebody asked this process to stop.

    Attributes:
        number: number of the signal; 0 while there was none.
    """

    number: int = 0

    @property
    def status(self) -> int:
        """Exit status that shells expect of a process ended by this signal."""
        return 128 + self.number


@contextmanager
def interruption() -> Iterator[Interruption]:
    """Note the first signal instead of ending; only in the main thread, which alone can handle signals.

    Yields:
        What was noted.
    """
    asked = Interruption()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return

    def stop(number: int, _: FrameType | None) -> None:
        asked.number = number
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_DFL)

    before = {number: signal.signal(number, stop) for number in _SIGNALS}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
