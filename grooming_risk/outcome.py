"""The outcome of scoring a conversation: review, no review, or an abstention with its reason."""

from __future__ import annotations

from enum import Enum


class Outcome(str, Enum):
    """What a reviewer is asked to do. It refers to the conversation, not to a person."""

    REVIEW = "review"
    NO_REVIEW = "no_review"
    ABSTAINED = "abstained"


class AbstentionReason(str, Enum):
    """Why a conversation gets no score."""

    NO_TEXT = "no_text"
    TOO_LITTLE_TEXT = "too_little_text"
    UNSUPPORTED_LANGUAGE = "unsupported_language"
