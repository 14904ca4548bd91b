"""When not to answer. Abstaining is a result of its own, never a low probability."""

from __future__ import annotations

from dataclasses import dataclass

from grooming_risk.outcome import AbstentionReason


@dataclass(frozen=True, slots=True)
class TokenStatistics:
    """What the abstention rules look at.

    Attributes:
        text_messages: messages with visible text; short ones that are one text count once.
        tokens: tokens over all of them, begin and end not counted.
        language_score: mean log odds a token of a supported against another language, natural log.
        strongest_tactic: highest tactic probability of any message, in [0, 1].
    """

    text_messages: int
    tokens: int
    language_score: float
    strongest_tactic: float


@dataclass(frozen=True, slots=True)
class AbstentionThresholds:
    """Fitted thresholds, from the artefact.

    Attributes:
        minimum_tokens: fewer are too little text, unless one line is strong.
        strong_tactic: tactic probability from which a single line is strong enough to be scored.
        minimum_language_tokens: fewer say nothing about the language.
        language_score: below it the language counts as unsupported.
    """

    minimum_tokens: int
    strong_tactic: float
    minimum_language_tokens: int
    language_score: float


def reason_to_abstain(statistics: TokenStatistics, thresholds: AbstentionThresholds) -> AbstentionReason | None:
    """The first reason that holds, or None when the conversation can be scored."""
    if statistics.text_messages == 0 or statistics.tokens == 0:
        return AbstentionReason.NO_TEXT
    speaks = statistics.tokens >= thresholds.minimum_language_tokens
    if speaks and statistics.language_score < thresholds.language_score:
        return AbstentionReason.UNSUPPORTED_LANGUAGE
    if statistics.tokens < thresholds.minimum_tokens and statistics.strongest_tactic < thresholds.strong_tactic:
        return AbstentionReason.TOO_LITTLE_TEXT
    return None
