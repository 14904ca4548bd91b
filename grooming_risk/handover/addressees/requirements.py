"""What addressees ask for, as questions that a person can answer, with the reason for each.

Sources: CyberTipline Reporting API (required elements and what investigators use), recital 56 of Regulation (EU)
2022/2065 for notices under its Article 18, Regulation (EU) 2023/1543 for e-Evidence orders, and the forms of police and
hotlines, of which Cybertip.ca asks three of these questions word for word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from grooming_risk.handover.case.case import Case, TextScope
from grooming_risk.handover.case.facts import Answer, Participant, Role, ZoneSource
from grooming_risk.handover.language.wording import N_


class Addressee(str, Enum):
    """Who a case is prepared for."""

    CYBERTIPLINE = "cybertipline"
    DSA = "dsa"
    POLICE = "police"
    E_EVIDENCE = "e_evidence"


class Need(str, Enum):
    """How much an addressee depends on an answer."""

    REQUIRED = "required"
    ASKED = "asked"
    HELPFUL = "helpful"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One question.

    Attributes:
        key: short name.
        question: to a person.
        reason: why it matters.
        needs: who needs the answer, and how much.
        given: whether a case has it.
    """

    key: str
    question: str
    reason: str
    needs: Mapping[Addressee, Need]
    given: Callable[[Case], bool]


def _needs(cybertipline: str, dsa: str, police: str, e_evidence: str) -> dict[Addressee, Need]:
    """Read one letter for each addressee: r required, a asked, h helpful, - not needed."""
    letters = {"r": Need.REQUIRED, "a": Need.ASKED, "h": Need.HELPFUL}
    pairs = zip(Addressee, (cybertipline, dsa, police, e_evidence), strict=True)
    return {addressee: letters[letter] for addressee, letter in pairs if letter != "-"}


def _has(role: Role, known: Callable[[Participant], bool]) -> Callable[[Case], bool]:
    """Return whether a case has accounts of a role and knows something of each."""
    return lambda case: bool(case.role_of(role)) and all(map(known, case.role_of(role)))


def _answered(name: str) -> Callable[[Case], bool]:
    return lambda case: getattr(case, name) is not Answer.UNKNOWN


def _has_message_ids(case: Case) -> bool:
    return bool(case.messages) and all(message.message_id for message in case.messages if message.flagged)


def _is_named(participant: Participant) -> bool:
    return bool(participant.screen_name or participant.profile_urls)


