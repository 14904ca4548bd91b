"""A group of requests for live conversations, read and committed in one transaction."""

from __future__ import annotations

import json
import time
from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from grooming_risk.errors import GroomingRiskError, InputTooLargeError, InvalidConversationError
from grooming_risk.live.monitor import ConversationMonitor
from grooming_risk.live.options import WatchOptions
from grooming_risk.scoring.scorer import RiskScorer
from grooming_risk.service.live_record import LiveConversation, from_record
from grooming_risk.service.live_requests import LiveRequest
from grooming_risk.service.metrics import Metrics
from grooming_risk.service.options import ServiceOptions
from grooming_risk.service.problems import Problem, unavailable, unusable
from grooming_risk.service.stores import Kept, Store

Answer = dict[str, Any] | Exception


@dataclass(slots=True)
class _Part:
    """The requests of a group that are for one conversation.

    Attributes:
        requests: Place in the group → request, in order.
        live: The conversation; None when it cannot be read.
        answers: Place → answer.
        changed: Whether the conversation has read messages.
        flagged: Whether it raised its warning.
    """

    requests: dict[int, LiveRequest] = field(default_factory=dict)
    live: LiveConversation | None = None
    answers: dict[int, Answer] = field(default_factory=dict)
    changed: bool = False
    flagged: bool = False

    def refuse(self, error: Exception) -> None:
        """Give every request the same error; nothing of the conversation is stored."""
        self.answers = dict.fromkeys(self.requests, error)
        self.live, self.changed, self.flagged = None, False, False


class GroupReader:
    """Reads groups, and keeps the conversations with the latest messages in memory. For one thread."""

    def __init__(self, scorer: RiskScorer, options: ServiceOptions, metrics: Metrics) -> None:
        """Start with nothing in memory.

        Args:
            scorer: Scores all conversations.
            options: Operating point, prior, skepticism, and how many conversations stay in memory.
            metrics: Counts flags and commits.

        Raises:
            InvalidOptionError: The prior or the skepticism is out of its range.
            UnknownOperatingPointError: The artefact has no operating point of this name.
        """
        self._scorer, self._options, self._metrics = scorer, options, metrics
        watched = WatchOptions(options.operating_point, options.prior, options.skepticism)
        self.settings = watched.settings(scorer.artifact)
        self._memory: OrderedDict[str, LiveConversation] = OrderedDict()
        self._threads = ThreadPoolExecutor(options.threads, "grooming-risk-read") if options.threads > 1 else None

    def read(self, store: Store, requests: Sequence[LiveRequest]) -> list[Answer]:
        """Read a group.

        Args:
            store: Keeps the conversations.
            requests: The requests, in order.

        Returns:
            The answer or the error of each.

        Raises:
            StoreError: The store cannot be used; nothing was read.
        """
        parts: defaultdict[str, _Part] = defaultdict(_Part)
        for place, request in enumerate(requests):
            parts[request.conversation].requests[place] = request
        try:
            with store.transaction() as transaction:
                kept = transaction.lock({name: self._version(name) for name in parts})
                self._each(self._read_part, [(name, parts[name], kept[name]) for name in parts])
                started = time.monotonic()
                for name, part in parts.items():
                    if part.changed and part.live is not None:
                        part.live.version = transaction.save(name, part.live.record())
                        if part.flagged:
                            transaction.add_flag(name, json.dumps(part.live.flag))
        except BaseException:
            for name in parts:  # what they have read is not stored
                self._memory.pop(name, None)
            raise
        self._metrics.commits.observe(time.monotonic() - started)
        self._keep(parts)
        answers = {place: answer for part in parts.values() for place, answer in part.answers.items()}
        return [answers[place] for place in range(len(requests))]

    def delete(self, store: Store, conversation: str) -> bool:
        """Delete a conversation; return whether there was one."""
        self._memory.pop(conversation, None)
        with store.transaction() as transaction:
            transaction.lock({conversation: 0})
            return transaction.delete(conversation)

    def forget_all(self) -> None:
        """Forget what is in memory; the store has it."""
        self._memory.clear()

    def _version(self, name: str) -> int:
        return self._memory[name].version if name in self._memory else 0

    def _each(self, work: Any, items: list[tuple[str, _Part, Kept]]) -> None:
        """Run work for every item, in several threads where there are some."""
        if self._threads is None or len(items) == 1:
            for item in items:
                work(item)
        else:
            list(self._threads.map(work, items))

    def _read_part(self, item: tuple[str, _Part, Kept]) -> None:
        """Read the requests of one conversation; whatever is wrong with it, the others of the group are read."""
        name, part, kept = item
        try:
            self._read_requests(name, part, kept)
        except Exception as error:  # a fault of ours
            part.refuse(error)

    def _read_requests(self, name: str, part: _Part, kept: Kept) -> None:
        try:
            part.live = self._find(name, kept, next(iter(part.requests.values())))
        except InvalidConversationError as error:
            part.refuse(unusable(error))
            return
        except GroomingRiskError as error:
            part.refuse(Problem(409, str(error), reason="state"))
            return
        for place, request in part.requests.items():
            try:
                answer = part.live.answered(request)
                if answer is None:
                    answer = part.live.read(request, self.settings)
                    part.changed = True
                    part.flagged = part.flagged or answer["flag"] is not None
                part.answers[place] = answer
            except Problem as problem:
                part.answers[place] = problem
            except InputTooLargeError as error:
                # It may have read a part of the request: it is as before for everybody, and the others come again.
                part.refuse(unavailable("another request failed beside this one; send it again"))
                part.answers[place] = unusable(error)
                return

    def _find(self, name: str, kept: Kept, request: LiveRequest) -> LiveConversation:
        """Return the conversation from memory when that is up to date, from the record, or new."""
        if kept.version and kept.record is None:
            return self._memory[name]
        if kept.record is not None:
            return from_record(name, kept.record, kept.version, self._scorer, request)
        options = self._options
        return LiveConversation(
            name,
            ConversationMonitor(
                self._scorer,
                operating_point=options.operating_point,
                prior=options.prior,
                skepticism=options.skepticism,
            ),
        )

    def _keep(self, parts: dict[str, _Part]) -> None:
        """Keep the latest conversations in memory, and count flags."""
        for name, part in parts.items():
            self._memory.pop(name, None)
            if part.live is not None and part.live.version:
                self._memory[name] = part.live
            self._metrics.flags.inc(part.flagged)
        while len(self._memory) > self._options.conversations:
            self._memory.popitem(last=False)
        self._metrics.in_memory.set(len(self._memory))
