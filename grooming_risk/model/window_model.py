"""Message vectors of a window become one logit: do the focus speaker's messages to the others show warning signs?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grooming_risk.model.onnx_session import open_session

Floats = npt.NDArray[np.float32]

# Features of a message besides its vector: focus speaker, same speaker as before, gap known, log gap, place in window.
FEATURES = 5
# Windows in one run; larger batches leave the cache on two cores.
BATCH = 32
_GAP_SCALE = float(np.log1p(7 * 86_400))  # a week of silence is 1


@dataclass(frozen=True, slots=True)
class MessageVectors:
    """The messages with text of one conversation, in order.

    Attributes:
        embeddings: float32, shape (n, d).
        logits: float32, shape (n, n_labels).
        speakers: int64, shape (n,), numbered in order of first appearance.
        seconds: float64, shape (n,), times of sending in seconds since 1970; NaN when unknown.
        positions: int64, shape (n,), message indices in the conversation; of a run of short messages the last.
        starts: int64, shape (n,), the same; of a run of short messages the first.
    """

    embeddings: Floats
    logits: Floats
    speakers: npt.NDArray[np.int64]
    seconds: npt.NDArray[np.float64]
    positions: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.positions)

    def rows(self, which: slice) -> MessageVectors:
        """Return some of the rows, as views of the same arrays."""
        return MessageVectors(
            embeddings=self.embeddings[which],
            logits=self.logits[which],
            speakers=self.speakers[which],
            seconds=self.seconds[which],
            positions=self.positions[which],
            starts=self.starts[which],
        )

    def followed_by(self, others: MessageVectors) -> MessageVectors:
        """Join these rows with later ones of the same conversation.

        Args:
            others: The rows that come after these.

        Returns:
            New arrays with both.

        Raises:
            ValueError: The vectors of the two differ in length.
        """
        return MessageVectors(
            embeddings=np.concatenate((self.embeddings, others.embeddings)),
            logits=np.concatenate((self.logits, others.logits)),
            speakers=np.concatenate((self.speakers, others.speakers)),
            seconds=np.concatenate((self.seconds, others.seconds)),
            positions=np.concatenate((self.positions, others.positions)),
            starts=np.concatenate((self.starts, others.starts)),
        )


@dataclass(frozen=True, slots=True)
class WindowInput:
    """One window as seen for one focus speaker.

    Attributes:
        span: Range of rows of `MessageVectors`.
        focus: Number of the focus speaker.
        kept: bool, shape (len(span),); False hides a message without moving the others. None keeps all.
    """

    span: range
    focus: int
    kept: npt.NDArray[np.bool_] | None = None


def window_features(vectors: MessageVectors, window: WindowInput) -> Floats:
    """Compute the features of a window's messages.

    Args:
        vectors: Messages of the conversation.
        window: The window.

    Returns:
        float32, shape (len(window.span), FEATURES), each in [0, 1].
    """
    rows = slice(window.span.start, window.span.stop)
    speakers, seconds = vectors.speakers[rows], vectors.seconds[rows]
    length = len(window.span)
    features = np.zeros((length, FEATURES), dtype=np.float32)
    features[:, 0] = speakers == window.focus
    features[1:, 1] = speakers[1:] == speakers[:-1]
    gaps = np.diff(seconds)
    known = np.isfinite(gaps)
    features[1:, 2] = known
    features[1:, 3] = np.where(
        known, np.minimum(np.log1p(np.maximum(gaps, 0, where=known, out=gaps)) / _GAP_SCALE, 1), 0
    )
    # Counted from the end, so that a stream sees the same as a finished conversation.
    features[:, 4] = np.arange(length, 0, -1) / 64
    return features


def pack(vectors: MessageVectors, batch: Sequence[WindowInput]) -> dict[str, npt.NDArray[np.float32]]:
    """Pad windows to a batch of network inputs.

    Args:
        vectors: Messages of the conversation.
        batch: b windows, the longest of L messages.

    Returns:
        Arrays, float32: vectors (b, L, d), logits (b, L, n_labels), features (b, L, FEATURES), mask (b, L).
    """
    length = max(len(window.span) for window in batch)
    inputs = {
        "vectors": np.zeros((len(batch), length, vectors.embeddings.shape[1]), dtype=np.float32),
        "logits": np.zeros((len(batch), length, vectors.logits.shape[1]), dtype=np.float32),
        "features": np.zeros((len(batch), length, FEATURES), dtype=np.float32),
        "mask": np.zeros((len(batch), length), dtype=np.float32),
    }
    for row, window in enumerate(batch):
        rows, stop = slice(window.span.start, window.span.stop), len(window.span)
        inputs["vectors"][row, :stop] = vectors.embeddings[rows]
        inputs["logits"][row, :stop] = vectors.logits[rows]
        inputs["features"][row, :stop] = window_features(vectors, window)
        inputs["mask"][row, :stop] = 1.0 if window.kept is None else window.kept
    return inputs


class WindowModel:
    """The window network. Thread-safe."""

    def __init__(self, model: bytes) -> None:
        """Open the network.

        Args:
            model: Content of window_model.onnx.

        Raises:
            ArtifactIntegrityError: onnxruntime cannot read the model.
        """
        self._session = open_session(model)

    def logits(self, vectors: MessageVectors, windows: Sequence[WindowInput]) -> npt.NDArray[np.float64]:
        """Return the logit of each window, float64, shape (len(windows),)."""
        out = np.empty(len(windows), dtype=np.float64)
        for start in range(0, len(windows), BATCH):
            batch = windows[start : start + BATCH]
            out[start : start + BATCH] = self._session.run(["logit"], pack(vectors, batch))[0]
        return out
