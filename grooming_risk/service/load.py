"""Back-pressure: how many messages wait, and when to come again if there are too many."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from grooming_risk.service.metrics import Metrics
from grooming_risk.service.problems import busy

_LONGEST_RETRY = 60
# Share of the newest measurement in the running rate: a few batches suffice to notice a change.
_NEWEST = 0.2
_FIRST_RATE = 200.0  # messages a second, until the first batch was measured


class Load:
    """Messages that wait for one kind of work, and how fast they are done."""

    def __init__(self, most: int, kind: str, metrics: Metrics) -> None:
        """Start with none.

        Args:
            most: Messages that may wait.
            kind: Name of the work in metrics.
            metrics: Shows how many wait.
        """
        self._most, self._waiting, self._rate = most, 0, _FIRST_RATE
        self._gauge = metrics.waiting_messages.labels(kind)
        self._done = metrics.messages.labels(kind)
        self._lock = threading.Lock()

    @contextmanager
    def of(self, messages: int) -> Iterator[None]:
        """Count messages as waiting. A request that exceeds the limit alone is accepted when nothing else waits.

        Args:
            messages: Number of messages.

        Yields:
            Nothing; leaving the block takes them out.

        Raises:
            Problem: Too many would wait (429).
        """
        with self._lock:
            if self._waiting and self._waiting + messages > self._most:
                raise busy(min(_LONGEST_RETRY, max(1, math.ceil(self._waiting / self._rate / 2))))
            self._waiting += messages
            self._gauge.set(self._waiting)
        try:
            yield
        finally:
            with self._lock:
                self._waiting -= messages
                self._gauge.set(self._waiting)

    def done(self, messages: int, seconds: float) -> None:
        """Count messages as done.

        Args:
            messages: Number of messages.
            seconds: Time that they took.
        """
        self._done.inc(messages)
        if messages and seconds > 0:
            with self._lock:
                self._rate += _NEWEST * (messages / seconds - self._rate)
