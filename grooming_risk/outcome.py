"""What scoring a conversation comes to: review, no review, or an abstention with its reason."""

from __future__ import annotations

from enum import Enum


class Outcome(str, Enum):
    """What a reviewer is told to do. It speaks of the conversation, not of a person."""

    REVIEW = "review"
    NO_REVIEW = "no_review"
    ABSTAINED = "abstained"


class AbstentionReason(str, Enum):
    """Why no score is given."""

    NO_TEXT = "no_text"
    TOO_LITTLE_TEXT = "too_little_text"
    UNSUPPORTED_LANGUAGE = "unsupported_language"
