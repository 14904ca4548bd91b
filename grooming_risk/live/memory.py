"""What a live monitor remembers of a conversation: as much as later windows can need, however long it gets.

Later messages never change how a message is read, so the vectors of the live window's messages are enough: the last
fifty texts, and the memorable ones before them; only a message that continues a run of short ones takes the place of
the run's row. Windows that end with the first fifty rows, and then with every twenty-fifth, are the ones that scoring a
longer conversation keeps; of these the monitor remembers the highest.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import deque
from dataclasses import dataclass, field
from functools import reduce

import numpy as np

from grooming_risk.conversation import Message
from grooming_risk.decision.abstention import TokenStatistics
from grooming_risk.decision.operating_points import OperatingPoint
from grooming_risk.errors import InvalidOptionError, UnsupportedFormatError
from grooming_risk.limits import Limits, SpeakerNumbers, beyond, written_length
from grooming_risk.model.artifact import Artifact
from grooming_risk.model.memory import WindowSpec, window_rows
from grooming_risk.model.window_model import MessageVectors
from grooming_risk.scoring.message_encoding import read_texts, shown_model_text
from grooming_risk.scoring.window_scores import carrying_rows, readable_rows, score_rows, window_place
from grooming_risk.tactics import Tactic
from grooming_risk.text.message_text import ShownText, shown_texts
from grooming_risk.text.short_messages import Run

# Window predictions that skepticism looks back on, as in eSPD (Vogt, Leser & Akbik 2021).
PREDICTIONS = 10
DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class ScoredWindow:
    """A scored window.

    Attributes:
        start: Index of its first message.
        stop: Index after its last message.
        focus: Number of the speaker with the highest logit.
        logit: That logit, rounded.
        remembered: Indices of the messages from before that it reads as well.
        flagged: Whether the logit reaches the threshold, carried by messages in a language that is scored.
        unread: Whether it reaches the threshold, carried by messages in a language that is not scored.
    """

    start: int
    stop: int
    focus: int
    logit: float
    remembered: tuple[int, ...] = ()
    flagged: bool = False
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """What reads a conversation.

    Attributes:
        artifact: The models.
        point: The operating point that decides which windows are flagged.
        limits: Beyond these, speakers are forgotten and messages read in parts.
    """

    artifact: Artifact
    point: OperatingPoint
    limits: Limits


@dataclass(slots=True)
class Memory:
    """What is remembered of one conversation. Its `repr` hides all text.

    Its size depends on the window and on the number of speakers, not on the number of messages.

    Attributes:
        salt: Salt of the speakers' digests.
        speakers: Numbers of the speakers' digests; a bounded number of speakers is in mind.
        messages: Number of messages read, including those without text.
        text_messages: Number of texts; a run of short messages counts once, each part of a long one once.
        totals: Statistics of these.
        totals_before: Statistics of those before the last.
        numbers: Numbers of the texts that the rows were read from, counted from 0.
        long: Whether a message was longer than is read at once.
        rows: The rows of the live window: memorable ones from before, and the last texts; None before the first.
        live: The window that ends at the last message with text.
        finished: The highest window that later messages cannot change and that is read.
        unread: Whether a window that later messages cannot change reaches the threshold without being read.
        predictions: Whether each of the last windows was flagged; those that were abstained from do not count.
        first_flag: Index of the message that raised the warning.
        run: The short messages that the next one may be read together with, by number of speaker: the only text.
    """

    salt: bytes = field(default_factory=lambda: secrets.token_bytes(DIGEST_BYTES))
    speakers: SpeakerNumbers[bytes] = field(default_factory=lambda: SpeakerNumbers(Limits().speakers))
    messages: int = 0
    text_messages: int = 0
    totals: TokenStatistics = field(default_factory=TokenStatistics)
    totals_before: TokenStatistics = field(default_factory=TokenStatistics)
    numbers: list[int] = field(default_factory=list)
    long: bool = False
    rows: MessageVectors | None = None
    live: ScoredWindow | None = None
    finished: ScoredWindow | None = None
    unread: bool = False
    predictions: deque[bool] = field(default_factory=lambda: deque(maxlen=PREDICTIONS))
    first_flag: int | None = None
    run: Run = field(default_factory=Run)

    def __repr__(self) -> str:
        return f"Memory({self.messages} messages, {self.speakers.given} speakers)"

    def digest(self, speaker: str) -> bytes:
        """Return the digest that replaces a speaker's name."""
        name = speaker.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(name, digest_size=DIGEST_BYTES, key=self.salt).digest()

    def read(self, message: Message, number: int, reader: Reader) -> MessageVectors | None:
        """Read the next message, and score the window that it ends.

        Args:
            message: The message.
            number: Number of its speaker.
            reader: What reads it.

        Returns:
            What was read: a row for each part of the message, or for the run of short messages that ends with it; None
            when it shows no text.

        Raises:
            UnsupportedFormatError: The memory comes from a damaged state.
        """
        self.long = self.long or written_length(message.text) > reader.limits.characters
        found = [
            self._add(shown, message, number, reader)
            for shown in shown_texts([(self.messages, number, message)], self.run, reader.limits.characters)
        ]
        self.messages += 1
        return reduce(MessageVectors.followed_by, found) if found else None

    def beyond(self, limits: Limits) -> tuple[str, ...]:
        """Return the names of the limits that the conversation is beyond."""
        return beyond(self.messages > limits.messages, self.long, self.speakers.given > limits.speakers)

    def _add(self, shown: ShownText, message: Message, number: int, reader: Reader) -> MessageVectors:
        read = read_texts([shown_model_text(shown, reader.artifact)], reader.artifact)
        # The run before this message has a row, unless the monitor was resumed without its messages.
        replaces = self.rows is not None and shown.continues
        row = MessageVectors(
            embeddings=read.embeddings,
            logits=read.logits,
            noteworthy=read.noteworthy,
            tokens=read.tokens,
            language=read.language,
            speakers=np.array([number], dtype=np.int64),
            seconds=np.array([message.sent_at.timestamp() if message.sent_at else np.nan]),
            positions=np.array([shown.index], dtype=np.int64),
            starts=np.array([shown.first if replaces else shown.index], dtype=np.int64),
        )
        if not replaces:
            self._keep_finished(reader.artifact.window_spec)
            self.text_messages += 1
            self.totals_before = self.totals
        self.run = shown.run
        strongest = float(row.logits[0, : len(Tactic)].max())
        self.totals = self.totals_before.plus(int(row.tokens[0]), float(row.language[0]), strongest)
        self._append(row, reader.artifact.window_spec, replaces)
        self.live = _scored(self.rows, reader)
        return row

    def _append(self, row: MessageVectors, spec: WindowSpec, replaces: bool) -> None:
        """Append a row, or replace the last one with it, and keep what a window reads."""
        numbers = [*self.numbers[: len(self.numbers) - replaces], self.text_messages - 1]
        joined = row if self.rows is None else _joined(self.rows, row, replaces)
        kept = window_rows(joined.memorable(spec), len(joined), spec)
        self.rows, self.numbers = joined.rows(kept), [numbers[place] for place in kept]

    def _keep_finished(self, spec: WindowSpec) -> None:
        """Remember the live window, which ends with the row before the new one, if scoring afterwards keeps it."""
        before_window = self.text_messages - spec.size
        if before_window >= 0 and before_window % spec.stride == 0 and self.live is not None:
            if self.live.unread:
                self.unread = True
            else:
                self.finished = higher(self.finished, self.live)

    @property
    def unread_now(self) -> bool:
        """Whether a window, the live one included, reaches the threshold without being read."""
        return self.unread or (self.live is not None and self.live.unread)


