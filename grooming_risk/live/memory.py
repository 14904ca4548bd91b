"""What a live monitor remembers of a conversation: as much as later windows can need, however long it gets.

Later messages never change how a message is read, so the vectors of the live window's messages are enough; only a
message that continues a run of short ones takes the place of the run's row. Windows that end with the first fifty rows,
and then with every twenty-fifth, are the ones that scoring a longer conversation keeps; of these the monitor remembers
the highest.
"""

from __future__ import annotations

import hashlib
import math
import secrets
from collections import deque
from dataclasses import dataclass, field

import numpy as np

from grooming_risk.conversation import Message
from grooming_risk.decision.abstention import TokenStatistics
from grooming_risk.errors import InvalidOptionError, UnsupportedFormatError
from grooming_risk.model.artifact import Artifact
from grooming_risk.model.encoder import EncodedTexts
from grooming_risk.model.window_model import MessageVectors
from grooming_risk.model.windowing import WindowSpec
from grooming_risk.scoring.assessment import score_windows
from grooming_risk.scoring.message_encoding import shown_model_text
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
    """

    start: int
    stop: int
    focus: int
    logit: float


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the messages with text, for the abstention rules.

    Attributes:
        tokens: Number of tokens.
        language: Log odds of a supported language, summed over the tokens.
        strongest: Highest tactic logit of any message.
    """

    tokens: int = 0
    language: float = 0.0
    strongest: float = -math.inf

    def plus(self, encoded: EncodedTexts) -> Totals:
        """Return the totals with one text more."""
        return Totals(
            self.tokens + int(encoded.tokens[0]),
            self.language + float(encoded.language[0]),
            max(self.strongest, float(encoded.logits[0, : len(Tactic)].max())),
        )


@dataclass(slots=True)
class Memory:
    """What is remembered of one conversation. Its `repr` hides all text.

    Its size depends on the window and on the number of speakers, not on the number of messages.

    Attributes:
        salt: Salt of the speakers' digests.
        speakers: Digest of each speaker → number, in order of first appearance.
        messages: Number of messages read, including those without text.
        text_messages: Number of messages with visible text; a run of short ones counts once.
        totals: Totals over these.
        totals_before: Totals over all of them but the last.
        rows: The messages with text of the live window; None before the first.
        live: The window that ends at the last message with text.
        finished: The highest window that later messages cannot change.
        predictions: Whether each of the last windows was flagged; those that were abstained from do not count.
        first_flag: Index of the message that raised the warning.
        run: The short messages that the next one may be read together with, by number of speaker: the only text.
    """

    salt: bytes = field(default_factory=lambda: secrets.token_bytes(DIGEST_BYTES))
    speakers: dict[bytes, int] = field(default_factory=dict)
    messages: int = 0
    text_messages: int = 0
    totals: Totals = Totals()
    totals_before: Totals = Totals()
    rows: MessageVectors | None = None
    live: ScoredWindow | None = None
    finished: ScoredWindow | None = None
    predictions: deque[bool] = field(default_factory=lambda: deque(maxlen=PREDICTIONS))
    first_flag: int | None = None
    run: Run = field(default_factory=Run)

    def __repr__(self) -> str:
        return f"Memory({self.messages} messages, {len(self.speakers)} speakers)"

    def digest(self, speaker: str) -> bytes:
        """Return the digest that replaces a speaker's name."""
        name = speaker.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(name, digest_size=DIGEST_BYTES, key=self.salt).digest()

    def read(self, message: Message, number: int, artifact: Artifact) -> bool:
        """Read the next message, and score the window that it ends.

        Args:
            message: The message.
            number: Number of its speaker.
            artifact: The models.

        Returns:
            Whether the message shows text.

        Raises:
            UnsupportedFormatError: The memory comes from a damaged state.
        """
        has_text = False
        for shown in shown_texts([(self.messages, number, message)], self.run):
            self._add(shown, message, number, artifact)
            has_text = True
        self.messages += 1
        return has_text

    def _add(self, shown: ShownText, message: Message, number: int, artifact: Artifact) -> None:
        text = shown_model_text(shown, artifact)
        encoded = artifact.encoder.encode_texts(artifact.tokenizer.encode([text]), 1)
        # The run before this message has a row, unless the monitor was resumed without its messages.
        replaces = self.rows is not None and shown.continues
        row = MessageVectors(
            embeddings=encoded.embeddings,
            logits=encoded.logits,
            speakers=np.array([number], dtype=np.int64),
            seconds=np.array([message.sent_at.timestamp() if message.sent_at else np.nan]),
            positions=np.array([shown.index], dtype=np.int64),
            starts=np.array([shown.first if replaces else shown.index], dtype=np.int64),
        )
        if not replaces:
            self._keep_finished(artifact.window_spec)
            self.text_messages += 1
            self.totals_before = self.totals
        self.run = shown.run
        self.totals = self.totals_before.plus(encoded)
        self.rows = _appended(self.rows, row, artifact.window_spec.size, replaces)
        ((window, logit),) = score_windows(self.rows, artifact)
        self.live = ScoredWindow(int(self.rows.starts[0]), shown.index + 1, window.focus, logit)

    def _keep_finished(self, spec: WindowSpec) -> None:
        """Remember the live window, which ends with the row before the new one, if scoring afterwards keeps it."""
        before_window = self.text_messages - spec.size
        if before_window >= 0 and before_window % spec.stride == 0:
            self.finished = higher(self.finished, self.live)

    def statistics(self) -> TokenStatistics:
        """Return the statistics that the abstention rules need."""
        if not self.text_messages:
            return TokenStatistics(0, 0, 0.0, 0.0)
        return TokenStatistics(
            text_messages=self.text_messages,
            tokens=self.totals.tokens,
            language_score=self.totals.language / max(1, self.totals.tokens),
            strongest_tactic=float(1 / (1 + np.exp(-self.totals.strongest))),
        )


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


def _appended(rows: MessageVectors | None, row: MessageVectors, size: int, replaces: bool) -> MessageVectors:
    """Append a row, or replace the last one with it, and keep at most `size` rows."""
    if rows is None:
        return row
    if rows.embeddings.shape[1:] != row.embeddings.shape[1:] or rows.logits.shape[1:] != row.logits.shape[1:]:
        raise UnsupportedFormatError(
            "the vectors of this monitor's state are damaged; start a new monitor for the conversation"
        )
    stop = len(rows) - replaces
    return rows.rows(slice(max(0, stop + 1 - size), stop)).followed_by(row)
