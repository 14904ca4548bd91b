"""Lines of a stream that may never end, pauses between them, and signals that ask to stop."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from queue import Empty, SimpleQueue
from typing import Any

# A message has 8,000 characters at most, twelve bytes each where JSON escapes all of them as surrogate pairs.
LONGEST_LINE = 200_000
# Small, so that stopping waits for a few dozen lines at most.
_CHUNK = 4_096
_CHUNKS_AHEAD = 2


class Event(Enum):
    """What a stream gives besides lines."""

    TOO_LONG = "too long"  # a line over LONGEST_LINE; its content is not kept
    PAUSE = "pause"  # nothing came for a while


class _Mark(Enum):
    END = "end"
    STOP = "stop"


class Inbox:
    """A stream read by a thread of its own, so that the caller notices signals and pauses while nothing comes."""

    def __init__(self, descriptor: int) -> None:
        """Start to read.

        Args:
            descriptor: open for reading.
        """
        self._descriptor = descriptor
        # A SimpleQueue may be put to from a signal handler, whatever the interrupted thread was doing with it.
        self._queue: SimpleQueue[bytes | _Mark] = SimpleQueue()
        self._room = threading.Semaphore(_CHUNKS_AHEAD)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        while True:
            self._room.acquire()
            try:
                chunk = os.read(self._descriptor, _CHUNK)
            except OSError:
                chunk = b""
            self._queue.put(chunk or _Mark.END)
            if not chunk:
                return

    @contextmanager
    def stopped_by_signals(self) -> Iterator[None]:
        """SIGTERM and SIGINT end the lines, after those that were read already. Only in the main thread."""

        def stop(*_: Any) -> None:
            self._queue.put(_Mark.STOP)

        before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def lines(self, patience: float) -> Iterator[bytes | Event]:
        """Lines without their ends, until the stream ends or a signal comes.

        The last line needs no end when the stream ends; when a signal comes, a line without one is given up.

        Args:
            patience: seconds without input after which a pause is given; again and again.
        """
        begun, skipping = b"", False
        while True:
            try:
                got = self._queue.get(timeout=patience)
            except Empty:
                yield Event.PAUSE
                continue
            if isinstance(got, _Mark):
                if got is _Mark.END and (begun or skipping):
                    yield Event.TOO_LONG if skipping else begun
                return
            *whole, begun = (begun + got).split(b"\n")
            for line in whole:
                yield Event.TOO_LONG if skipping or len(line) > LONGEST_LINE else line
                skipping = False
            if len(begun) > LONGEST_LINE:
                begun, skipping = b"", True
            self._room.release()
