"""Words that code chooses: names of tactics, cues, states and reasons, in English. Translations are keyed by them."""

from __future__ import annotations

from grooming_risk.handover.language.wording import N_, TACTICS
from grooming_risk.rendering.attribution import COMPARE, DOUBTS, KNOWN_BY
from grooming_risk.rendering.wording import NO_TEXT, NOT_A_LOW_SCORE, REMINDER, SIGNS_WITHOUT_SCORE, label_name
from grooming_risk.tactics import LABELS as ALL_LABELS

# Names of tactics, cues and doubts on labels, and what a label means where that needs words.
LABELS = {name: label_name(name) for name in (*ALL_LABELS, *(doubt.value for doubt in DOUBTS))}
MEANINGS = {**TACTICS, **{doubt.value: meaning for doubt, meaning in DOUBTS.items()}}
# Texts that all views of a report share; they are translated with the desk's own.
SHARED = tuple(
    dict.fromkeys(
        (
            *LABELS.values(),
            *DOUBTS.values(),
            *KNOWN_BY.values(),
            *NO_TEXT.values(),
            *(COMPARE, NOT_A_LOW_SCORE, REMINDER, SIGNS_WITHOUT_SCORE),
        )
    )
)
SHELVES = {
    "flagged": N_("To read"),
    "sample": N_("Random sample"),
    "unscored": N_("Not scored"),
    "second": N_("Second reading"),
    "appeal": N_("Appeals"),
    "decided": N_("Decided"),
    "unflagged": N_("Not flagged"),
    "all": N_("All"),
}
SHELF_NOTES = {
    "flagged": N_("Conversations with warning signs, strongest first. A flag does not mean that something happened."),
    "sample": N_("Drawn at random from conversations without a flag. Reading them is how misses are counted."),
    "unscored": N_("The program could not judge these. That does not mean a low score."),
    "second": N_("Decided once. They need a second person, who has not decided about them before."),
    "appeal": N_("Somebody asked for another decision."),
    "decided": N_("The latest decisions first."),
    "unflagged": N_("No part reached the threshold. That does not mean that they are safe."),
    "all": N_("Every case of this desk."),
}
CHOICES = {
    "escalate": N_("Escalate"),
    "no_concern": N_("No concern"),
    "not_sure": N_("Not sure"),
}
CHOICE_NOTES = {
    "escalate": N_("Somebody should act on these messages."),
    "no_concern": N_("Nothing here needs attention."),
    "not_sure": N_("You cannot tell from these messages."),
}
STAGES = {
    "first": N_("First reading"),
    "second": N_("Second reading"),
    "appeal": N_("Appeal"),
}
FILE_STATES = {
    "waiting": N_("waiting"),
    "reading": N_("being read"),
    "read": N_("read"),
    "duplicate": N_("brought in before"),
    "unreadable": N_("cannot be read"),
}
IMPORT_STATES = {
    "open": N_("being read"),
    "stopped": N_("stopped"),
    "done": N_("finished"),
}
ABSTENTION = {
    "no_text": N_("No message contains readable text."),
    "too_little_text": N_("There is too little text to judge."),
    "unsupported_language": N_("It is in a language that the model does not support."),
}
SECOND_READINGS = {
    "never": N_("never"),
    "escalations": N_("after every escalation"),
    "always": N_("after every decision"),
}
ROLES = {
    "reader": N_("reader"),
    "second_reader": N_("second reader"),
    "supervisor": N_("supervisor"),
}
METHODS = {
    "portal": N_("online form"),
    "email": N_("e-mail"),
    "phone": N_("phone"),
    "post": N_("post"),
    "in_person": N_("in person"),
    "other": N_("other"),
}
SCOPES = {
    "flagged": N_("the parts that were read, with some context"),
    "whole": N_("the whole conversation"),
    "none": N_("no text and no names"),
}
DELETED = {
    "cases": N_("cases"),
    "records": N_("records"),
    "exports": N_("exports"),
    "packages": N_("packages"),
}
DELETION_REASONS = {"date": N_("on its date"), "demand": N_("on demand")}
BEFORE_YOU_DECIDE = (
    N_("If a child may be in danger now, call the emergency services first. Do not wait for anything here."),
    N_("Read the messages around each sign before you decide. Never decide by a score."),
    N_(
        "A child may have written messages that raised the score: under threat, or asking for help. Support that child."
    ),
    N_("Do not alert the other party. Before parents are told, consider whether home is safe."),
    N_("Many flagged conversations are innocent. If this one is, say so: it is counted."),
    N_("Take breaks whenever you need them, and use the support that your team offers."),
)
