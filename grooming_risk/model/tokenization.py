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
class TokenizedTexts:
    """Token ids of n texts, without begin and end. Its `repr` hides them: the tokenizer restores the text from them.

    Attributes:
        ids: int32, shape (tokens,), row after row.
        starts: int64, shape (rows + 1,), where each row starts in `ids`, and the end of the last.
        owners: int64, shape (rows,), ascending: index of the text that each row belongs to. A long text has several
            rows, every text at least one.
        count: Number of texts, n.
    """

    ids: npt.NDArray[np.int32] = field(repr=False)
    starts: npt.NDArray[np.int64]
    owners: npt.NDArray[np.int64]
    count: int

    def tokens(self) -> npt.NDArray[np.int64]:
        """Return the number of tokens of each text, int64, shape (n,)."""
        found = np.zeros(self.count, dtype=np.int64)
        np.add.at(found, self.owners, np.diff(self.starts))
        return found


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

    def tokenize(self, texts: list[str]) -> TokenizedTexts:
        """Tokenize texts once, for the screen and for the encoder.

        Many texts are tokenized in portions, because ids in Python lists need 24 times the memory of the text.

        Args:
            texts: The texts.

        Returns:
            The ids of all texts.
        """
        room, portion, characters = self._max_tokens - 2, 0, 0
        ids: list[npt.NDArray[np.int32]] = []
        lengths: list[int] = []
        owners: list[int] = []
        for stop, text in enumerate(texts, 1):
            characters += len(text)
            if characters >= PORTION or stop == len(texts):
                for owner, encoding in enumerate(
                    self._backend.encode_batch_fast(texts[portion:stop], add_special_tokens=False), portion
                ):
                    found = np.array(encoding.ids, dtype=np.int32)
                    ids.append(found)
                    for start in range(0, max(1, len(found)), room):
                        lengths.append(min(room, len(found) - start))
                        owners.append(owner)
                portion, characters = stop, 0
        return TokenizedTexts(
            ids=np.concatenate(ids) if ids else np.empty(0, dtype=np.int32),
            starts=np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64),
            owners=np.array(owners, dtype=np.int64),
            count=len(texts),
        )


def batches(
    texts: TokenizedTexts, chosen: npt.NDArray[np.bool_] | None = None, budget: int = TOKEN_BUDGET
) -> Iterator[TokenBatch]:
    """Batch rows sorted by length; equal lengths keep their order, so this is deterministic.

    Args:
        texts: Token ids of n texts.
        chosen: bool, shape (n,), which texts to batch; None for all.
        budget: Most padded tokens in a batch of several rows.

    Yields:
        Batches with all rows of the chosen texts, with begin and end.
    """
    lengths = np.diff(texts.starts) + 2
    rows = np.arange(len(lengths)) if chosen is None else np.flatnonzero(chosen[texts.owners])
    rows = rows[np.argsort(lengths[rows], kind="stable")]
    start = 0
    for stop in range(1, len(rows) + 1):
        if stop == len(rows) or lengths[rows[stop]] * (stop - start + 1) > budget:
            yield _pad(texts, rows[start:stop], int(lengths[rows[stop - 1]]))
            start = stop


def _pad(texts: TokenizedTexts, rows: npt.NDArray[np.int64], length: int) -> TokenBatch:
    token_ids = np.full((len(rows), length), Tokenizer.PAD, dtype=np.int64)
    mask = np.zeros((len(rows), length), dtype=np.int64)
    for position, row in enumerate(rows):
        found = texts.ids[texts.starts[row] : texts.starts[row + 1]]
        token_ids[position, 0], token_ids[position, 1 : len(found) + 1] = Tokenizer.BEGIN, found
        token_ids[position, len(found) + 1] = Tokenizer.END
        mask[position, : len(found) + 2] = 1
    return TokenBatch(texts.owners[rows], token_ids, mask)
