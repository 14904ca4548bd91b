"""Token batches become message vectors and tactic logits."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grooming_risk.tokenization import TokenBatch

Floats = npt.NDArray[np.float32]


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
        from grooming_risk.onnx_session import open_session

        self._session = open_session(model, threads=1)
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

    def _encode_all(self, batches: list[TokenBatch]) -> list[tuple[Floats, Floats]]:
        if len(batches) == 1 or self._threads == 1:
            return [self.encode(batch) for batch in batches]
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(self.encode, batches))

    def encode_texts(self, batches: Iterable[TokenBatch], texts: int) -> EncodedTexts:
        """Every text once. A text of several rows takes its logits' maximum and the vector of its strongest row,
        so that padding a message cannot dilute it.

        Args:
            batches: all rows of all texts.
            texts: how many texts there are.
        """
        rows: list[tuple[npt.NDArray[np.int64], Floats, Floats]] = []
        tokens = np.zeros(texts, dtype=np.int64)
        language = np.zeros(texts, dtype=np.float32)
        asked = list(batches)
        for batch, found in zip(asked, self._encode_all(asked), strict=True):
            rows.append((batch.texts, *found))
            np.add.at(tokens, batch.texts, batch.attention_mask.sum(1) - 2)
            np.add.at(language, batch.texts, (self._language[batch.token_ids] * batch.attention_mask).sum(1))
        owner, embeddings, logits = (np.concatenate(parts) for parts in zip(*rows, strict=True))
        order = np.lexsort((logits.max(1), owner))  # the strongest row of a text comes last and is the one kept
        strongest = np.empty((texts, embeddings.shape[1]), dtype=np.float32)
        strongest[owner[order]] = embeddings[order]
        highest = np.full((texts, logits.shape[1]), -np.inf, dtype=np.float32)
        np.maximum.at(highest, owner, logits)
        return EncodedTexts(strongest, highest, tokens, language)
