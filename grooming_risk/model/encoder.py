"""Token batches become message vectors and tactic logits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from grooming_risk.model.tokenization import TokenBatch

Floats = npt.NDArray[np.float32]

_AHEAD = 16  # batches that wait for each thread; the last ones of a round leave it idle for a moment


@dataclass(frozen=True, slots=True)
class EncodedTexts:
    """What the encoder says of each text.

    Attributes:
        embeddings: float32, shape (n, d), unit length.
        logits: float32, shape (n, n_labels), one a tactic or cue.
        tokens: int64, shape (n,), begin and end not counted.
        language: float32, shape (n,), summed log odds of a supported language over the tokens.
    """

    embeddings: Floats
    logits: Floats
    tokens: npt.NDArray[np.int64]
    language: Floats


class Encoder:
    """The fine-tuned transformer. Thread-safe: a run of the session shares no state."""

    def __init__(self, model: bytes, language_log_odds: Floats, threads: int) -> None:
        """Args:
        model: content of encoder.onnx.
        language_log_odds: float32, shape (vocabulary,), log odds of a supported language by token id.
        threads: batches that are run at the same time, each on one thread. Two batches side by side are a third
            faster on two cores than each batch on both (1,044 against 791 messages a second, 15 tokens each).
        """
        from grooming_risk.model.onnx_session import open_session

        self._session = open_session(model)
        self._threads = threads
        self._language = language_log_odds

    def encode(self, batch: TokenBatch) -> tuple[Floats, Floats]:
        """Vectors and logits of one batch.

        Returns:
            embeddings float32, shape (n, d); logits float32, shape (n, n_labels).
        """
        inputs = {"token_ids": batch.token_ids, "attention_mask": batch.attention_mask}
        embeddings, logits = self._session.run(["embeddings", "logits"], inputs)
        return embeddings, logits

    def _encode_all(self, batches: Iterable[TokenBatch]) -> Iterator[tuple[TokenBatch, tuple[Floats, Floats]]]:
        """Each batch with its vectors and logits, in order; a few batches at a time, so that memory does not grow."""
        waiting = iter(batches)
        pool: ThreadPoolExecutor | None = None
        try:
            while some := list(islice(waiting, _AHEAD * self._threads)):
                if len(some) == 1 or self._threads == 1:
                    yield from zip(some, map(self.encode, some), strict=True)
                    continue
                pool = pool or ThreadPoolExecutor(self._threads)
                yield from zip(some, pool.map(self.encode, some), strict=True)
        finally:
            if pool is not None:
                pool.shutdown()

    def encode_texts(self, batches: Iterable[TokenBatch], texts: int) -> EncodedTexts:
        """Every text once. A text of several rows takes its logits' maximum and the vector of its strongest row,
        so that padding a message cannot dilute it.

        Args:
            batches: all rows of all texts.
            texts: how many texts there are.
        """
        tokens = np.zeros(texts, dtype=np.int64)
        language = np.zeros(texts, dtype=np.float32)
        best = np.full(texts, -np.inf, dtype=np.float32)  # of each text's rows so far, the highest logit
        strongest, highest = np.empty((texts, 0), dtype=np.float32), np.empty((texts, 0), dtype=np.float32)
        for batch, (embeddings, logits) in self._encode_all(batches):
            owner = batch.texts
            if not highest.size:
                strongest = np.empty((texts, embeddings.shape[1]), dtype=np.float32)
                highest = np.full((texts, logits.shape[1]), -np.inf, dtype=np.float32)
            np.add.at(tokens, owner, batch.attention_mask.sum(1) - 2)
            np.add.at(language, owner, (self._language[batch.token_ids] * batch.attention_mask).sum(1))
            np.maximum.at(highest, owner, logits)
            # The strongest row of a text comes last, and is kept where no batch before had a stronger one.
            order = np.argsort(logits.max(1), kind="stable")
            order = order[logits.max(1)[order] >= best[owner[order]]]
            strongest[owner[order]] = embeddings[order]
            best[owner[order]] = logits.max(1)[order]
        return EncodedTexts(strongest, highest, tokens, language)
