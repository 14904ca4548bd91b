"""The screen: token ids become cheap label logits, and whether a text is noteworthy enough for the encoder.

A static model: one int8 vector for each token, their mean and their maximum, and one small layer (distilled from the
encoder, as Model2Vec and others distil static embeddings from transformers). All sums are of whole numbers, which
double precision adds without rounding in any order: a text gets the same logits alone and among others, on every
machine. A live monitor relies on that, because it reads texts one by one.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from grooming_risk.errors import ArtifactIntegrityError
from grooming_risk.model.tokenization import TokenizedTexts
from grooming_risk.tactics import Tactic

# Steps of the values between the layers. With them every product sum stays below 2**53.
POOLED_STEPS, HIDDEN_STEPS = 64.0, 256.0
# Cheap tactic logits count as far as they are above this: of a sum of softplus and of sums that start at -1 to -6, this
# one loses as few lines as any (of held-out warning-sign lines 2.6 % at 25 % of real lines passed on).
FLOOR = -4.0
_LARGEST = 32_767.0
_PORTION = 65_536  # tokens that are added together at a time, for bounded memory


@dataclass(frozen=True, slots=True)
class ScreenedTexts:
    """What the screen says of each text.

    Attributes:
        logits: float32, shape (n, n_labels), cheap label logits.
        noteworthy: bool, shape (n,), whether the encoder should read the text.
    """

    logits: npt.NDArray[np.float32]
    noteworthy: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ScreenWeights:
    """The numbers of a screen.

    Attributes:
        table: int8, shape (vocabulary, d).
        hidden: int16, shape (2 d, h), weights of the hidden layer: of the mean, then of the maximum.
        hidden_scale: What one step of the hidden sums is worth.
        hidden_bias: float64, shape (h,).
        output: int16, shape (h, n_labels), weights of the label logits, tactics first.
        output_scale: What one step of the output sums is worth.
        output_bias: float64, shape (n_labels,).
        threshold: `strength` from which a text is noteworthy.
    """

    table: npt.NDArray[np.int8]
    hidden: npt.NDArray[np.int16]
    hidden_scale: float
    hidden_bias: npt.NDArray[np.float64]
    output: npt.NDArray[np.int16]
    output_scale: float
    output_bias: npt.NDArray[np.float64]
    threshold: float

    def to_bytes(self) -> bytes:
        """Return the content of screen.npz; equal weights give equal bytes."""
        stream = io.BytesIO()
        np.savez(stream, allow_pickle=False, **{name: np.asarray(getattr(self, name)) for name in self.__slots__})
        return stream.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes, name: str = "screen.npz") -> ScreenWeights:
        """Read the content of a file that the manifest has verified.

        Args:
            content: What `to_bytes` returned.
            name: Name of the file, for the error.

        Returns:
            The weights.

        Raises:
            ArtifactIntegrityError: The content is not that of a screen.
        """
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as file:
                found: dict[str, Any] = {name: file[name] for name in cls.__slots__}
            for number in ("hidden_scale", "output_scale", "threshold"):
                found[number] = float(found[number])
            weights = cls(**found)
            (_, width), (inner, hidden), (outer, outputs) = (
                part.shape for part in (weights.table, weights.hidden, weights.output)
            )
            types = [part.dtype.str for part in (weights.table, weights.hidden, weights.output)]
            if types != ["|i1", "<i2", "<i2"] or (2 * width, hidden) != (inner, outer):
                raise ValueError("shapes or types differ")
            if weights.hidden_bias.shape != (hidden,) or weights.output_bias.shape != (outputs,):
                raise ValueError("shapes differ")
            return weights
        except Exception:  # a damaged zip raises many kinds
            pass
        raise ArtifactIntegrityError(f"{name} is damaged; reinstall the package, or retrain the artefact")


class Screen:
    """The screen of an artefact. Thread-safe; it keeps no text and no ids."""

    def __init__(self, weights: ScreenWeights) -> None:
        """Prepare the weights for double precision."""
        self._weights = weights
        self._hidden = weights.hidden.astype(np.float64)
        self._output = weights.output.astype(np.float64)

    def screen(self, texts: TokenizedTexts) -> ScreenedTexts:
        """Screen texts of one or more rows each; a text of several rows gets the maximum of their logits.

        Args:
            texts: Token ids of n texts.

        Returns:
            The cheap logits of each text, and whether it is noteworthy.
        """
        logits = self.logits(texts)
        return ScreenedTexts(logits.astype(np.float32), strength(logits) >= self._weights.threshold)

    def logits(self, texts: TokenizedTexts) -> npt.NDArray[np.float64]:
        """Return the cheap label logits of each text, float64, shape (n, n_labels)."""
        rows = self._of_pooled(self._pooled(texts))
        found = np.full((texts.count, rows.shape[1]), -np.inf)
        np.maximum.at(found, texts.owners, rows)
        return found

    def _pooled(self, texts: TokenizedTexts) -> npt.NDArray[np.float64]:
        """Return mean and maximum of each row's token vectors in whole steps; zeros for a row without tokens."""
        lengths = np.diff(texts.starts)
        pooled = np.zeros((len(lengths), 2 * self._weights.table.shape[1]))
        filled = np.flatnonzero(lengths)
        edges = np.searchsorted(texts.starts[filled], np.arange(0, texts.starts[-1] + _PORTION, _PORTION))
        for first, last in pairwise(edges):
            if first < last:
                chosen = filled[first:last]
                begin, end = texts.starts[chosen[0]], texts.starts[chosen[-1] + 1]
                vectors = self._weights.table[texts.ids[begin:end]]
                starts, share = texts.starts[chosen] - begin, POOLED_STEPS / lengths[chosen]
                means = np.rint(np.add.reduceat(vectors, starts, axis=0, dtype=np.int32) * share[:, None])
                highest = np.maximum.reduceat(vectors, starts, axis=0) * POOLED_STEPS
                pooled[chosen] = np.concatenate([means, highest], axis=1)
        return pooled

    def _of_pooled(self, pooled: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        weights = self._weights
        hidden = np.maximum((pooled @ self._hidden) * weights.hidden_scale + weights.hidden_bias, 0.0)
        steps = np.minimum(np.rint(hidden * HIDDEN_STEPS), _LARGEST)
        return np.asarray((steps @ self._output) * weights.output_scale + weights.output_bias)


def strength(logits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return how much cheap label logits, shape (n, n_labels), say for any tactic; float64, shape (n,)."""
    found: npt.NDArray[np.float64] = np.maximum(logits[:, : len(Tactic)] - FLOOR, 0.0).sum(1)
    return found
