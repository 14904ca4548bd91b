"""What the review page says: labels, reminders, and what to do when nothing was scored."""

from __future__ import annotations

from grooming_risk.outcome import AbstentionReason
from grooming_risk.tactics import DEFINITIONS, PROTECTIVE_CUES, Tactic

REMINDER = "A trained person decides. This page speaks of messages, not of people."

# RESPONSIBLE_USE.md, in the order in which a reviewer needs it.
BEFORE_YOU_DECIDE = (
    "If a child may be in danger now, call the emergency services. Do not wait for anything on this page.",
    "Read the messages before anything happens to anybody. Do not block, ban, report or notify on a score alone.",
    "A child may have written messages that raised the score: under threat, repeating somebody else's words, or asking "
    "for help. Support that child; do not sanction.",
    "Ask first what the child needs, and follow your safeguarding procedure. Do not alert the other party. Before you "
    "tell parents, consider whether home is safe for this child.",
    "Many flagged conversations are innocent. If the tool is wrong here, say so and have it counted.",
    "Show only the messages that the decision needs. Take breaks without asking, and use the support that your team "
    "offers.",
    "This file holds a private conversation. Limit who can open it, and delete it when its purpose has ended.",
)

# Why nothing was scored, and what to do then.
ABSTENTION: dict[AbstentionReason, tuple[str, tuple[str, ...]]] = {
    AbstentionReason.NO_TEXT: (
        "no message carries readable text",
        (
            "Look at how the conversation was exported: its texts may have been left out.",
            "Pictures, recordings and deleted messages are not read by this tool. Treat them by your own procedure.",
        ),
    ),
    AbstentionReason.TOO_LITTLE_TEXT: (
        "there is too little text to tell",
        (
            "If somebody reported it, read it: it is short.",
            "Otherwise score it again when more has been written, or together with what came before.",
        ),
    ),
    AbstentionReason.UNSUPPORTED_LANGUAGE: (
        "it is in a language, or a mixture of languages, that the model was not made for",
        (
            "Give it to a person who reads the language.",
            "Do not score a machine translation: nobody measured what that is worth.",
        ),
    ),
}
SIGNS_WITHOUT_SCORE = "Signs of tactics are shown all the same. Here they are often wrong."
NOT_A_LOW_SCORE = "Not scored is not a low score. The tool could not tell."

# On the label of a cue; the bare word would say more than the cue does.
_CUE_NAMES = {
    "minor_cue": "sign of a minor",
    "adult_cue": "sign of an adult",
    "stranger_cue": "sign of strangers",
    "family_cue": "sign of family",
    "peer_cue": "sign of peers",
    "support_cue": "sign of support",
}
_DEFINITIONS = {label.value: definition for label, definition in DEFINITIONS.items()}
_DEFINITIONS[Tactic.EXPLICIT_LANGUAGE.value] = "explicit vocabulary"  # a reader who shows a message sees its words
_TACTICS = frozenset(tactic.value for tactic in Tactic)
_PROTECTIVE = frozenset(cue.value for cue in PROTECTIVE_CUES)


def label_name(label: str) -> str:
    """A tactic or cue in words."""
    return _CUE_NAMES.get(label, label.replace("_", " "))


def definition(label: str) -> str | None:
    """What a tactic or cue means; None when this version does not know it."""
    return _DEFINITIONS.get(label)


def label_kind(label: str) -> str:
    """`tactic`, `cue` or `protective`, as the style sheet calls them."""
    if label in _PROTECTIVE:
        return "protective"
    return "cue" if label in _DEFINITIONS and label not in _TACTICS else "tactic"


def is_protective(label: str) -> bool:
    """Whether a cue speaks for an innocent reading."""
    return label in _PROTECTIVE


def message_range(start: int, stop: int) -> str:
    """Messages of a half-open range, in words."""
    return f"{'message' if stop - start == 1 else 'messages'} {numbers(start, stop)}"


def numbers(start: int, stop: int) -> str:
    """Messages of a half-open range, by number."""
    return str(start) if stop - start == 1 else f"{start}\u2013{stop - 1}"


def count(number: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {plural or noun + 's'}"
