"""Statistics of texts for the abstention rules: of a conversation, of a speaker, of the messages that carry a flag."""

from __future__ import annotations

import numpy as np

from grooming_risk.decision.abstention import AbstentionThresholds, TokenStatistics, unsupported_language
from grooming_risk.model.window_model import MessageVectors
from grooming_risk.tactics import Tactic


def text_statistics(vectors: MessageVectors) -> TokenStatistics:
    """Return the statistics of texts, added one after the other as a live monitor adds them."""
    found = TokenStatistics()
    strongest = vectors.logits[:, : len(Tactic)].max(1) if len(vectors) else ()
    for tokens, language, tactic in zip(vectors.tokens, vectors.language, strongest, strict=True):
        found = found.plus(int(tokens), float(language), float(tactic))
    return found


def by_speaker(vectors: MessageVectors) -> dict[int, TokenStatistics]:
    """Return the statistics of each speaker's texts, by the number of the speaker."""
    return {
        int(speaker): text_statistics(vectors.rows(np.flatnonzero(vectors.speakers == speaker)))
        for speaker in np.unique(vectors.speakers)
    }


def readable(vectors: MessageVectors, thresholds: AbstentionThresholds) -> bool:
    """Check that texts which carry a flag are not in a language that is not scored."""
    return not unsupported_language(text_statistics(vectors), thresholds)
