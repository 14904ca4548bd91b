"""`bench --scale`: millions of messages in constant memory, and the curve of speed and memory."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grooming_risk.commands.bench.machine import resident_megabytes
from grooming_risk.commands.bench.sample import Sample
from grooming_risk.live.options import WatchOptions
from grooming_risk.live.watch import ConversationWatch
from grooming_risk.report import RiskReport
from grooming_risk.rows.batch import score_conversations
from grooming_risk.scoring.batch import MESSAGES
from grooming_risk.scoring.scorer import RiskScorer

_POINTS = 20  # of each curve, where it is long enough


@dataclass(frozen=True, slots=True)
class ScalePoint:
    """A point of a curve.

    Attributes:
        way: "batch" for `score_conversations`, "live" for a `ConversationWatch`.
        messages: Messages read so far.
        messages_per_second: Speed since the point before.
        resident_megabytes: Memory of this process at this point; None where it is not known.
    """

    way: str
    messages: int
    messages_per_second: float
    resident_megabytes: float | None


def run_scale(scorer: RiskScorer, messages: int, conversations: int) -> Iterator[ScalePoint]:
    """Stream messages through `score_conversations`, then through many live conversations.

    Args:
        scorer: The scorer.
        messages: Messages to stream each way.
        conversations: Live conversations that go on at the same time.

    Yields:
        The points of both curves, as they are reached.
    """
    # Reports come in bursts, one for each batch; a point closer to the one before would measure a part of a burst.
    curve = _Curve("batch", messages, 2 * MESSAGES)
    for report in score_conversations(Sample().conversations(messages), explain=False, scorer=scorer):
        if isinstance(report, RiskReport):
            yield from curve.after(report.messages)
    curve = _Curve("live", messages, 1)
    with ConversationWatch(scorer, WatchOptions(conversations=conversations), write=_forget) as watch:
        for message in Sample().interleaved(messages, conversations):
            watch.update(message)
            yield from curve.after(1)
        watch.finish()


class _Curve:
    """Counts messages, and measures where a point is due."""

    def __init__(self, way: str, messages: int, closest: int) -> None:
        self._way, self._step = way, max(closest, messages // _POINTS)
        self._total, self._read, self._due = messages, 0, self._step
        self._last, self._started = 0, time.perf_counter()

    def after(self, messages: int) -> Iterator[ScalePoint]:
        """Yield a point if one is due after some more messages."""
        self._read += messages
        if self._read < min(self._due, self._total):
            return
        now = time.perf_counter()
        rate = (self._read - self._last) / max(now - self._started, 1e-9)
        yield ScalePoint(self._way, self._read, rate, resident_megabytes())
        self._last, self._due, self._started = self._read, self._read + self._step, time.perf_counter()


def _forget(lines: Sequence[str]) -> None:
    """Receive flags, which nobody reads here."""