def check_skepticism(skepticism: int | None) -> None:
    """Check that a skepticism is None or a number of predictions.

    Args:
        skepticism: Flagged windows of the last ten that raise a warning, 1 to 10; None for the first flag.

    Raises:
        InvalidOptionError: It is neither.
    """
    if skepticism is not None and (type(skepticism) is not int or not 1 <= skepticism <= PREDICTIONS):
        raise InvalidOptionError(f"skepticism must be a whole number from 1 to {PREDICTIONS}, got {skepticism}")


def higher(first: ScoredWindow | None, second: ScoredWindow | None) -> ScoredWindow | None:
    """Return the window with the higher logit; the first when the logits are equal."""
    if first is None or second is None:
        return first or second
    return second if second.logit > first.logit else first


def _scored(rows: MessageVectors | None, reader: Reader) -> ScoredWindow | None:
    """Score the window of these rows as scoring a conversation that ends here does."""
    if rows is None:
        return None
    artifact, point = reader.artifact, reader.point
    ((window, logit),) = score_rows([np.arange(len(rows))], rows, artifact)
    start, stop, remembered = window_place(window.rows, rows, artifact.window_spec)
    read = True
    if point.flags(logit):
        (carried,) = carrying_rows([window], rows, artifact.window_model)
        read = readable_rows(carried, rows, artifact.abstention)
    return ScoredWindow(
        start, stop, window.focus, logit, remembered, point.flags(logit) and read, point.flags(logit) and not read
    )


def _joined(rows: MessageVectors, row: MessageVectors, replaces: bool) -> MessageVectors:
    """Return the rows with one more, or with another last one."""
    if rows.embeddings.shape[1:] != row.embeddings.shape[1:] or rows.logits.shape[1:] != row.logits.shape[1:]:
        raise UnsupportedFormatError(
            "the vectors of this monitor's state are damaged; start a new monitor for the conversation"
        )
    return rows.rows(slice(None, len(rows) - replaces)).followed_by(row)
