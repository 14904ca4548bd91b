"""The conversations of a watch: the latest in memory, the others in the state file."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from grooming_risk.conversation import read_message
from grooming_risk.errors import InvalidConversationError
from grooming_risk.live.monitor import ConversationMonitor
from grooming_risk.live.notices import Notice, NoticeKind
from grooming_risk.live.open_runs import OpenRuns, RunMessage
from grooming_risk.live.options import WatchOptions
from grooming_risk.live.state_file import DamagedStateError, StateFile, StoredConversation
from grooming_risk.live.step import MonitorStep
from grooming_risk.scoring.scorer import RiskScorer

# Conversations whose last short messages are kept, for each one that is kept whole: they are a hundredth of its size.
RUNS = 100


@dataclass(slots=True)
class Watched:
    """A conversation in memory.

    Attributes:
        monitor: Its monitor.
        stored: Number of its messages with text that the state file has.
        changed: Whether it has had messages since it was stored.
        seen: Time of the last one, seconds since 1970.
    """

    monitor: ConversationMonitor
    stored: int = 0
    changed: bool = False
    seen: float = 0.0


class WatchedConversations:
    """Finds the conversation of a message, in memory or in the state file, and keeps the number in memory bounded."""

    def __init__(
        self,
        scorer: RiskScorer,
        options: WatchOptions,
        state: StateFile | None,
        commit: Callable[[], None],
        notify: Callable[[Notice], None],
    ) -> None:
        """Start with none in memory.

        Args:
            scorer: Scores all conversations.
            options: The options of the watch.
            state: The state file; None without one.
            commit: Commits what was read, before a changed conversation leaves the memory.
            notify: Receives notices.
        """
        self._scorer, self._options, self._state = scorer, options, state
        self._commit, self._notify = commit, notify
        self._watched: OrderedDict[str, Watched] = OrderedDict()
        self._runs = OpenRuns((1 + RUNS) * options.conversations)
        self._needed: dict[int, tuple[bytes, int]] = {}
        self._told = False

    def read(self, name: str, message: Mapping[str, Any], line: int) -> tuple[ConversationMonitor, MonitorStep]:
        """Read the next message of a conversation.

        Args:
            name: Id of the conversation.
            message: The message, as a monitor accepts it.
            line: Its line of the input, from 0.

        Returns:
            The conversation's monitor, and its step.

        Raises:
            InvalidConversationError: The message cannot be used.
            InputTooLargeError: The message exceeds a limit.
        """
        watched = self._find(name, line)
        step = watched.monitor.update(message)
        watched.changed, watched.seen = True, time.time()
        run = watched.monitor.run
        if run.start is None:
            self._runs.drop(name)
        elif run.last == step.message:
            checked = read_message(message, step.message, self._scorer.limits)
            self._runs.add(name, RunMessage(step.message, line, checked), begins=run.start == step.message)
        return watched.monitor, step

    def needed_lines(self) -> list[int]:
        """Return the lines of the input, from 0, whose text a watch that goes on needs again, ascending."""
        if self._state is not None:
            self._needed = self._state.run_lines()
        return sorted(self._needed)

    def is_needed(self, line: int) -> bool:
        """Check whether the text of a line is needed again."""
        return line in self._needed

    def recall(self, name: str, message: Mapping[str, Any], line: int) -> None:
        """Take the text of a line that is needed again.

        Args:
            name: Id of its conversation.
            message: The message, as a monitor accepts it.
            line: Its line of the input, from 0.

        Raises:
            InvalidConversationError: The message cannot be used, or belongs to another conversation.
            InputTooLargeError: The message exceeds a limit.
        """
        key, index = self._needed.pop(line)
        if self._state is None or self._state.key(name) != key:
            raise InvalidConversationError("the line belongs to another conversation than when it was read first")
        self._runs.add(name, RunMessage(index, line, read_message(message, index, self._scorer.limits)))

    def changed(self) -> list[tuple[Watched, StoredConversation]]:
        """Return the conversations in memory that had messages since they were stored, and what to store of each."""
        found = []
        for name, watched in self._watched.items():
            if watched.changed:
                run = [(message.index, message.line) for message in self._runs.of(name)]
                found.append((watched, StoredConversation(name, watched.monitor.to_state(), watched.stored, run)))
        return found

    def forget(self, before: float) -> None:
        """Forget the conversations in memory whose last message came before this time, in seconds since 1970."""
        for name in [name for name, watched in self._watched.items() if watched.seen < before]:
            del self._watched[name]
            self._runs.drop(name)

    def _find(self, name: str, line: int) -> Watched:
        """Return the conversation from memory, from the state file, or new."""
        if name in self._watched:
            self._watched.move_to_end(name)
            return self._watched[name]
        while len(self._watched) >= self._options.conversations:
            self._drop()
        watched = self._resumed(name, line)
        if watched is None:
            self._runs.drop(name)
            watched = Watched(self._new_monitor())
        self._watched[name] = watched
        return watched

    def _resumed(self, name: str, line: int) -> Watched | None:
        """Return the conversation from the state file; None if it has none, or has set it aside because of damage."""
        if self._state is None:
            return None
        damaged, state = False, None
        try:
            state = self._state.load(name)
        except DamagedStateError:
            damaged = True
        if state is not None:
            return Watched(self._monitor_of(name, state), state["text_messages"])
        if damaged:
            self._state.set_aside(name)
        if damaged or self._state.was_set_aside(name):
            self._notify(Notice(NoticeKind.SET_ASIDE, line + 1, name=name))
        return None

    def _monitor_of(self, name: str, state: dict[str, Any]) -> ConversationMonitor:
        """Return the monitor of a state, with the run of short messages that it ends with, as far as that is known."""
        monitor = ConversationMonitor.from_state(state, self._scorer)
        messages = [(known.index, known.message) for known in self._runs.of(name)]
        try:
            if state["reread_from"] is not None and messages:
                monitor.restore_run(messages)
        except InvalidConversationError:  # other lines than those that were read first
            self._runs.drop(name)
        return monitor

    def _new_monitor(self) -> ConversationMonitor:
        return ConversationMonitor(
            self._scorer,
            operating_point=self._options.operating_point,
            prior=self._options.prior,
            skepticism=self._options.skepticism,
        )

    def _drop(self) -> None:
        """Drop the conversation that has been longest without a message."""
        if self._state and next(iter(self._watched.values())).changed:
            self._commit()
        elif not self._state and not self._told:
            self._told = True
            self._notify(Notice(NoticeKind.FORGETTING, self._options.conversations))
        if self._watched:
            name, _ = self._watched.popitem(last=False)
            if self._state is None:
                self._runs.drop(name)
