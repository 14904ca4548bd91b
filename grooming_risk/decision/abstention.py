"""When to abstain. Abstaining is a result of its own, never a low probability."""

from __future__ import annotations

from dataclasses import dataclass

from grooming_risk.outcome import AbstentionReason


@dataclass(frozen=True, slots=True)
class TokenStatistics:
    """Statistics of a conversation that the abstention rules need.

    Attributes:
        text_messages: Number of messages with visible text; a run of short messages counts once.
        tokens: Number of tokens in all of them, without begin and end.
        language_score: Mean log odds of a supported against any other language, natural logarithm, per token.
        strongest_tactic: Highest tactic probability of any message, in [0, 1].
    """

    text_messages: int
    tokens: int
    language_score: float
    strongest_tactic: float


@dataclass(frozen=True, slots=True)
class AbstentionThresholds:
    """Thresholds of the abstention rules, fitted for an artefact.

    Attributes:
        minimum_tokens: Fewer tokens are too little text, unless one message is strong.
        strong_tactic: Tactic probability from which a single message is strong enough to be scored.
        minimum_language_tokens: Fewer tokens do not identify the language.
        language_score: Language score below which the language counts as unsupported.
    """

    minimum_tokens: int
    strong_tactic: float
    minimum_language_tokens: int
    language_score: float


def reason_to_abstain(statistics: TokenStatistics, thresholds: AbstentionThresholds) -> AbstentionReason | None:
    """Return the first reason that applies, or None when the conversation can be scored."""
    if statistics.text_messages == 0 or statistics.tokens == 0:
        return AbstentionReason.NO_TEXT
    speaks = statistics.tokens >= thresholds.minimum_language_tokens
    if speaks and statistics.language_score < thresholds.language_score:
        return AbstentionReason.UNSUPPORTED_LANGUAGE
    if statistics.tokens < thresholds.minimum_tokens and statistics.strongest_tactic < thresholds.strong_tactic:
        return AbstentionReason.TOO_LITTLE_TEXT
    return None
