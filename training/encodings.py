"""An encoder that reads each row of token ids once in a training run, and remembers its vectors by digest.

Composed conversations share carriers and fillers, and several stages read the same texts. What is kept, in memory and
in a file between runs, are vectors under keyed digests of token ids, never ids or text.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from grooming_risk.model.encoder import Encoder, Floats
from grooming_risk.model.tokenization import TOKEN_BUDGET, TokenBatch

DIGEST_BYTES = 16
_GROWTH = 1 << 14  # rows that are added to the arrays at a time


class RememberingEncoder(Encoder):
    """The encoder of a file, with a memory of the rows it has read."""

    def __init__(self, model: bytes, threads: int, folder: Path | None = None) -> None:
        """Open the network, and the vectors that a run before has kept.

        Args:
            model: Content of encoder.onnx.
            threads: Number of batches that run at the same time.
            folder: Folder of the file that keeps the vectors, named by the network's digest; None to keep none.
        """
        super().__init__(model, threads)
        name = hashlib.sha256(model).hexdigest()[:16]
        self._path = folder / f"{name}.npz" if folder else None
        self._key = secrets.token_bytes(DIGEST_BYTES)
        self._rows: dict[bytes, int] = {}
        self._embeddings = np.empty((0, self.width), dtype=np.float16)
        self._logits = np.empty((0, self._widths[1]), dtype=np.float32)
        if self._path and self._path.is_file():
            self._load(self._path)

    def _load(self, path: Path) -> None:
        with np.load(path, allow_pickle=False) as file:
            self._key = file["key"].tobytes()
            self._rows = {digest.tobytes(): number for number, digest in enumerate(file["digests"])}
            self._embeddings, self._logits = file["embeddings"], file["logits"]

    def save(self) -> None:
        """Write the vectors for the next run, if there is a folder for them."""
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        count = len(self._rows)
        digests = np.frombuffer(b"".join(self._rows), dtype=np.uint8).reshape(count, DIGEST_BYTES)
        key = np.frombuffer(self._key, dtype=np.uint8)
        part = self._path.with_suffix(".part.npz")
        np.savez(part, key=key, digests=digests, embeddings=self._embeddings[:count], logits=self._logits[:count])
        part.replace(self._path)

    def _digest(self, ids: np.ndarray) -> bytes:
        return hashlib.blake2b(ids.astype("<i4").tobytes(), digest_size=DIGEST_BYTES, key=self._key).digest()

    def _encode_all(self, batches: Iterable[TokenBatch]) -> Iterator[tuple[TokenBatch, tuple[Floats, Floats]]]:
        """Yield each batch with its output; rows that were read before are not read again."""
        waiting: list[tuple[TokenBatch, list[bytes]]] = []
        unread: dict[bytes, np.ndarray] = {}
        for batch in batches:
            rows = [ids[: int(kept.sum())] for ids, kept in zip(batch.token_ids, batch.attention_mask, strict=True)]
            digests = [self._digest(row) for row in rows]
            unread.update({d: row for d, row in zip(digests, rows, strict=True) if d not in self._rows})
            waiting.append((batch, digests))
        self._read(unread)
        for batch, digests in waiting:
            places = [self._rows[digest] for digest in digests]
            yield batch, (self._embeddings[places].astype(np.float32), self._logits[places])

    def _read(self, unread: dict[bytes, np.ndarray]) -> None:
        """Encode rows in batches of similar length, and remember their vectors."""
        digests = sorted(unread, key=lambda digest: len(unread[digest]))
        fitting: list[TokenBatch] = []
        start = 0
        for stop in range(1, len(digests) + 1):
            if stop == len(digests) or len(unread[digests[stop]]) * (stop - start + 1) > TOKEN_BUDGET:
                fitting.append(_padded([unread[digest] for digest in digests[start:stop]], start))
                start = stop
        for batch, (embeddings, logits) in super()._encode_all(fitting):
            for number, embedding, logit in zip(batch.texts, embeddings, logits, strict=True):
                self._remember(digests[int(number)], embedding, logit)

    def _remember(self, digest: bytes, embedding: np.ndarray, logit: np.ndarray) -> None:
        place = len(self._rows)
        if place == len(self._embeddings):
            self._embeddings = np.concatenate([self._embeddings, np.empty((_GROWTH, self.width), dtype=np.float16)])
            self._logits = np.concatenate([self._logits, np.empty((_GROWTH, self._widths[1]), dtype=np.float32)])
        self._embeddings[place], self._logits[place] = embedding, logit
        self._rows[digest] = place


def _padded(rows: list[np.ndarray], first: int) -> TokenBatch:
    """Return a batch of rows of ids that end with each row's own end; `texts` counts up from a number."""
    length = len(rows[-1])
    ids = np.ones((len(rows), length), dtype=np.int64)
    mask = np.zeros((len(rows), length), dtype=np.int64)
    for place, row in enumerate(rows):
        ids[place, : len(row)], mask[place, : len(row)] = row, 1
    return TokenBatch(np.arange(first, first + len(rows)), ids, mask)
