"""What a live monitor remembers of a conversation: as much as later windows can need, however long it gets.

A message is never read differently for what comes after it, so the vectors of the live window's messages are enough;
only a short message that follows on others takes the place of their row. Windows that end with the first fifty rows
and every twenty-five after are the ones that scoring a longer conversation keeps; of these the highest is remembered.
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
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.model.artifact import Artifact
from grooming_risk.model.encoder import EncodedTexts
from grooming_risk.model.window_model import MessageVectors
from grooming_risk.model.windowing import WindowSpec
from grooming_risk.scoring.assessment import score_windows
from grooming_risk.scoring.message_encoding import read_run
from grooming_risk.tactics import Tactic
from grooming_risk.text.normalization import NormalizedText
from grooming_risk.text.short_messages import Run

# Window predictions that skepticism looks back on, as in eSPD (Vogt, Leser & Akbik 2021).
PREDICTIONS = 10
DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class Peak:
    """A scored window.

    Attributes:
        start: index of its first message.
        stop: index after its last message.
        focus: number of the speaker with the highest logit.
        logit: that logit, rounded.
    """

    start: int
    stop: int
    focus: int
    logit: float


@dataclass(frozen=True, slots=True)
class Totals:
    """What the abstention rules ask of the messages with text.

    Attributes:
        tokens: how many.
        language: summed log odds of a supported language over the tokens.
        strongest: highest tactic logit of any message.
    """

    tokens: int = 0
    language: float = 0.0
    strongest: float = -math.inf

    def plus(self, encoded: EncodedTexts) -> Totals:
        """With one text more."""
        return Totals(
            self.tokens + int(encoded.tokens[0]),
            self.language + float(encoded.language[0]),
            max(self.strongest, float(encoded.logits[0, : len(Tactic)].max())),
        )


@dataclass(slots=True)
class Memory:
    """Its size depends on the window and on the number of speakers, not on the messages. The `repr` hides all text.

    Attributes:
        salt: of the speakers' digests.
        speakers: digest of each speaker → number, in order of first appearance.
        messages: messages read, those without text included.
        text_messages: messages with visible text; short ones that are one text count once.
        totals: over these.
        totals_before: over all of them but the last.
        rows: the messages with text of the live window; None before the first.
        live: the window that ends at the last message with text.
        finished: the highest window that later messages cannot change.
        predictions: whether each of the last windows was flagged; those that were abstained from do not count.
        first_flag: index of the message that raised the warning.
        run: the short messages that the next one may be read together with, by number of speaker: the only text.
    """

    salt: bytes = field(default_factory=lambda: secrets.token_bytes(DIGEST_BYTES))
    speakers: dict[bytes, int] = field(default_factory=dict)
    messages: int = 0
    text_messages: int = 0
    totals: Totals = Totals()
    totals_before: Totals = Totals()
    rows: MessageVectors | None = None
    live: Peak | None = None
    finished: Peak | None = None
    predictions: deque[bool] = field(default_factory=lambda: deque(maxlen=PREDICTIONS))
    first_flag: int | None = None
    run: Run = field(default_factory=Run)

    def __repr__(self) -> str:
        return f"Memory({self.messages} messages, {len(self.speakers)} speakers)"

    def digest(self, speaker: str) -> bytes:
        """What stands for a speaker's name."""
        name = speaker.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(name, digest_size=DIGEST_BYTES, key=self.salt).digest()

    def add(self, message: Message, text: NormalizedText, number: int, artifact: Artifact) -> None:
        """Read the next message, which has text, and score the window that it ends; does not count it in `messages`.

        Args:
            message: the message.
            text: what it shows, normalised.
            number: of its speaker.
            artifact: the models.
        """
        before, self.run = self.run, self.run.after(number, text.text, self.messages)
        read = read_run(self.run, text, self.messages, artifact)
        encoded = artifact.encoder.encode_texts(artifact.tokenizer.encode([read]), 1)
        # The short messages before this one have a row already, unless they were not read again after a resumption.
        again = self.rows is not None and self.run.goes_on(before)
        row = MessageVectors(
            embeddings=encoded.embeddings,
            logits=encoded.logits,
            speakers=np.array([number], dtype=np.int64),
            seconds=np.array([message.sent_at.timestamp() if message.sent_at else np.nan]),
            positions=np.array([self.messages], dtype=np.int64),
            starts=np.array([self.run.first if again else self.messages], dtype=np.int64),
        )
        if not again:
            self._keep_finished(artifact.window_spec)
            self.text_messages += 1
            self.totals_before = self.totals
        self.totals = self.totals_before.plus(encoded)
        self.rows = _appended(self.rows, row, artifact.window_spec.size, replaced=again)
        ((window, logit),) = score_windows(self.rows, artifact)
        self.live = Peak(int(self.rows.starts[0]), self.messages + 1, window.focus, logit)

    def _keep_finished(self, spec: WindowSpec) -> None:
        """Before a row is added: the live window ends with the row before."""
        before_window = self.text_messages - spec.size  # of the window that was live until now
        if before_window >= 0 and before_window % spec.stride == 0:  # one that stays
            self.finished = higher(self.finished, self.live)

    def statistics(self) -> TokenStatistics:
        """What the abstention rules look at."""
        if not self.text_messages:
            return TokenStatistics(0, 0, 0.0, 0.0)
        return TokenStatistics(
            text_messages=self.text_messages,
            tokens=self.totals.tokens,
            language_score=self.totals.language / max(1, self.totals.tokens),
            strongest_tactic=float(1 / (1 + np.exp(-self.totals.strongest))),
        )


def higher(first: Peak | None, second: Peak | None) -> Peak | None:
    """The window with the higher logit; of equals the first."""
    if first is None or second is None:
        return first or second
    return second if second.logit > first.logit else first


def _appended(rows: MessageVectors | None, row: MessageVectors, size: int, replaced: bool) -> MessageVectors:
    """The last `size` rows, of which the last is this one, in place of the one before or after it.

    Raises:
        UnsupportedFormatError: the rows came of a damaged state, whose vectors do not fit.
    """
    if rows is None:
        return row
    if rows.embeddings.shape[1:] != row.embeddings.shape[1:] or rows.logits.shape[1:] != row.logits.shape[1:]:
        raise UnsupportedFormatError("the vectors of this monitor's state are damaged; start the conversation anew")
    stop = len(rows.positions) - replaced
    kept = slice(max(0, stop + 1 - size), stop)
    return MessageVectors(
        *(np.concatenate((getattr(rows, name)[kept], getattr(row, name))) for name in MessageVectors.__slots__)
    )
