"""Live conversations in one thread: requests that wait are read together and committed together.

What a caller is told has been committed. A process that is killed has either committed a request or not; a caller that
got no answer sends it again with its idempotency key, and gets the answer of the first time or is read now.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from grooming_risk.service.live_group import GroupReader
from grooming_risk.service.live_requests import LiveRequest
from grooming_risk.service.load import Load
from grooming_risk.service.problems import unavailable
from grooming_risk.service.stores import Store, StoreError

_Value = TypeVar("_Value")

# Messages that are committed together: enough to share a commit, few enough for an answer in a fraction of a second.
GROUP = 64
FORGET_SECONDS = 3_600.0  # between two searches for conversations to delete
_UNAVAILABLE = "the state cannot be used now; send the request again with the same Idempotency-Key"


@dataclass(frozen=True, slots=True)
class _Call:
    """Work on the store besides reading messages."""

    work: Callable[[Store], Any]
    result: Future[Any]


@dataclass(frozen=True, slots=True)
class Job:
    """A request and its answer to come."""

    request: LiveRequest
    answer: Future[dict[str, Any]]


class LiveWorker:
    """Reads the messages of all live conversations. Its methods may be called from any thread."""

    def __init__(self, reader: GroupReader, store: Store, load: Load, forget_after: float | None) -> None:
        """Start nothing; see `start`.

        Args:
            reader: Reads groups of requests.
            store: Keeps the conversations; it belongs to the worker from now on.
            load: Counts the messages that wait, and refuses what is too much.
            forget_after: Seconds without a message after which a conversation is deleted; None for never.
        """
        self._reader, self._store, self._load, self._forget_after = reader, store, load, forget_after
        self._queue: queue.SimpleQueue[Job | _Call | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="grooming-risk-live", daemon=True)
        self._forgot = time.monotonic() - FORGET_SECONDS

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """Read what waits, then close the store."""
        self._queue.put(None)
        self._thread.join()

    async def read(self, request: LiveRequest) -> dict[str, Any]:
        """Read the messages of a request.

        Args:
            request: The request.

        Returns:
            The answer, which has been committed.

        Raises:
            Problem: The request cannot be read (413, 409), or not now (429, 503).
        """
        with self._load.of(len(request.messages)):
            job = Job(request, Future())
            self._queue.put(job)
            return await asyncio.wrap_future(job.answer)

    async def call(self, work: Callable[[Store], _Value]) -> _Value:
        """Run work on the store between two groups.

        Args:
            work: Receives the store.

        Returns:
            What it returns.

        Raises:
            Problem: The store cannot be used now (503).
        """
        call = _Call(work, Future())
        self._queue.put(call)
        result: _Value = await asyncio.wrap_future(call.result)
        return result

    async def delete(self, conversation: str) -> bool:
        """Delete a conversation; return whether there was one."""
        return await self.call(lambda store: self._reader.delete(store, conversation))

    def _run(self) -> None:
        ended = False
        while not ended:
            group, call, ended = self._next()
            if group:
                self._read(group)
            if call is not None:
                self._call(call)
            self._forget()
        self._store.close()

    def _next(self) -> tuple[list[Job], _Call | None, bool]:
        """Return the requests that wait, up to a group of them; other work that follows them; whether it is the end."""
        group: list[Job] = []
        messages = 0
        while messages < GROUP:
            try:
                item = self._queue.get(timeout=1.0) if not group else self._queue.get_nowait()
            except queue.Empty:
                break
            if not isinstance(item, Job):
                return group, item, item is None
            if item.answer.set_running_or_notify_cancel():  # else its caller has gone
                group.append(item)
                messages += len(item.request.messages)
        return group, None, False

    def _read(self, group: list[Job]) -> None:
        started = time.monotonic()
        answers: list[dict[str, Any] | Exception]
        try:
            answers = self._reader.read(self._store, [job.request for job in group])
        except StoreError:
            answers = [unavailable(_UNAVAILABLE) for _ in group]
        except Exception as error:  # a fault of ours; the thread goes on
            answers = [error for _ in group]
        self._load.done(sum(len(job.request.messages) for job in group), time.monotonic() - started)
        for job, answer in zip(group, answers, strict=True):
            if isinstance(answer, Exception):
                job.answer.set_exception(answer)
            else:
                job.answer.set_result(answer)

    def _call(self, call: _Call) -> None:
        if not call.result.set_running_or_notify_cancel():
            return
        try:
            call.result.set_result(call.work(self._store))
        except StoreError:
            call.result.set_exception(unavailable(_UNAVAILABLE))
        except Exception as error:
            call.result.set_exception(error)

    def _forget(self) -> None:
        """Delete the conversations that were quiet for too long, now and then."""
        if self._forget_after is None or time.monotonic() - self._forgot < FORGET_SECONDS:
            return
        self._forgot = time.monotonic()
        with suppress(StoreError):  # the next search may find the store again
            self._store.forget(time.time() - self._forget_after)
        self._reader.forget_all()
