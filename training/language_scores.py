"""How much each token speaks for a supported language, from word frequencies of the package `wordfreq`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import wordfreq

from grooming_risk.artifact import LANGUAGE_STEP
from grooming_risk.tokenization import Tokenizer

# Languages with word lists in wordfreq whose script or words a chat may be in.
CANDIDATES = (
    "en", "es", "fr", "de", "pt", "it", "nl", "pl", "tr", "ru", "ar", "hi", "ur", "id", "fil", "sv", "da", "nb", "fi",
    "cs", "ro", "hu", "uk", "el", "he", "fa", "bn", "vi", "ca", "ms",
)  # fmt: skip
WORDS = 10_000
SMOOTHING = 1e-6  # share of a token that no listed word has; keeps single rare words from deciding
NATS = 6.0  # no token counts for more than this


def language_log_odds(tokenizer: Tokenizer, supported: list[str]) -> np.ndarray:
    """log p(token | supported languages) − log p(token | other languages), in steps of LANGUAGE_STEP.

    Returns:
        int8, shape (vocabulary,); 0 for tokens that say nothing, special ones among them.
    """
    ours = _mean_share(tokenizer, [language for language in CANDIDATES if language in supported])
    others = _mean_share(tokenizer, [language for language in CANDIDATES if language not in supported])
    odds = np.log(ours + SMOOTHING) - np.log(others + SMOOTHING)
    odds[:4] = 0.0
    odds[-1] = 0.0  # the explicit token
    return np.round(np.clip(odds, -NATS, NATS) / LANGUAGE_STEP).astype(np.int8)


def _mean_share(tokenizer: Tokenizer, languages: list[str]) -> np.ndarray:
    total = np.zeros(tokenizer.vocabulary_size)
    for language in languages:
        words = wordfreq.top_n_list(language, WORDS)
        share = np.zeros(tokenizer.vocabulary_size)
        forms: tuple[Callable[[str], str], ...] = (str.lower, str.capitalize)
        for form in forms:
            for word, rows in zip(words, tokenizer.ids([form(word) for word in words]), strict=True):
                np.add.at(share, rows[0][1:-1], wordfreq.word_frequency(word, language))
        total += share / share.sum()
    return total / max(1, len(languages))