REQUIREMENTS: tuple[Requirement, ...] = (
    Requirement(
        "immediate_danger",
        N_("May a child be in danger now?"),
        N_("Then a call to the emergency number comes first, before any report."),
        _needs(*"aaaa"),
        _answered("immediate_danger"),
    ),
    Requirement(
        "explanation",
        N_("Why do you suspect an offence? Say it in your own words."),
        N_("Whoever reads the report cannot ask the program. Article 18 asks for the reasons."),
        _needs(*"arr-"),
        lambda case: bool(case.explanation.strip()),
    ),
    Requirement(
        "incident_type",
        N_("Which incident type of the CyberTipline is it?"),
        N_("The CyberTipline refuses a report without one. A person chooses it, never the program."),
        _needs(*"r---"),
        lambda case: case.cybertip.incident_type is not None,
    ),
    Requirement(
        "incident_time",
        N_("When were the messages sent, and in which time zone?"),
        N_("Records of connections are searched by time. An hour's error finds somebody else."),
        _needs(*"rraa"),
        lambda case: (
            case.zone.known_by is not ZoneSource.UNKNOWN
            and any(message.flagged and message.sent_at for message in case.messages)
        ),
    ),
    Requirement(
        "reporter",
        N_("Who reports, and how can they be reached?"),
        N_("Investigators have questions. Without a contact the report often ends there."),
        _needs(*"rarr"),
        lambda case: bool(case.reporter.email or case.reporter.phone),
    ),
    Requirement(
        "platform",
        N_("Which platform or app was it?"),
        N_("It decides who holds the data and whom an order can be sent to."),
        _needs(*"arra"),
        lambda case: bool(case.platform.name),
    ),
    Requirement(
        "platform_country",
        N_("In which country is the platform established?"),
        N_("It decides which law and which authority can ask it for data."),
        _needs(*"-aah"),
        lambda case: bool(case.platform.country),
    ),
    Requirement(
        "countries",
        N_("In which countries may the people be, as far as you know?"),
        N_(
            "The report goes to the country of the offence, of the reported account or of the child; if unclear, to "
            "Europol."
        ),
        _needs(*"hah-"),
        lambda case: bool(case.countries),
    ),
    Requirement(
        "reported_account",
        N_("Which account is reported? Give its id on the platform."),
        N_("Names change; an id leads to the person."),
        _needs(*"arrr"),
        _has(Role.REPORTED, lambda item: bool(item.platform_id)),
    ),
    Requirement(
        "reported_name",
        N_("Which name and profile does the reported account show?"),
        N_("It links the account to other reports and other services."),
        _needs(*"aaah"),
        _has(Role.REPORTED, _is_named),
    ),
    Requirement(
        "recipient_account",
        N_("Which account received the messages? Give its id on the platform."),
        N_("A child who may need help can only be found through it."),
        _needs(*"aaaa"),
        _has(Role.RECIPIENT, lambda item: bool(item.platform_id)),
    ),
    Requirement(
        "ages",
        N_("Which ages do the accounts claim, and do they claim different ones?"),
        N_("Age decides whether there is an offence, and how urgent it is."),
        _needs(*"aaa-"),
        lambda case: (
            any(item.claimed_age is not None for item in case.participants)
            and all(item.age_assertion_discrepancy is not Answer.UNKNOWN for item in case.role_of(Role.REPORTED))
        ),
    ),
    Requirement(
        "text",
        N_("May the messages be in the report?"),
        N_("Article 18 asks for the content in question, and police judge by it."),
        _needs(*"arar"),
        lambda case: case.text_scope is not TextScope.NONE,
    ),
    Requirement(
        "message_ids",
        N_("What are the ids of the messages on the platform?"),
        N_("With them the platform can find and preserve the same messages."),
        _needs(*"haar"),
        _has_message_ids,
    ),
    Requirement(
        "viewed",
        N_("Which messages did a person read?"),
        N_("US courts ask whether a person or a program saw the content first."),
        _needs(*"rah-"),
        lambda case: bool(case.review.viewed),
    ),
    Requirement(
        "meeting_planned",
        N_("Is a meeting in person planned?"),
        N_("Then hours count."),
        _needs(*"aha-"),
        _answered("meeting_planned"),
    ),
    Requirement(
        "images_exchanged",
        N_("Were images sent or asked for?"),
        N_("It decides which bodies can take the report, and what may be circulating."),
        _needs(*"aha-"),
        _answered("images_exchanged"),
    ),
    Requirement(
        "threats",
        N_("Are there threats?"),
        N_("Blackmail puts a child at risk at once."),
        _needs(*"aha-"),
        _answered("threats"),
    ),
    Requirement(
        "accounts_elsewhere",
        N_("Which accounts on other services are mentioned?"),
        N_("Talk that moves away can be followed only there."),
        _needs(*"hhhh"),
        lambda case: bool(case.accounts_elsewhere),
    ),
    Requirement(
        "events",
        N_("Which IP addresses and devices did the platform record?"),
        N_("They most often lead to a place and a person."),
        _needs(*"aahr"),
        lambda case: bool(case.events),
    ),
    Requirement(
        "source",
        N_("Which export were the messages read from?"),
        N_("Its digest shows that the report and the data belong together."),
        _needs(*"hhha"),
        lambda case: case.source is not None,
    ),
    Requirement(
        "preserve_ids",
        N_("Which data should the platform preserve?"),
        N_("Data that nobody asks to keep is deleted after weeks."),
        _needs(*"haar"),
        lambda case: bool(case.preservation.ids),
    ),
    Requirement(
        "order",
        N_("Which order is answered: its reference, authority and deadline?"),
        N_("Production is due in 10 days, in an emergency in 8 hours."),
        _needs(*"---r"),
        lambda case: case.order is not None,
    ),
)
