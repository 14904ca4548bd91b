"""SIGINT and SIGTERM ask to stop; the work at hand is finished first. A second one ends the process at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Interruption:
    """Whether somebody asked to stop.

    Attributes:
        number: of the signal; 0 as long as there was none.
    """

    def __init__(self) -> None:
        self.number = 0

    @property
    def status(self) -> int:
        """Exit status that shells expect of a process ended by this signal."""
        return 128 + self.number


@contextmanager
def interruption() -> Iterator[Interruption]:
    """Take note of the first signal instead of ending; in the main thread, which alone may."""
    asked = Interruption()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return

    def stop(number: int, _: Any) -> None:
        asked.number = number
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_DFL)

    before = {number: signal.signal(number, stop) for number in _SIGNALS}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
