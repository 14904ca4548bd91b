"""How much texts speak for a language that is scored: a small static network over token ids.

It has the form of the screen, with one output, and inherits what matters to a live monitor: all sums are of whole
numbers, so a text gets the same log odds alone and among others. It tells served languages from all others at once.
It does not name a language, and it was trained to say little about a text that is the same in many languages, such as
"ok" or a row of emoji.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from grooming_risk.model.screen import Screen, ScreenWeights
from grooming_risk.model.tokenization import TokenizedTexts

# Largest log odds of a text, either way: no single text outweighs many others.
MOST_LOG_ODDS = 6.0


class LanguageModel:
    """The language model of an artefact. Thread-safe; it keeps no text and no ids."""

    def __init__(self, weights: ScreenWeights) -> None:
        """Prepare the weights, which have a single output; their threshold is not used."""
        self._network = Screen(weights)

    def log_odds(self, texts: TokenizedTexts) -> npt.NDArray[np.float32]:
        """Return the log odds that texts are in a language that is scored.

        Args:
            texts: Token ids of n texts.

        Returns:
            Natural logarithm, float32, shape (n,), between -`MOST_LOG_ODDS` and `MOST_LOG_ODDS`; 0 for a text without
            tokens.
        """
        found = np.clip(self._network.logits(texts)[:, 0], -MOST_LOG_ODDS, MOST_LOG_ODDS)
        return np.where(texts.tokens() > 0, found, 0.0).astype(np.float32)
