"""Texts become length-sorted batches of token ids within a token budget. Nothing else imports `tokenizers`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from grooming_risk.errors import ArtifactIntegrityError
from grooming_risk.text.word_division import WordDivision

if TYPE_CHECKING:
    from tokenizers import Tokenizer as Backend

# Padded tokens per batch. Measured on two cores, two batches at a time: 512 and 1,024 are fastest; 2,048 leaves the
# cache.
TOKEN_BUDGET = 1_024
# Characters that are tokenized together; 20,000 short messages have fewer.
PORTION = 1 << 20


@dataclass(frozen=True, slots=True)
class TokenBatch:
    """Padded rows of similar length. Its `repr` hides the ids, from which the tokenizer restores the text.

    Attributes:
        texts: int64, shape (n,), index of the text that each row belongs to; a long text has several rows.
        token_ids: int64, shape (n, length).
        attention_mask: int64, shape (n, length), 1 for a token and 0 for padding.
    """

    texts: npt.NDArray[np.int64]
    token_ids: npt.NDArray[np.int64] = field(repr=False)
    attention_mask: npt.NDArray[np.int64]


class Tokenizer:
    """The unigram tokenizer of an artefact. Begin and end are added as ids, so that no text can contain them."""

    BEGIN, PAD, END, UNKNOWN = 0, 1, 2, 3

    def __init__(self, tokenizer_json: str, max_tokens: int) -> None:
        """Load the tokenizer.

        Args:
            tokenizer_json: Content of tokenizer.json.
            max_tokens: Most ids in a row, including begin and end; longer texts get several rows.

        Raises:
            ArtifactIntegrityError: The installed `tokenizers` cannot read the content.
        """
        from tokenizers import Tokenizer as Backend
        from tokenizers import __version__

        try:
            self._backend: Backend = Backend.from_str(tokenizer_json)
        except Exception:  # tokenizers raises nothing more specific
            raise ArtifactIntegrityError(
                f"tokenizers {__version__} cannot read the tokenizer; reinstall both"
            ) from None
        self._max_tokens = max_tokens
        self._json = tokenizer_json
        self._words: WordDivision | None = None

    @property
    def vocabulary_size(self) -> int:
        """Number of token ids."""
        return int(self._backend.get_vocab_size())

    @property
    def words(self) -> WordDivision:
        """Divides words that run together; built when first needed, by two threads at worst.

        Raises:
            ArtifactIntegrityError: The tokenizer is not a unigram model, so its pieces have no probabilities.
        """
        if self._words is None:
            try:
                self._words = WordDivision(
                    [(piece, score) for piece, score in json.loads(self._json)["model"]["vocab"]]
                )
            except (KeyError, TypeError, ValueError):
                raise ArtifactIntegrityError(
                    "the tokenizer is not a unigram model; train the artefact from a base encoder that has one"
                ) from None
        return self._words

    def ids(self, texts: list[str]) -> list[list[list[int]]]:
        """Return for each text at least one row of ids, each with begin and end and at most `max_tokens` long."""
        room = self._max_tokens - 2
        rows: list[list[list[int]]] = []
        for encoding in self._backend.encode_batch_fast(texts, add_special_tokens=False):
            ids = encoding.ids
            starts = range(0, max(1, len(ids)), room)
            rows.append([[self.BEGIN, *ids[start : start + room], self.END] for start in starts])
        return rows

    def encode(self, texts: list[str], budget: int = TOKEN_BUDGET) -> Iterator[TokenBatch]:
        """Tokenize texts into batches.

        Many texts are tokenized in portions, each sorted on its own, because ids need 24 times the memory of the text.

        Args:
            texts: The texts.
            budget: Most padded tokens in a batch of several rows.

        Yields:
            Batches with all rows of all texts, sorted by length.
        """
        start = characters = 0
        for stop, text in enumerate(texts, 1):
            characters += len(text)
            if characters >= PORTION or stop == len(texts):
                ids = self.ids(texts[start:stop])
                yield from batch_rows([(start + n, row) for n, rows in enumerate(ids) for row in rows], budget)
                start, characters = stop, 0


def batch_rows(rows: list[tuple[int, list[int]]], budget: int = TOKEN_BUDGET) -> Iterator[TokenBatch]:
    """Batch rows of (text index, ids), sorted by length; equal lengths keep their order, so this is deterministic."""
    group: list[tuple[int, list[int]]] = []
    for row in sorted(rows, key=lambda item: len(item[1])):
        if group and len(row[1]) * (len(group) + 1) > budget:
            yield _pad(group)
            group = []
        group.append(row)
    if group:
        yield _pad(group)


def _pad(group: list[tuple[int, list[int]]]) -> TokenBatch:
    length = len(group[-1][1])
    token_ids = np.full((len(group), length), Tokenizer.PAD, dtype=np.int64)
    mask = np.zeros((len(group), length), dtype=np.int64)
    for position, (_, ids) in enumerate(group):
        token_ids[position, : len(ids)] = ids
        mask[position, : len(ids)] = 1
    return TokenBatch(np.array([text for text, _ in group], dtype=np.int64), token_ids, mask)
