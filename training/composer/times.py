"""Times of composed conversations: seconds within a talk, minutes to months between talks of a long one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

UNTIMED = 0.3  # share of conversations without times
MEDIAN_GAP = 35.0  # seconds; chats among strangers, BYU proxies
BREAK = 0.04  # share of gaps that are breaks of hours
_YEAR = 31_536_000
_DAY = 86_400.0
# Seconds: the median pause of a long conversation is drawn between these, alike on a logarithmic scale.
MEDIAN_PAUSE = (60.0, 10 * _DAY)
LONGEST_PAUSE = 120 * _DAY
LONGEST = 2.0 * _YEAR  # all pauses of a conversation together


def usual_times(count: int, random: np.random.Generator) -> list[datetime | None]:
    """Return the times of a conversation that is not diluted, or none for some."""
    if random.random() < UNTIMED:
        return [None] * count
    return _from_gaps(_gaps(count, random), _start(random))


@dataclass(frozen=True, slots=True)
class Timing:
    """Times of a long conversation: both halves of a pair share it.

    Attributes:
        seed: Seed of the gaps.
        untimed: Whether no message has a time.
        median_pause: Median of the pauses between talks, in seconds.
    """

    seed: int
    untimed: bool
    median_pause: float

    def sent_at(self, pauses: Sequence[bool]) -> list[datetime | None]:
        """Return the times of messages.

        Args:
            pauses: For each message, whether there is a pause between talks before it.

        Returns:
            A time for each message, never before that of the message in front of it.
        """
        if self.untimed:
            return [None] * len(pauses)
        random = np.random.default_rng(self.seed)
        start, gaps = _start(random), _gaps(len(pauses), random)
        drawn = self.median_pause * random.lognormal(0.0, 1.0, len(pauses))
        paused = np.where(pauses, np.minimum(drawn, LONGEST_PAUSE), 0.0)
        return _from_gaps(gaps + paused * min(1.0, LONGEST / max(paused.sum(), 1.0)), start)


def draw_timing(random: np.random.Generator) -> Timing:
    """Draw whether a long conversation has times, and how long its pauses are."""
    low, high = np.log(MEDIAN_PAUSE)
    return Timing(
        int(random.integers(2**62)), bool(random.random() < UNTIMED), float(np.exp(random.uniform(low, high)))
    )


def _gaps(count: int, random: np.random.Generator) -> np.ndarray:
    gaps = random.lognormal(np.log(MEDIAN_GAP), 1.0, count)
    gaps[random.random(count) < BREAK] *= 200
    return gaps


def _start(random: np.random.Generator) -> datetime:
    return datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=int(random.integers(0, _YEAR)))


def _from_gaps(gaps: np.ndarray, start: datetime) -> list[datetime | None]:
    return [start + timedelta(seconds=float(offset)) for offset in np.cumsum(gaps)]
