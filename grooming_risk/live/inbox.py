"""Lines of a stream that may never end, pauses between them, and signals that end it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from queue import Empty, SimpleQueue
from typing import Any

# The longest messages of any service have 65,536 characters: twelve bytes each where JSON escapes all of them as
# surrogate pairs.
LONGEST_LINE = 1_000_000
# Small, so that stopping waits for at most a few dozen lines.
_CHUNK = 4_096
_CHUNKS_AHEAD = 2


class Event(Enum):
    """What a stream yields besides lines."""

    TOO_LONG = "too long"  # a line longer than LONGEST_LINE; its content is not kept
    PAUSE = "pause"  # nothing came for a while


class _Mark(Enum):
    END = "end"
    STOP = "stop"


class Inbox:
    """A stream read in a thread of its own, so that the caller notices signals and pauses between lines."""

    def __init__(self, descriptor: int) -> None:
        """Start to read.

        Args:
            descriptor: A file descriptor open for reading.
        """
        self._descriptor = descriptor
        # A signal handler may put into a SimpleQueue, whatever the interrupted thread was doing with it.
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
        """End the lines at SIGTERM or SIGINT, after those that were already read. Works only in the main thread."""

        def stop(*_: Any) -> None:
            self._queue.put(_Mark.STOP)

        before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def lines(self, patience: float) -> Iterator[bytes | Event]:
        """Iterate over the lines until the stream ends or a signal comes.

        At the end of the stream, the last line needs no line end; at a signal, a line without one is dropped.

        Args:
            patience: Seconds without input after which a pause is yielded, repeatedly.

        Yields:
            Lines without their ends, and events in place of lines.
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
