"""Token batches become message vectors and label logits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from grooming_risk.model.tokenization import TokenBatch

Floats = npt.NDArray[np.float32]

_AHEAD = 16  # batches per thread in a round; at the end of a round some threads are idle for a moment


@dataclass(frozen=True, slots=True)
class EncodedTexts:
    """Output of the encoder for each text.

    Attributes:
        embeddings: float16, shape (n, d), unit length; half precision halves the memory of long conversations.
        logits: float32, shape (n, n_labels), one for each tactic and cue.
    """

    embeddings: npt.NDArray[np.float16]
    logits: Floats


class Encoder:
    """The fine-tuned transformer. Thread-safe, because runs of a session share no state."""

    def __init__(self, model: bytes, threads: int) -> None:
        """Open the network.

        Args:
            model: Content of encoder.onnx.
            threads: Number of batches that run at the same time, each in one thread. On two cores, two batches side by
                side are a third faster than each batch on both (1,044 against 791 messages per second, 15 tokens each).

        Raises:
            ArtifactIntegrityError: onnxruntime cannot read the model.
        """
        from grooming_risk.model.onnx_session import open_session

        self._session = open_session(model)
        self._threads = threads
        self._widths = tuple(int(output.shape[1]) for output in self._session.get_outputs())  # embeddings, logits

    @property
    def width(self) -> int:
        """Length of an embedding."""
        return self._widths[0]

    def encode(self, batch: TokenBatch) -> tuple[Floats, Floats]:
        """Encode one batch.

        Args:
            batch: n rows of token ids.

        Returns:
            Embeddings, float32, shape (n, d), and logits, float32, shape (n, n_labels).
        """
        inputs = {"token_ids": batch.token_ids, "attention_mask": batch.attention_mask}
        embeddings, logits = self._session.run(["embeddings", "logits"], inputs)
        return embeddings, logits

    def _encode_all(self, batches: Iterable[TokenBatch]) -> Iterator[tuple[TokenBatch, tuple[Floats, Floats]]]:
        """Yield each batch with its output, in order; a few batches at a time, so that memory does not grow."""
        waiting = iter(batches)
        pool: ThreadPoolExecutor | None = None
        try:
            while group := list(islice(waiting, _AHEAD * self._threads)):
                if len(group) == 1 or self._threads == 1:
                    yield from zip(group, map(self.encode, group), strict=True)
                    continue
                pool = pool or ThreadPoolExecutor(self._threads)
                yield from zip(group, pool.map(self.encode, group), strict=True)
        finally:
            if pool is not None:
                pool.shutdown()

    def encode_texts(self, batches: Iterable[TokenBatch], texts: int) -> EncodedTexts:
        """Encode texts of one or more rows each.

        A text of several rows gets the maximum of their logits and the vector of the strongest row, so that padding a
        message cannot dilute it.

        Args:
            batches: All rows of the texts to encode.
            texts: Number of texts.

        Returns:
            The output for each text, in the order of their indices; a text without rows has a zero vector and no logits
            (minus infinity).
        """
        best = np.full(texts, -np.inf, dtype=np.float32)  # highest logit of each text's rows so far
        strongest = np.zeros((texts, self._widths[0]), dtype=np.float16)
        highest = np.full((texts, self._widths[1]), -np.inf, dtype=np.float32)
        for batch, (embeddings, logits) in self._encode_all(batches):
            owner = batch.texts
            np.maximum.at(highest, owner, logits)
            # Of each text the strongest row comes last, and is kept if no earlier batch had a stronger one.
            order = np.argsort(logits.max(1), kind="stable")
            order = order[logits.max(1)[order] >= best[owner[order]]]
            strongest[owner[order]] = embeddings[order]
            best[owner[order]] = logits.max(1)[order]
        return EncodedTexts(strongest, highest)
