"""Many conversations at once: find the conversation of each line, update it, commit, hand over flags."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from grooming_risk.errors import InputTooLargeError, InvalidConversationError, InvalidOptionError
from grooming_risk.live.flag_output import FlagFile, FlagFunction, FlagOutput, Write
from grooming_risk.live.inbox import Event
from grooming_risk.live.lines import flag_line, identifier, parse_line
from grooming_risk.live.notices import Notice, NoticeKind, log_notice
from grooming_risk.live.options import WatchOptions
from grooming_risk.live.state_file import StateFile
from grooming_risk.live.step import MonitorStep
from grooming_risk.live.watched import WatchedConversations
from grooming_risk.row_keys import named
from grooming_risk.scoring.scorer import RiskScorer, default_scorer

# Seconds between two commits while lines come; a flag is committed at once. What a killed process had read since its
# last commit is read again from a replayed input, and lost otherwise.
COMMIT_SECONDS = 1.0
FORGET_SECONDS = 3_600.0  # between two searches for conversations to delete


@dataclass(frozen=True, slots=True)
class WatchSummary:
    """What a watch has read.

    Attributes:
        lines: Lines or messages, including those that were skipped, empty or left out.
        left_out: Those that could not be used.
        flags: Warnings raised.
    """

    lines: int
    left_out: int
    flags: int


class ConversationWatch:
    """Follows many conversations with bounded memory, and writes a line for each warning. Not thread-safe.

    Pass every line to `read`, or every message to `update`; then call `finish`. Use it as a context manager, or call
    `close`. With a state file a watch goes on where the last one ended, even where that one was killed:

        options = WatchOptions(state="watch.state", output="flags.jsonl")
        with ConversationWatch(RiskScorer(), options) as watch:
            for message in messages:  # {"conversation": "7f3", "speaker": "…", "text": "…"}
                watch.update(message)
            watch.finish()
    """

    def __init__(
        self,
        scorer: RiskScorer | None = None,
        options: WatchOptions | None = None,
        *,
        write: Write | None = None,
        notify: Callable[[Notice], None] = log_notice,
    ) -> None:
        """Open state and output, and write the flags that wait since an earlier watch.

        Args:
            scorer: Scores all conversations; None for the shared default scorer.
            options: The options; None for `WatchOptions()`.
            write: Receives lines of flags, JSON as monitor_flag_schema.json describes it, when the options name no
                output file. Without a state file each line comes once; with one, at least once: lines come again, with
                the same "flag", when the process was killed before `write` had returned.
            notify: Receives notices, without text of messages; they are logged by default.

        Raises:
            InvalidOptionError: Neither an output file nor `write` is given, or the prior is not strictly between 0 and
                1.
            UnknownOperatingPointError: The artefact has no operating point of this name.
            UnsupportedFormatError: The state file or the output file cannot be used.
            ArtifactIntegrityError: The artefact does not match its manifest.
        """
        self._scorer, self._options, self._notify = scorer or default_scorer(), options or WatchOptions(), notify
        self._settings = self._options.settings(self._scorer.artifact)
        self._flags: list[str] = []
        self._done = self._saved = self._left_out = self._found = 0
        self._committed, self._forgot = time.monotonic(), -FORGET_SECONDS
        self._write = write
        self._output = self._open_output()
        self._state: StateFile | None = None
        try:
            self._open_state()
        except BaseException:
            self.close()
            raise

    def _open_output(self) -> FlagOutput:
        if self._options.output is not None:
            return FlagFile(Path(self._options.output))
        if self._write is None:
            raise InvalidOptionError("flags need an output: pass write, or WatchOptions(output=…, state=…)")
        return FlagFunction(self._write)

    def _open_state(self) -> None:
        path, replay = self._options.state, self._options.replay
        self._state = None if path is None else StateFile(Path(path), self._settings)
        seen = self._state.lines if self._state else 0
        self._skipped, self._before = (seen, 0) if replay else (0, seen)
        self._conversations = WatchedConversations(self._scorer, self._options, self._state, self.commit, self._notify)
        if self._state:
            self._tell_damage(self._state)
            self._output.hand_over(self._state)
        if seen:
            self._notify(Notice(NoticeKind.SKIPPING if replay else NoticeKind.RESUMED, seen))
        if replay:
            self._conversations.needed_lines()

    def _tell_damage(self, state: StateFile) -> None:
        if state.kept_as is not None:
            self._notify(Notice(NoticeKind.REBUILT, 0, name=state.kept_as))
        if state.damaged:
            self._notify(Notice(NoticeKind.DAMAGED, state.damaged))
        if state.lost_flags:
            self._notify(Notice(NoticeKind.LOST_FLAGS, state.lost_flags))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, line: bytes | Event) -> None:
        """Read one line, or an event of the stream.

        A line that cannot be used is left out, with a notice. After a pause, what is due is committed.

        Args:
            line: A JSON object, without its line end, as `update` accepts it; or an event of an `Inbox`.

        Raises:
            UnsupportedFormatError: The state file or the output file cannot be used.
        """
        if line is not Event.PAUSE:
            try:
                if self._is_wanted():
                    message = parse_line(line)
                    if message is not None:
                        self._follow(message)
            except (InvalidConversationError, InputTooLargeError) as error:
                self._left_out += 1
                self._notify(Notice(NoticeKind.LEFT_OUT, self._done + 1, error))
            self._done += 1
        self._commit_when_due()

    def update(self, message: Mapping[str, Any]) -> MonitorStep | None:
        """Read one message; it counts as a line.

        Args:
            message: A mapping as `score_conversation` accepts it, with the id of its conversation, a string or a whole
                number, as "conversation" or "conversation_id"; or with the names of the options.

        Returns:
            What is known of its conversation after this message; None where a replay skips it.

        Raises:
            InvalidConversationError: The message cannot be used, and is left out.
            InputTooLargeError: The message exceeds a limit, and is left out.
            UnsupportedFormatError: The state file or the output file cannot be used.
        """
        step = None
        try:
            if self._is_wanted():
                step = self._follow(message)
        except (InvalidConversationError, InputTooLargeError):
            self._left_out += 1
            self._done += 1
            raise
        self._done += 1
        self._commit_when_due()
        return step

    def needed_lines(self) -> list[int]:
        """Return the lines whose text is needed again, because a speaker's short messages are read as one text.

        A source that can go back passes them to `recall` before it goes on; a replayed input needs not, because they
        are found among the lines that it skips. Without either, such a run of short messages is read in two parts.

        Returns:
            Numbers of the lines, counted from 0 over all runs of the watch, ascending.
        """
        return self._conversations.needed_lines()

    def recall(self, line: int, message: Mapping[str, Any]) -> None:
        """Give the text of a line of `needed_lines` again; pass them in ascending order.

        Args:
            line: Number of the line.
            message: The message, as `update` accepts it.

        Raises:
            InvalidConversationError: The line is not needed, or it is not the message that was read first.
            InputTooLargeError: The message exceeds a limit.
        """
        if not self._conversations.is_needed(line):
            raise InvalidConversationError(f"line {line} is not needed; pass those of needed_lines()")
        row = named(message, self._options.keys)
        self._conversations.recall(str(identifier(row)), row, line)

    def finish(self) -> WatchSummary:
        """Commit and write what is due, and return what was read."""
        self.commit()
        if self._done < self._skipped:
            self._notify(Notice(NoticeKind.ENDED_EARLY, self._skipped))
        return WatchSummary(self._done, self._left_out, self._found)

    def close(self) -> None:
        """Close state file and output; what was not committed is as if it had not been read."""
        if self._state:
            self._state.close()
        self._output.close()

    def commit(self) -> None:
        """Commit what was read, then write the flags: a line that could not be written waits in the state file."""
        self._committed, self._saved = time.monotonic(), self._done
        flags, self._flags = self._flags, []
        if self._state is None:
            if flags and self._write is not None:
                self._write(flags)
            return
        changed = self._conversations.changed()
        # Without the current line, when a conversation is dropped to make room for its own.
        lines = self._before + max(self._done, self._skipped)
        self._state.commit(lines, (stored for _, stored in changed), flags)
        for watched, stored in changed:
            watched.stored, watched.changed = stored.state["text_messages"], False
        self._output.hand_over(self._state)
        self._forget(self._state)

    def _commit_when_due(self) -> None:
        waited = time.monotonic() - self._committed >= COMMIT_SECONDS
        if self._flags or (self._done > self._saved and waited):
            self.commit()

    def _is_wanted(self) -> bool:
        """Check whether the next line has something that the conversations need."""
        return self._done >= self._skipped or self._conversations.is_needed(self._done)

    def _follow(self, given: Mapping[str, Any]) -> MonitorStep | None:
        message = named(given, self._options.keys)
        name, line = identifier(message), self._before + self._done
        if self._done < self._skipped:
            self._conversations.recall(str(name), message, line)
            return None
        monitor, step = self._conversations.read(str(name), message, line)
        if step.raised:
            self._found += 1
            self._flags.append(flag_line(name, monitor, step, self._settings))
        return step

    def _forget(self, state: StateFile) -> None:
        """Delete the conversations that were quiet for too long, in memory and in the file, now and then."""
        after = self._options.forget_after
        if after is None or time.monotonic() - self._forgot < FORGET_SECONDS:
            return
        self._forgot, oldest = time.monotonic(), time.time() - after
        self._conversations.forget(oldest)
        state.forget(oldest)
