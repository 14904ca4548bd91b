"""Message vectors of a window become one logit: do the focus speaker's messages to the others show warning signs?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grooming_risk.model.memory import Rows, WindowSpec
from grooming_risk.model.onnx_session import open_session
from grooming_risk.tactics import Tactic

Floats = npt.NDArray[np.float32]

# Features of a row besides its vector: focus speaker, same speaker as the row before, time since it known, log time
# since it, place from the end, log messages since it, noteworthy, log messages up to the end, log messages before the
# window's last fifty.
FEATURES = 9
# Windows in one run; larger batches leave the cache on two cores.
BATCH = 32
_LEAST_FILLED = 0.8  # length of a window beside the longest of its batch
_TIME_SCALE = float(np.log1p(180 * 86_400))  # half a year of silence is 1
_MESSAGE_SCALE = float(np.log1p(5_000))  # so are five thousand messages
_PLACE_SCALE = 64.0
_DECIMALS = 4  # of a logit that is compared: a live monitor and a batch differ by less


@dataclass(frozen=True, slots=True)
class MessageVectors:
    """The messages with text of one conversation, in order.

    Attributes:
        embeddings: float16, shape (n, d); zeros where the text is not noteworthy, because the encoder did not read it.
        logits: float32, shape (n, n_labels), of the encoder, or of the screen where the text is not noteworthy.
        noteworthy: bool, shape (n,), whether the encoder read the text.
        tokens: int64, shape (n,), number of tokens of the text.
        language: float32, shape (n,), log odds of a language that is scored, times the number of tokens.
        speakers: int64, shape (n,), numbered in order of first appearance.
        seconds: float64, shape (n,), times of sending in seconds since 1970; NaN when unknown.
        positions: int64, shape (n,), message indices in the conversation; of a run of short messages the last.
        starts: int64, shape (n,), the same; of a run of short messages the first.
    """

    embeddings: npt.NDArray[np.float16]
    logits: Floats
    noteworthy: npt.NDArray[np.bool_]
    tokens: npt.NDArray[np.int64]
    language: Floats
    speakers: npt.NDArray[np.int64]
    seconds: npt.NDArray[np.float64]
    positions: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.positions)

    @classmethod
    def none(cls) -> MessageVectors:
        """Return the vectors of a conversation without text."""
        wide, numbers = np.empty((0, 0), dtype=np.float32), np.empty(0, dtype=np.int64)
        return cls(
            embeddings=wide.astype(np.float16),
            logits=wide,
            noteworthy=numbers.astype(np.bool_),
            tokens=numbers,
            language=numbers.astype(np.float32),
            speakers=numbers,
            seconds=numbers.astype(np.float64),
            positions=numbers,
            starts=numbers,
        )

    def rows(self, which: slice | Rows) -> MessageVectors:
        """Return some of the rows; with a slice, as views of the same arrays."""
        return MessageVectors(**{name: getattr(self, name)[which] for name in self.__slots__})

    def memorable(self, spec: WindowSpec) -> npt.NDArray[np.bool_]:
        """Return which rows later windows may remember: those in which the encoder finds a tactic.

        Args:
            spec: Windows, with the lowest tactic probability of what is remembered.

        Returns:
            bool, shape (n,).
        """
        if not len(self) or not spec.memorable:
            return self.noteworthy
        strongest = np.round(self.logits[:, : len(Tactic)].max(1), _DECIMALS)
        found: npt.NDArray[np.bool_] = strongest >= np.log(spec.memorable / (1 - spec.memorable))
        return self.noteworthy & found

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
            **{name: np.concatenate((getattr(self, name), getattr(others, name))) for name in self.__slots__}
        )


@dataclass(frozen=True, slots=True)
class WindowInput:
    """One window as seen for one focus speaker.

    Attributes:
        rows: int64, shape (L,), rows of `MessageVectors` that it reads, ascending.
        focus: Number of the focus speaker.
        kept: bool, shape (L,); False hides a message without moving the others. None keeps all.
    """

    rows: Rows
    focus: int
    kept: npt.NDArray[np.bool_] | None = None


def window_features(vectors: MessageVectors, window: WindowInput) -> Floats:
    """Compute the features of a window's messages.

    Args:
        vectors: Messages of the conversation.
        window: The window.

    Returns:
        float32, shape (len(window.rows), FEATURES), each from 0 to about 1.
    """
    rows = window.rows
    speakers, seconds = vectors.speakers[rows], vectors.seconds[rows]
    positions, starts = vectors.positions[rows], vectors.starts[rows]
    length = len(rows)
    features = np.zeros((length, FEATURES), dtype=np.float32)
    features[:, 0] = speakers == window.focus
    features[1:, 1] = speakers[1:] == speakers[:-1]
    gaps = np.diff(seconds)
    known = np.isfinite(gaps)
    features[1:, 2] = known
    features[1:, 3] = _logarithmic(np.where(known, gaps, 0.0), _TIME_SCALE)
    # Counted from the end, so that a stream sees the same as a finished conversation.
    features[:, 4] = np.arange(length, 0, -1) / _PLACE_SCALE
    features[1:, 5] = _logarithmic(starts[1:] - positions[:-1] - 1, _MESSAGE_SCALE)
    features[:, 6] = vectors.noteworthy[rows]
    features[:, 7] = _logarithmic(positions[-1] - positions, _MESSAGE_SCALE)
    features[:, 8] = _logarithmic(starts[-min(50, length)], _MESSAGE_SCALE)
    return features


def _logarithmic(values: npt.ArrayLike, scale: float) -> npt.NDArray[np.float64]:
    """Return log(1 + value) / scale, from 0 to 1; a negative value counts as 0."""
    return np.minimum(np.log1p(np.maximum(values, 0)) / scale, 1.0)


def pack(vectors: MessageVectors, batch: Sequence[WindowInput]) -> dict[str, npt.NDArray[np.float32]]:
    """Pad windows to a batch of network inputs.

    Args:
        vectors: Messages of the conversation.
        batch: b windows, the longest of L messages.

    Returns:
        Arrays, float32: vectors (b, L, d), logits (b, L, n_labels), features (b, L, FEATURES), mask (b, L).
    """
    length = max(len(window.rows) for window in batch)
    inputs = {
        "vectors": np.zeros((len(batch), length, vectors.embeddings.shape[1]), dtype=np.float32),
        "logits": np.zeros((len(batch), length, vectors.logits.shape[1]), dtype=np.float32),
        "features": np.zeros((len(batch), length, FEATURES), dtype=np.float32),
        "mask": np.zeros((len(batch), length), dtype=np.float32),
    }
    for place, window in enumerate(batch):
        stop = len(window.rows)
        inputs["vectors"][place, :stop] = vectors.embeddings[window.rows]
        inputs["logits"][place, :stop] = vectors.logits[window.rows]
        inputs["features"][place, :stop] = window_features(vectors, window)
        inputs["mask"][place, :stop] = 1.0 if window.kept is None else window.kept
    return inputs


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield the places of windows that are read together: at most `BATCH`, and little padding.

    A window that remembers texts is read without them too, so that lengths of fifty and a hundred alternate; padded to
    the longest, they cost a third more.
    """
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True):
        if batch and (len(batch) == BATCH or lengths[place] < _LEAST_FILLED * lengths[batch[0]]):
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


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
        for places in _batches([len(window.rows) for window in windows]):
            out[places] = self._session.run(["logit"], pack(vectors, [windows[place] for place in places]))[0]
        return out

    def contributions(self, vectors: MessageVectors, windows: Sequence[WindowInput]) -> list[npt.NDArray[np.float64]]:
        """Return what each message adds to the logit of its window, in the context of the others.

        Args:
            vectors: Messages of the conversation.
            windows: The windows.

        Returns:
            For each window float64, shape (len(window.rows),); their sum and a constant are the logit.
        """
        found: list[npt.NDArray[np.float64]] = []
        for start in range(0, len(windows), BATCH):
            batch = windows[start : start + BATCH]
            (rows,) = self._session.run(["contributions"], pack(vectors, batch))
            found += [row[: len(window.rows)].astype(np.float64) for row, window in zip(rows, batch, strict=True)]
        return found
