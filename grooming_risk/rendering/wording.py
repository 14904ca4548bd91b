"""Wording that every view shares: names of tactics and cues, reminders, and advice when nothing was scored."""

from __future__ import annotations

from grooming_risk.conversation import Doubt, MessageKind
from grooming_risk.outcome import AbstentionReason
from grooming_risk.rendering.attribution import DOUBTS
from grooming_risk.tactics import DEFINITIONS, PROTECTIVE_CUES, Tactic

REMINDER = "A trained person decides. This page describes messages, not people."

# From RESPONSIBLE_USE.md, in the order in which a reviewer needs it.
BEFORE_YOU_DECIDE = (
    "If a child may be in danger now, call the emergency services. Do not wait for anything on this page.",
    "Read the messages before you act. Do not block, ban, report or notify anyone because of a score alone.",
    "A child may have written messages that raised the score: under threat, repeating somebody else's words, or asking "
    "for help. Support that child; do not sanction them.",
    "Ask first what the child needs, and follow your safeguarding procedure. Do not alert the other party. Before you "
    "tell parents, consider whether home is safe for this child.",
    "Many flagged conversations are innocent. If this one is, say so and make sure that it is counted.",
    "Show only the messages that you need for the decision. Take breaks whenever you need them, and use the support "
    "that your team offers.",
    "This file contains a private conversation. Limit who can open it, and delete it when it has served its purpose.",
)

# Why nothing was scored, and what to do then.
ABSTENTION: dict[AbstentionReason, tuple[str, tuple[str, ...]]] = {
    AbstentionReason.NO_TEXT: (
        "no message contains readable text",
        (
            "Check how the conversation was exported: its texts may have been left out.",
            "This tool does not read pictures, recordings or deleted messages. Handle them by your own procedure.",
        ),
    ),
    AbstentionReason.TOO_LITTLE_TEXT: (
        "there is too little text to judge",
        (
            "If somebody reported it, read it: it is short.",
            "Otherwise score it again when there is more text, or together with the messages before it.",
        ),
    ),
    AbstentionReason.UNSUPPORTED_LANGUAGE: (
        "it is in a language, or a mixture of languages, that the model does not support",
        (
            "Give it to a person who reads the language.",
            "Do not score a machine translation: nobody has measured how well that works.",
        ),
    ),
}
SIGNS_WITHOUT_SCORE = "Signs of tactics are shown nevertheless. Here they are often wrong."
NOT_A_LOW_SCORE = "Not scored does not mean a low score: the tool could not tell."

# What is shown in the place of a text.
NO_TEXT = {
    MessageKind.TEXT: "empty message",
    MessageKind.EDITED: "empty message",
    MessageKind.SYSTEM: "system notice",
    MessageKind.MEDIA: "picture, recording or file; not read by this tool",
    MessageKind.DELETED: "deleted message",
}

# Names of cues on labels; the bare word would claim more than the cue does.
_CUE_NAMES = {
    "minor_cue": "sign of a minor",
    "adult_cue": "sign of an adult",
    "stranger_cue": "sign of strangers",
    "family_cue": "sign of family",
    "peer_cue": "sign of peers",
    "support_cue": "sign of support",
}
_DEFINITIONS = {label.value: definition for label, definition in DEFINITIONS.items()}
_DEFINITIONS[Tactic.EXPLICIT_LANGUAGE.value] = "explicit vocabulary"  # a message that is shown has its own words
# Labels of messages whose author is doubtful.
_DOUBT_NAMES = {doubt.value: "doubtful author" for doubt in DOUBTS}
_TACTICS = frozenset(tactic.value for tactic in Tactic)
_PROTECTIVE = frozenset(cue.value for cue in PROTECTIVE_CUES)


def label_name(label: str) -> str:
    """Return a tactic or cue in words."""
    return _CUE_NAMES.get(label) or _DOUBT_NAMES.get(label, label.replace("_", " "))


def definition(label: str) -> str | None:
    """Return what a tactic, a cue or a doubt means, or None when this version does not know it."""
    return DOUBTS[Doubt(label)] if label in _DOUBT_NAMES else _DEFINITIONS.get(label)


def label_kind(label: str) -> str:
    """Return "tactic", "cue", "protective" or "doubt", the class that the style sheet uses for a label."""
    if label in _DOUBT_NAMES:
        return "doubt"
    if label in _PROTECTIVE:
        return "protective"
    return "cue" if label in _DEFINITIONS and label not in _TACTICS else "tactic"


def is_protective(label: str) -> bool:
    """Check whether a cue points to an innocent reading."""
    return label in _PROTECTIVE
