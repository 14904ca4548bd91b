"""Batches of a token budget for training, sorted by length within shuffled pools so that padding stays small."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from grooming_risk.model.tokenization import Tokenizer
from grooming_risk.scoring.message_encoding import model_text
from grooming_risk.text.masking import ExplicitVocabulary
from grooming_risk.text.normalization import normalize

POOL = 4096  # rows sorted together; smaller mixes more, larger pads less


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch of texts.

    Attributes:
        rows: Numbers of the texts, int64, shape (n,).
        token_ids: Their padded tokens, int64, shape (n, length).
        attention_mask: 1 for tokens and 0 for padding, int64, shape (n, length).
    """

    rows: np.ndarray
    token_ids: torch.Tensor
    attention_mask: torch.Tensor


def token_ids(texts: list[str], tokenizer: Tokenizer, vocabulary: ExplicitVocabulary) -> list[list[int]]:
    """Return the token ids of each text as the library reads it, cut to the first piece of the model's length."""
    prepared = [model_text(normalize(text), vocabulary, tokenizer) for text in texts]
    return [pieces[0] for pieces in tokenizer.ids(prepared)]


def batches(ids: list[list[int]], budget: int, random: np.random.Generator | None) -> Iterator[Batch]:
    """Put texts into batches.

    Args:
        ids: Token ids of each text.
        budget: Largest number of padded tokens in a batch.
        random: Generator that shuffles texts and batches; they are in the order of their lengths when None.

    Yields:
        The batches; each text is in one of them.
    """
    order = random.permutation(len(ids)) if random else np.arange(len(ids))
    pool_size = POOL if random else max(1, len(ids))
    groups: list[list[int]] = []
    for start in range(0, len(order), pool_size):
        pool = sorted(order[start : start + pool_size], key=lambda row: len(ids[row]))
        group: list[int] = []
        for row in pool:
            if group and len(ids[row]) * (len(group) + 1) > budget:
                groups.append(group)
                group = []
            group.append(int(row))
        groups.append(group)
    for position in random.permutation(len(groups)) if random else range(len(groups)):
        yield _padded(groups[position], ids)


def _padded(rows: list[int], ids: list[list[int]]) -> Batch:
    length = max(len(ids[row]) for row in rows)
    tokens = np.full((len(rows), length), Tokenizer.PAD, dtype=np.int64)
    for position, row in enumerate(rows):
        tokens[position, : len(ids[row])] = ids[row]
    mask = (tokens != Tokenizer.PAD).astype(np.int64)
    return Batch(np.array(rows), torch.from_numpy(tokens), torch.from_numpy(mask))
