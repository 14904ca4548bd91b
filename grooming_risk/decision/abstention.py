"""When to abstain. Abstaining is a result of its own, never a low probability."""

from __future__ import annotations

import math
from dataclasses import dataclass

from grooming_risk.outcome import AbstentionReason

# A text weighs no more tokens than this in the statistics, so that nobody decides for all with one long message.
MOST_TOKENS = 64


@dataclass(frozen=True, slots=True)
class TokenStatistics:
    """Statistics of some texts that the abstention rules need. A text counts at most `MOST_TOKENS` of its tokens.

    Attributes:
        texts: Number of texts; a run of short messages counts once.
        tokens: Number of tokens in all of them, without begin and end.
        language: Log odds of the texts for a language that is scored against any other, natural logarithm, each times
            its number of tokens.
        strongest_tactic: Highest tactic logit of any text; minus infinity without texts.
    """

    texts: int = 0
    tokens: float = 0.0
    language: float = 0.0
    strongest_tactic: float = -math.inf

    def plus(self, tokens: float, language: float, strongest_tactic: float) -> TokenStatistics:
        """Return the statistics with one text more.

        Args:
            tokens: Its number of tokens.
            language: Its log odds, times its number of tokens.
            strongest_tactic: Its highest tactic logit.

        Returns:
            New statistics.
        """
        share = min(1.0, MOST_TOKENS / tokens) if tokens else 1.0
        return TokenStatistics(
            self.texts + 1,
            self.tokens + share * tokens,
            self.language + share * language,
            max(self.strongest_tactic, strongest_tactic),
        )


@dataclass(frozen=True, slots=True)
class AbstentionThresholds:
    """Thresholds of the abstention rules, fitted for an artefact.

    Attributes:
        minimum_tokens: Fewer tokens are too little text, unless one text is strong.
        strong_tactic: Tactic probability from which a single text is strong enough to be scored.
        minimum_language_tokens: Fewer tokens do not identify the language.
        language_score: Mean log odds of the texts, weighted by their tokens, below which the language counts as
            unsupported.
    """

    minimum_tokens: int
    strong_tactic: float
    minimum_language_tokens: int
    language_score: float


def unsupported_language(statistics: TokenStatistics, thresholds: AbstentionThresholds) -> bool:
    """Check whether texts are long enough to identify their language, and in one that is not supported."""
    enough = statistics.tokens >= max(1, thresholds.minimum_language_tokens)
    return enough and statistics.language / statistics.tokens < thresholds.language_score


def reason_to_abstain(
    statistics: TokenStatistics, thresholds: AbstentionThresholds, flagged: bool = False
) -> AbstentionReason | None:
    """Return the first reason that applies, or None when the conversation can be scored.

    Args:
        statistics: Statistics of its texts.
        thresholds: Thresholds of the artefact.
        flagged: Whether something readable is flagged; then the language of the rest is not a reason.

    Returns:
        The reason, or None.
    """
    if statistics.texts == 0 or statistics.tokens == 0:
        return AbstentionReason.NO_TEXT
    if not flagged and unsupported_language(statistics, thresholds):
        return AbstentionReason.UNSUPPORTED_LANGUAGE
    strongest = 1 / (1 + math.exp(min(700.0, -statistics.strongest_tactic)))
    if statistics.tokens < thresholds.minimum_tokens and strongest < thresholds.strong_tactic:
        return AbstentionReason.TOO_LITTLE_TEXT
    return None
