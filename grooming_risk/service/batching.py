"""Micro-batches: conversations of several callers are scored together, and none waits longer than a bound for others.

Texts of several conversations fill the encoder's batches better than those of one, and a text that occurs in several of
them is encoded once. What comes while a batch is scored forms the next one.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from grooming_risk.conversation import Conversation
from grooming_risk.report import RiskReport
from grooming_risk.scoring.batch import MESSAGES
from grooming_risk.scoring.scorer import RiskScorer
from grooming_risk.service.load import Load
from grooming_risk.service.metrics import Metrics


@dataclass(slots=True)
class _Waiting:
    """A conversation that waits for its report."""

    conversation: Conversation
    options: dict[str, Any]
    report: asyncio.Future[RiskReport]
    since: float = field(default_factory=time.monotonic)


class Batcher:
    """Scores conversations of concurrent callers in batches. All methods are for one event loop."""

    def __init__(self, scorer: RiskScorer, wait_seconds: float, load: Load, metrics: Metrics) -> None:
        """Start nothing; see `start`.

        Args:
            scorer: Scores the conversations.
            wait_seconds: Longest time that a conversation waits for others.
            load: Counts the messages that wait, and refuses what is too much.
            metrics: Counts batches.
        """
        self._scorer, self._wait, self._load, self._metrics = scorer, wait_seconds, load, metrics
        self._waiting: deque[_Waiting] = deque()
        self._came = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, "grooming-risk-batch")
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to score."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End; conversations that still wait are cancelled."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        for item in self._waiting:
            item.report.cancel()
        await asyncio.to_thread(self._thread.shutdown)

    async def score(self, conversations: Sequence[Conversation], options: dict[str, Any]) -> list[RiskReport]:
        """Score conversations of one caller.

        Args:
            conversations: The conversations.
            options: Keywords of `RiskScorer.judge`.

        Returns:
            One report for each, in order.

        Raises:
            Problem: Too many messages wait already (429).
        """
        loop = asyncio.get_running_loop()
        with self._load.of(sum(map(len, conversations))):
            waiting = [_Waiting(conversation, options, loop.create_future()) for conversation in conversations]
            self._waiting.extend(waiting)
            self._came.set()
            try:
                return [await item.report for item in waiting]
            finally:
                for item in waiting:
                    item.report.cancel()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._fill()
            batch = self._next()
            if not batch:
                continue
            scored = await loop.run_in_executor(self._thread, self._score, batch)
            for item, result in zip(batch, scored, strict=True):
                if item.report.done():
                    continue
                if isinstance(result, Exception):
                    item.report.set_exception(result)
                else:
                    item.report.set_result(result)

    async def _fill(self) -> None:
        """Wait until a batch is full, or its first conversation has waited for long enough."""
        while not self._waiting:
            self._came.clear()
            await self._came.wait()
        until = self._waiting[0].since + self._wait
        while sum(len(item.conversation) for item in self._waiting) < MESSAGES:
            self._came.clear()
            left = until - time.monotonic()
            if left <= 0:
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._came.wait(), left)

    def _next(self) -> list[_Waiting]:
        batch: list[_Waiting] = []
        messages = 0
        while self._waiting and messages < MESSAGES:
            item = self._waiting.popleft()
            if not item.report.done():  # its caller may have gone
                batch.append(item)
                messages += len(item.conversation)
        return batch

    def _score(self, batch: list[_Waiting]) -> list[RiskReport | Exception]:
        """Score a batch; when that fails, each conversation alone, so that one cannot spoil those of other callers."""
        started = time.monotonic()
        try:
            encoded = self._scorer.encode([item.conversation for item in batch])
            scored: list[RiskReport | Exception] = [
                self._scorer.judge(each, **item.options) for each, item in zip(encoded, batch, strict=True)
            ]
        except Exception as error:
            scored = [error] if len(batch) == 1 else [self._score([item])[0] for item in batch]
        messages = sum(len(item.conversation) for item in batch)
        self._load.done(messages, time.monotonic() - started)
        self._metrics.batch_messages.observe(messages)
        return scored
