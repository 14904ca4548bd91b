"""Words that code chooses: names of tactics, cues, states and reasons, in English. Translations are keyed by them."""

from __future__ import annotations

from grooming_risk.handover.language.wording import N_

LABELS = {
    "age_probing": N_("age probing"),
    "personal_probing": N_("personal probing"),
    "flattery": N_("flattery"),
    "supervision_check": N_("supervision check"),
    "secrecy": N_("secrecy"),
    "isolation": N_("isolation"),
    "platform_shift": N_("platform shift"),
    "incentive": N_("incentive"),
    "image_request": N_("image request"),
    "explicit_language": N_("explicit language"),
    "meeting": N_("meeting"),
    "recruitment_lure": N_("recruitment lure"),
    "pressure": N_("pressure"),
    "minor_cue": N_("sign of a minor"),
    "adult_cue": N_("sign of an adult"),
    "stranger_cue": N_("sign of strangers"),
    "family_cue": N_("sign of family"),
    "peer_cue": N_("sign of peers"),
    "guardian_aware": N_("guardian aware"),
    "support_cue": N_("sign of support"),
}
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
NO_TEXT = {
    "text": N_("empty message"),
    "edited": N_("empty message"),
    "system": N_("system notice"),
    "media": N_("picture, recording or file; not read by this program"),
    "deleted": N_("deleted message"),
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
