"""Live conversations whose state an engine keeps as bytes."""

from __future__ import annotations

import json
import pickle
import secrets
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from grooming_risk.engines.options import EngineOptions
from grooming_risk.engines.tables import in_order
from grooming_risk.engines.worker import worker_options
from grooming_risk.errors import GroomingRiskError, UnsupportedFormatError
from grooming_risk.live.lines import flag_line
from grooming_risk.live.monitor import ConversationMonitor
from grooming_risk.live.options import WatchOptions
from grooming_risk.live.step import MonitorStep
from grooming_risk.row_keys import renamed
from grooming_risk.rows import error_row, message_id
from grooming_risk.rows.identifiers import Identifier
from grooming_risk.rows.steps import flat_error, flat_step

FORMAT = 1
# Ids kept of the last messages, to know one that comes again and to name those that a flag cites.
IDS = 256
Row = dict[str, Any]


@dataclass(slots=True)
class _Followed:
    """A conversation in the memory of a worker.

    Attributes:
        monitor: Its monitor.
        token: Random bytes that the engine's state has as well, if this is the state of this monitor.
        ids: Index → id of the last messages.
    """

    monitor: ConversationMonitor
    token: str = ""
    ids: OrderedDict[int, Identifier] = field(default_factory=OrderedDict)


class Follower:
    """Reads messages of live conversations. The state that it returns has no text; see `ConversationMonitor`."""

    def __init__(self, options: EngineOptions) -> None:
        """Start with no conversation in memory.

        Args:
            options: Options of this process.
        """
        self._options = options
        watched = WatchOptions(options.operating_point, options.prior, options.skepticism)
        self._settings = watched.settings(options.scorer.artifact)
        self._memory: OrderedDict[str, _Followed] = OrderedDict()

    def read(
        self, name: Identifier, state: bytes | None, rows: Sequence[Mapping[str, Any]]
    ) -> tuple[bytes | None, list[Row]]:
        """Read messages of a conversation.

        Args:
            name: Id of the conversation.
            state: What this method returned for the messages before; None for a new conversation.
            rows: The messages, in any order where each has "sequence" or a time.

        Returns:
            The state after these messages, and rows with the columns of `grooming_risk.rows.LIVE_COLUMNS`. A message
            that cannot be used gives an error row and does not change the state. A message whose id is among the last
            256 of its conversation is left out, because engines deliver some messages twice.
        """
        found, followed = self._opened(name, state)
        if followed is None:
            return state, found
        try:
            messages = in_order(list(renamed(rows, self._options.keys)))
        except GroomingRiskError as error:
            return state, [flat_error(error_row(name, error)) for _ in rows]
        read = followed.monitor.messages
        for row in messages:
            found.extend(self._row(name, followed, row))
        if followed.monitor.messages == read:
            return state, found
        followed.token = secrets.token_hex(8)
        self._keep(str(name), followed)
        return _state(followed), found

    def _opened(self, name: Identifier, state: bytes | None) -> tuple[list[Row], _Followed | None]:
        """Return the conversation from memory when the state is that of its monitor, from the state, or a new one."""
        if state is None:
            self._memory.pop(str(name), None)
            options = self._options
            asked: Any = {"operating_point": options.operating_point, "prior": options.prior}
            return [], _Followed(ConversationMonitor(options.scorer, **asked, skepticism=options.skepticism))
        known = self._memory.get(str(name))
        if known is not None and _token(state) == known.token:
            return [], known
        try:
            return [], _restored(state, self._options)
        except GroomingRiskError as error:
            return [flat_error(error_row(name, error))], None

    def _row(self, name: Identifier, followed: _Followed, row: Mapping[str, Any]) -> list[Row]:
        """Read a message, and return the rows that it gives."""
        try:
            identity = message_id(row, followed.monitor.messages)
            if identity is not None and str(identity) in {str(known) for known in followed.ids.values()}:
                return []
            step = followed.monitor.update(row)
        except GroomingRiskError as error:
            return [flat_error(error_row(name, error))]
        if identity is not None:
            followed.ids[step.message] = identity
            while len(followed.ids) > IDS:
                followed.ids.popitem(last=False)
        flag = flag_line(name, followed.monitor, step, self._settings).rstrip() if step.raised else None
        if flag is None and not self._options.steps:
            return []
        return [flat_step(name, step, flag, _cited(followed.ids, step, flag))]

    def _keep(self, name: str, followed: _Followed) -> None:
        self._memory[name] = followed
        self._memory.move_to_end(name)
        while len(self._memory) > self._options.conversations:
            self._memory.popitem(last=False)


def worker_follower(options: EngineOptions) -> Follower:
    """Return the follower of this process for these options; a process has one, so that it loads the model once."""
    return _follower(pickle.dumps(worker_options(options)))


@lru_cache(maxsize=4)
def _follower(pickled: bytes) -> Follower:
    return Follower(worker_options(pickle.loads(pickled)))  # bytes that this process has just made itself


def _cited(ids: Mapping[int, Identifier], step: MonitorStep, flag: str | None) -> dict[str, Identifier]:
    cited = {step.message}
    if flag is not None:
        cited |= {item["message"] for item in json.loads(flag)["evidence"]}
    return {str(index): ids[index] for index in sorted(cited) if index in ids}


def _token(state: bytes) -> str:
    return state.partition(b"\n")[0].decode("ascii", "replace")


def _state(followed: _Followed) -> bytes:
    fields = {"format": FORMAT, "ids": list(followed.ids.items()), "state": followed.monitor.to_state()}
    return f"{followed.token}\n{json.dumps(fields, separators=(',', ':'))}".encode("ascii")


def _restored(state: bytes, options: EngineOptions) -> _Followed:
    fields = None
    try:
        token, _, text = state.decode("ascii").partition("\n")
        fields = json.loads(text)
        ids = OrderedDict((int(index), known) for index, known in fields["ids"])
        known_format = fields["format"] == FORMAT
    except (ValueError, KeyError, TypeError, RecursionError):
        fields = None
    # Raised outside the handler, because what was caught may hold content of the state.
    if fields is None or not known_format:
        raise UnsupportedFormatError(
            "the engine's state of this conversation is damaged or of another version; start again with a new state"
        )
    return _Followed(ConversationMonitor.from_state(fields["state"], options.scorer), token, ids)
