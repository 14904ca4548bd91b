"""What summaries, channels and the README of a package say, in English. Translations are keyed by these texts."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T", bound=str)


def N_(text: T) -> T:
    """Mark a text for translation and return it as it is."""
    return text


TITLE = N_("Hand-over of a reviewed conversation")
SPEAKS_OF_MESSAGES = N_(
    "A trained person read these messages and decided that somebody else should see them. This report speaks of "
    "messages. It does not say that anybody is guilty."
)
EMERGENCY_NUMBER = N_("If a child may be in danger now, call the emergency number first: {number}.")
EMERGENCY = N_("If a child may be in danger now, call the local emergency number first.")
SUPPORT_THE_CHILD = N_(
    "A child may have written some of these messages under threat. Support that child; do not punish."
)
PRIVATE = N_("This report holds a private conversation. Keep it safe, and delete it when it is no longer needed.")
MACHINE_TRANSLATION = N_(
    "This translation was made by a machine and has not been checked by a native speaker. The English text decides."
)

DECISION = N_("Decision")
DECIDED = {
    "confirmed": N_("These messages need attention."),
    "escalated": N_("Somebody else is to decide about these messages."),
    "inconclusive": N_("The reviewer could not tell whether these messages need attention."),
    "missed": N_("No program pointed to these messages; a person found that they need attention."),
}
CASE = N_("Case")
DECIDED_AT = N_("Date of the decision")
REVIEWER = N_("Role of the reviewer")
VIEWED = N_("Messages viewed by the reviewer")
NOTE = N_("Note of the reviewer")
EXPLANATION = N_("Why this is handed over")
SHOWS = N_("What the messages show")

CONVERSATION = N_("Conversation")
PLATFORM = N_("Platform")
PLATFORM_COUNTRY = N_("Country of the platform")
CONVERSATION_ID = N_("Id of the conversation")
COUNTRIES = N_("Countries concerned")
ZONE = N_("Time zone")
ZONE_KNOWN = {
    "export": N_("stated by the export"),
    "person": N_("stated by a person"),
    "unknown": N_("not known; times are shown as in the export"),
}

ACCOUNTS = N_("Accounts")
ACCOUNT = N_("Account {letter}")
ROLES = {
    "reported": N_("reported account"),
    "recipient": N_("recipient of the messages"),
    "other": N_("other account"),
}
PLATFORM_ID = N_("Id on the platform")
SCREEN_NAME = N_("Name shown")
PROFILE = N_("Profile")
CLAIMED_AGE = N_("Age that the account claims")
ELSEWHERE = N_("Account on another service")
EVENT = N_("Recorded by the platform")

ANSWERS = N_("Questions and answers")
ANSWER = {"yes": N_("yes"), "no": N_("no"), "unknown": N_("not known")}

MESSAGES = N_("Messages")
MESSAGES_OF = N_("{count} of {total} messages are in this report.")
STRETCH = N_("Messages {first} to {last} were read for this decision.")
SCOPES = {
    "flagged": N_("These messages and {count} before and after them are in the report."),
    "whole": N_("The whole conversation is in the report."),
    "none": N_("The report holds no text and no names."),
}
MASKED = N_("Explicit terms are replaced by [EXPLICIT].")
UNMASKED = N_("Explicit terms are shown as they were written.")
SHOW = N_("Show the messages")
EDITED = N_("edited")
DELETED = N_("deleted")
NO_TEXT = N_("no text")

MISSING = N_("What is missing")
GIVEN = N_("{given} of {total} given")
COMPLETE = N_("Nothing is missing.")
NEEDS = {"required": N_("required"), "asked": N_("asked for"), "helpful": N_("helpful")}
ADDRESSEES = {
    "cybertipline": N_("Report to the NCMEC CyberTipline"),
    "dsa": N_("Notice under Article 18 of the EU Digital Services Act"),
    "police": N_("Report to police or a hotline"),
    "e_evidence": N_("Answer to an EU e-Evidence order"),
}

PRESERVE = N_("Data to preserve")
PRESERVE_UNTIL = N_("Please preserve the data until {date}.")
SOURCE = N_("Export that was read")
FILE = N_("File")
BYTES = N_("Size in bytes")
READ_AS = N_("Read as")
REPORTER = N_("Who reports")
ORDER = N_("Order that is answered")

CHANNELS = N_("Where to turn")
CHOOSE = N_("The country is your choice. It is never guessed.")
MATERIAL_ONLY = N_("Most hotlines take images and videos only. Grooming without them belongs with the police.")
KINDS = {
    "emergency": N_("Emergency number"),
    "police": N_("Police"),
    "hotline": N_("Hotline"),
    "helpline": N_("Helpline for children"),
}
TAKES = {
    "both": N_("takes grooming, images and videos"),
    "grooming": N_("takes grooming"),
    "material": N_("takes images and videos only"),
}
HOURS = N_("Open: {hours}")
NOT_FORMAL = N_("A report there is not a formal complaint.")
READ_AT_SOURCE = N_("Read on an official page on {date}: {source}")
UNVERIFIED = N_("Not verified. Found on {date}: {source}")
ELSEWHERE_IN_THE_WORLD = N_("Other countries")

README_WHAT = N_(
    "This folder is a report about a conversation that a person reviewed. It was made with the program grooming-risk, "
    "which sends nothing: a person gave it to you."
)
README_OPEN = N_("Open {page} in a browser and {table} in a spreadsheet.")
README_CHECK = N_("To check that nothing was changed, run this command in the folder: {command}")

TACTICS = {
    "age_probing": N_("asks about age or school year"),
    "personal_probing": N_("asks for home, school, routine or contact details"),
    "flattery": N_("excessive praise, a special bond"),
    "supervision_check": N_("asks who is nearby or can read this"),
    "secrecy": N_("asks to hide, delete or not tell"),
    "isolation": N_("turns against parents or friends"),
    "platform_shift": N_("moves to a private channel"),
    "incentive": N_("offers gifts, money or favours"),
    "image_request": N_("asks for pictures or the camera"),
    "explicit_language": N_("explicit words"),
    "meeting": N_("proposes to meet or to travel"),
    "recruitment_lure": N_("offers modelling, a job, a visa or a ticket"),
    "pressure": N_("guilt, threats, blackmail"),
}
