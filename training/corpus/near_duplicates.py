"""Near-duplicate clusters of short texts, so that no cluster is in two splits.

Two lines are near-duplicates when the Jaccard similarity of their character trigrams reaches a threshold.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import CountVectorizer

from grooming_risk.text.masking import EXPLICIT_CHARACTER
from training.corpus.lines import EXPLICIT_WORD

# Tuned by eye on the English corpus: above it pairs differ in a word or an ending, below it in their meaning.
SIMILARITY = 0.6
_BLOCK = 1024


def near_duplicate_pairs(texts: list[str], threshold: float = SIMILARITY) -> list[tuple[int, int, float]]:
    """Return the pairs (i, j, similarity) with i < j whose similarity is at least the threshold.

    The explicit token counts as one character: two short lines are not alike because both have it.
    """
    counts = CountVectorizer(analyzer="char_wb", ngram_range=(3, 3), binary=True, dtype=np.float32)
    try:
        grams = counts.fit_transform([text.casefold().replace(EXPLICIT_WORD, EXPLICIT_CHARACTER) for text in texts])
    except ValueError:  # no text has a trigram
        return []
    sizes = np.asarray(grams.sum(1)).ravel()
    pairs: list[tuple[int, int, float]] = []
    for start in range(0, len(texts), _BLOCK):
        shared = (grams[start : start + _BLOCK] @ grams.T).tocoo()
        union = sizes[start + shared.row] + sizes[shared.col] - shared.data
        similar = (shared.data >= threshold * union) & (shared.col > start + shared.row)
        pairs.extend(
            (int(start + row), int(column), float(value))
            for row, column, value in zip(
                shared.row[similar], shared.col[similar], (shared.data / union)[similar], strict=True
            )
        )
    return pairs


def clusters(texts: list[str], threshold: float = SIMILARITY) -> np.ndarray:
    """Return the cluster number of each text, int32, shape (n,): connected components of near-duplicate pairs."""
    pairs = near_duplicate_pairs(texts, threshold)
    rows, columns = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    graph = coo_array((np.ones(len(pairs)), (rows, columns)), shape=(len(texts), len(texts)))
    return np.asarray(connected_components(graph, directed=False)[1])
