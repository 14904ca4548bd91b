"""What `grooming-risk monitor` does with each line: find the conversation, update it, commit, hand over flags."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections import OrderedDict
from dataclasses import asdict, dataclass
from typing import Any

from grooming_risk.commands.saved_point import chosen_point
from grooming_risk.errors import InputTooLargeError, InvalidConversationError
from grooming_risk.live.flag_output import FlagFile, Output, StandardOutput
from grooming_risk.live.inbox import LONGEST_LINE, Event
from grooming_risk.live.monitor import ConversationMonitor, MonitorStep
from grooming_risk.live.state_file import StateFile
from grooming_risk.scoring.judgement import Judgement
from grooming_risk.scoring.scorer import RiskScorer
from grooming_risk.version import __version__

SCHEMA_VERSION = 1
# Seconds between two commits while lines come; a flag is committed at once. What a killed process had read since its
# last commit is read again from a replayed input, and lost otherwise.
COMMIT_SECONDS = 1.0
_FORGET_SECONDS = 3_600.0  # between two looks for conversations to delete
_IDENTIFIERS = ("conversation", "conversation_id")
_LONGEST_IDENTIFIER = 1_000
_DAMAGED = object()


@dataclass(slots=True)
class _Watched:
    """A conversation in memory.

    Attributes:
        monitor: follows it.
        stored: messages with text that the state file has of it.
        changed: whether it has had messages since it was stored.
        seen: when it had the last, seconds since 1970.
    """

    monitor: ConversationMonitor
    stored: int = 0
    changed: bool = False
    seen: float = 0.0


class Watch:
    """The conversations of a stream. Use `read` on every line, then `finish`; and always `close`."""

    def __init__(self, scorer: RiskScorer, options: argparse.Namespace) -> None:
        """Open state and output, and write the flags that wait since an earlier run.

        Args:
            scorer: scores all of them.
            options: as parsed.

        Raises:
            GroomingRiskError: an option, the artefact, the state file or the output cannot be used.
        """
        self._scorer, self._most = scorer, options.conversations
        self._asked = {
            "operating_point": chosen_point(options.operating_point, scorer),
            "prior": options.prior,
            "skepticism": options.skepticism,
        }
        self._settings = _settings(scorer, self._asked)
        self._watched: OrderedDict[str, _Watched] = OrderedDict()
        self._flags: list[str] = []
        self._done = self._saved = self._left_out = self._found = 0
        self._dropped = False
        self._committed, self._forgot = time.monotonic(), -_FORGET_SECONDS
        self._forget_after = None if options.forget_after is None else options.forget_after * 86_400
        self._standard = StandardOutput()
        self._output: Output = FlagFile(options.output) if options.output else self._standard
        self._state: StateFile | None = None
        try:
            self._open(options)
        except BaseException:
            self.close()
            raise

    def _open(self, options: argparse.Namespace) -> None:
        self._state = StateFile(options.state, self._settings) if options.state else None
        seen = self._state.lines if self._state else 0
        self._skipped, self._before = (seen, 0) if options.replay else (0, seen)
        if self._state:
            self._output.hand_over(self._state)
        if seen:
            way = "skipping them" if options.replay else "pass --replay if the input begins with them"
            _say(f"the state file has seen {seen:,} lines; {way}")

    def read(self, line: bytes | Event) -> None:
        """One line, or what came in its place. Errors of a line are said on standard error; all others are raised."""
        if line is not Event.PAUSE:
            if self._done >= self._skipped:
                self._use(line, self._done + 1)
            self._done += 1
        if self._flags or (self._done > self._saved and time.monotonic() - self._committed >= COMMIT_SECONDS):
            self._commit()

    def finish(self) -> None:
        """Commit and write what is due, and say how much was read."""
        self._commit()
        if self._done < self._skipped:
            _say(f"the input ended before line {self._skipped:,}, up to which the state file has seen it")
        _say(f"lines: {self._done:,}, left out: {self._left_out:,}, flags: {self._found:,}")

    def close(self) -> None:
        """Close state file and output; what was not committed is as if it had not been read."""
        if self._state:
            self._state.close()
        self._output.close()

    def _use(self, line: bytes | Event, number: int) -> None:
        try:
            row = _parsed(line)
            if row is None:
                return
            name = _identifier(row)
            watched = self._find(str(name))
            step = watched.monitor.update(row)
        except (InvalidConversationError, InputTooLargeError) as error:
            self._left_out += 1
            _say(f"line {number:,} was left out: {error}")
            return
        watched.changed, watched.seen = True, time.time()
        if step.raised:
            self._found += 1
            self._flags.append(json.dumps(self._flag(name, watched.monitor, step), allow_nan=False) + "\n")

    def _find(self, name: str) -> _Watched:
        """The conversation, from memory, from the state file, or new."""
        if name in self._watched:
            self._watched.move_to_end(name)
            return self._watched[name]
        while len(self._watched) >= self._most:
            self._drop()
        state = self._state.load(name) if self._state else None
        if state is None:
            watched = _Watched(ConversationMonitor(self._scorer, **self._asked))
        else:
            watched = _Watched(ConversationMonitor.from_state(state, self._scorer), state["text_messages"])
        self._watched[name] = watched
        return watched

    def _drop(self) -> None:
        """Drop the conversation that is longest without a message."""
        if self._state and next(iter(self._watched.values())).changed:
            self._commit()
        elif not self._state and not self._dropped:
            self._dropped = True
            _say(f"over {self._most:,} conversations: the oldest are forgotten; --state FILE would keep them")
        if self._watched:
            self._watched.popitem(last=False)

    def _commit(self) -> None:
        """First the state file, then the lines: a line that was not written waits there."""
        self._committed, self._saved = time.monotonic(), self._done
        flags, self._flags = self._flags, []
        if self._state is None:
            self._standard.write(flags)
            return
        changed = {name: watched for name, watched in self._watched.items() if watched.changed}
        states = {name: watched.monitor.to_state() for name, watched in changed.items()}
        # Not the line at hand, when a conversation is dropped to make room for its own.
        lines = self._before + max(self._done, self._skipped)
        self._state.commit(lines, ((name, states[name], changed[name].stored) for name in changed), flags)
        for name, watched in changed.items():
            watched.stored, watched.changed = states[name]["text_messages"], False
        self._output.hand_over(self._state)
        self._forget(self._state)

    def _forget(self, state: StateFile) -> None:
        """Delete the conversations that were quiet for too long, here and in the file, now and then."""
        if self._forget_after is None or time.monotonic() - self._forgot < _FORGET_SECONDS:
            return
        self._forgot, oldest = time.monotonic(), time.time() - self._forget_after
        for name in [name for name, watched in self._watched.items() if watched.seen < oldest]:
            del self._watched[name]
        state.forget(oldest)

    def _flag(self, name: str | int, monitor: ConversationMonitor, step: MonitorStep) -> dict[str, Any]:
        assert step.window is not None
        assert step.highest is not None
        identity = json.dumps([self._settings, str(name), step.message]).encode()
        return {
            "schema_version": SCHEMA_VERSION,
            # The same flag has the same name, whichever run writes it.
            "flag": hashlib.blake2b(identity, digest_size=16).hexdigest(),
            "conversation": name,
            "message": step.message,
            "probability": step.probability,
            "interval": step.interval,
            "highest": asdict(step.highest),
            "window": asdict(step.window),
            "evidence": [asdict(item) for item in monitor.evidence()],
            "provenance": {"library_version": __version__, **self._settings},
        }


def _settings(scorer: RiskScorer, asked: dict[str, Any]) -> dict[str, Any]:
    """What states and flags depend on."""
    ConversationMonitor(scorer, **asked)  # refuses what is out of range
    judgement = Judgement(scorer.artifact, asked["operating_point"], asked["prior"])
    return {**judgement.settings(), "skepticism": asked["skepticism"]}


def _parsed(line: bytes | Event) -> dict[str, Any] | None:
    """The object on a line; None for an empty one."""
    if isinstance(line, Event):
        raise InputTooLargeError(f"it is longer than {LONGEST_LINE:,} bytes; split the message")
    if not line.strip():
        return None
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = _DAMAGED
    # Not raised in the handler: Python would tie the decoder's error to this one, and that holds the line.
    if row is _DAMAGED:
        raise InvalidConversationError("it is not valid JSON; write one JSON object a line")
    if not isinstance(row, dict):
        raise InvalidConversationError("it is no JSON object; write one JSON object a line")
    return row


def _identifier(row: dict[str, Any]) -> str | int:
    name = next((row[key] for key in _IDENTIFIERS if key in row), None)
    if isinstance(name, bool) or not isinstance(name, (str, int)) or not 0 < len(str(name)) <= _LONGEST_IDENTIFIER:
        raise InvalidConversationError(
            f'it has no conversation id; add "conversation", of at most {_LONGEST_IDENTIFIER:,} characters'
        )
    return name


def _say(text: str) -> None:
    print(f"grooming-risk: {text}", file=sys.stderr, flush=True)
