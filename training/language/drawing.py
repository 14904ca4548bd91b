"""Texts drawn for each pass: as many of served languages as of all others, no language lost among larger ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import torch

from grooming_risk.model.tokenization import TokenizedTexts
from training.corpus.other_languages import close_to

ENGLISH = 3.0  # weight among the served languages; it is written in more ways than any other
# Weight of a language among those that are not served: with more than a few words, and close to a served one.
KNOWN, CLOSE, LITTLE = 2.0, 5.0, 0.7
KNOWN_FROM = 260  # texts from which a language has more than the words of the declaration
SHORTENED = 0.4  # share of longer texts of which a stretch is drawn, because chat is shorter than sentences
SHORT = 6  # tokens up to which a text is drawn whole
NEUTRAL_DRAWS = 6  # times that each neutral text is drawn for either side


@dataclass(frozen=True, slots=True)
class Pool:
    """Token ids of texts, by language.

    Attributes:
        tokens: Ids of n texts.
        languages: Names of the languages, served ones first.
        served: How many of them are served.
        language: int64, shape (n,), number of the language; -1 for a neutral text.
    """

    tokens: TokenizedTexts = field(repr=False)
    languages: list[str]
    served: int
    language: np.ndarray


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts of a batch, one after the other.

    Attributes:
        ids: int64, token ids.
        starts: int64, shape (n,), where each text starts.
        served: float32, shape (n,), 1 for a served language.
        language: int64, shape (n,), number of the language; -1 for a neutral text.
    """

    ids: torch.Tensor = field(repr=False)
    starts: torch.Tensor
    served: torch.Tensor
    language: torch.Tensor


def weights(pool: Pool) -> np.ndarray:
    """Return the share of each language in a pass, float64, shape (languages,); each side sums to 1."""
    counts = np.bincount(pool.language[pool.language >= 0], minlength=len(pool.languages))
    of_served = np.array([ENGLISH if name == "en" else 1.0 for name in pool.languages])
    of_others = np.where(counts >= KNOWN_FROM, KNOWN, LITTLE)
    close = close_to()
    of_others = np.where([name in close for name in pool.languages], CLOSE, of_others)
    found = np.where(np.arange(len(counts)) < pool.served, of_served, of_others) * (counts > 0)
    for side in (slice(0, pool.served), slice(pool.served, None)):
        found[side] /= max(found[side].sum(), 1e-9)
    return found


def draw(pool: Pool, texts: int, batch_size: int, random: np.random.Generator) -> Iterator[Batch]:
    """Draw the texts of one pass.

    Args:
        pool: Texts by language.
        texts: Texts drawn of each served language; as many are drawn of all others together.
        batch_size: Texts in a batch.
        random: Source of randomness.

    Yields:
        Batches in random order.
    """
    first = np.searchsorted(pool.tokens.owners, np.arange(pool.tokens.count))
    begins, ends = pool.tokens.starts[first], pool.tokens.starts[first + 1]
    counts = np.rint(weights(pool) * texts * pool.served).astype(np.int64)
    full = ends > begins
    parts = [
        random.choice(np.flatnonzero((pool.language == n) & full), count) for n, count in enumerate(counts) if count
    ]
    neutral = np.repeat(np.flatnonzero((pool.language < 0) & full), 2 * NEUTRAL_DRAWS)
    chosen = np.concatenate([*parts, neutral])
    language = pool.language[chosen]
    served = np.where(language < 0, np.arange(len(chosen)) % 2, (language < pool.served) & (language >= 0))
    begin, end = _stretches(begins[chosen], ends[chosen], random)
    order = random.permutation(len(chosen))
    for start in range(0, len(order), batch_size):
        part = order[start : start + batch_size]
        lengths = end[part] - begin[part]
        ids = np.concatenate([pool.tokens.ids[a:b] for a, b in zip(begin[part], end[part], strict=True)])
        yield Batch(
            torch.from_numpy(ids.astype(np.int64)),
            torch.from_numpy(np.concatenate([[0], np.cumsum(lengths)[:-1]])),
            torch.from_numpy(served[part].astype(np.float32)),
            torch.from_numpy(language[part]),
        )


def _stretches(begins: np.ndarray, ends: np.ndarray, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    lengths = ends - begins
    shortened = (lengths > SHORT) & (random.random(len(lengths)) < SHORTENED)
    kept = np.where(shortened, random.integers(2, np.maximum(lengths, 2) + 1), lengths)
    begin = begins + np.where(shortened, random.integers(0, np.maximum(lengths - kept, 0) + 1), 0)
    return begin, begin + kept
