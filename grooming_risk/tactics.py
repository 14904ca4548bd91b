"""The taxonomy: tactics that a line can show, and cues that only give its context.

Definitions follow the overlap of O'Connell 2003, Olson 2007 (luring communication theory), Lorenzo-Dus 2016 and
Aitken 2018. Strategies interleave and recur, so nothing in this library requires an order.
"""

from __future__ import annotations

from enum import Enum


class Tactic(str, Enum):
    """A warning sign that a line can show. A tactic describes text, never a person."""

    AGE_PROBING = "age_probing"
    PERSONAL_PROBING = "personal_probing"
    FLATTERY = "flattery"
    SUPERVISION_CHECK = "supervision_check"
    SECRECY = "secrecy"
    ISOLATION = "isolation"
    PLATFORM_SHIFT = "platform_shift"
    INCENTIVE = "incentive"
    IMAGE_REQUEST = "image_request"
    EXPLICIT_LANGUAGE = "explicit_language"
    MEETING = "meeting"
    RECRUITMENT_LURE = "recruitment_lure"
    PRESSURE = "pressure"


class Cue(str, Enum):
    """Context that a line can give. The same words mean different things between different people."""

    MINOR = "minor_cue"
    ADULT = "adult_cue"
    STRANGER = "stranger_cue"
    FAMILY = "family_cue"
    PEER = "peer_cue"
    GUARDIAN_AWARE = "guardian_aware"
    SUPPORT = "support_cue"


DEFINITIONS: dict[Tactic | Cue, str] = {
    Tactic.AGE_PROBING: "asks for or steers to age or school year",
    Tactic.PERSONAL_PROBING: "asks for home, school, routine or contact details",
    Tactic.FLATTERY: "excessive praise, a special bond",
    Tactic.SUPERVISION_CHECK: "asks who is around or who can read this",
    Tactic.SECRECY: "asks to hide, delete or not tell",
    Tactic.ISOLATION: "undermines parents or friends",
    Tactic.PLATFORM_SHIFT: "moves to a private channel",
    Tactic.INCENTIVE: "gifts, money, game currency, favours",
    Tactic.IMAGE_REQUEST: "asks for pictures or the camera",
    Tactic.EXPLICIT_LANGUAGE: "explicit vocabulary, shown only as a placeholder",
    Tactic.MEETING: "to meet alone or to travel to somebody",
    Tactic.RECRUITMENT_LURE: "modelling, job, visa, passport or ticket offered from afar",
    Tactic.PRESSURE: "guilt, threats, blackmail",
    Cue.MINOR: "shows that a minor takes part (age, school, parents in charge)",
    Cue.ADULT: "shows that an adult takes part",
    Cue.STRANGER: "shows that the two have never met",
    Cue.FAMILY: "shows that the two are family",
    Cue.PEER: "shows that the two are of the same age or class",
    Cue.GUARDIAN_AWARE: "a guardian knows or is to be asked",
    Cue.SUPPORT: "help, a safety lesson, telling somebody trusted",
}

# Cues that support a harmless reading; reports show them as counter-evidence.
PROTECTIVE_CUES: frozenset[Cue] = frozenset({Cue.FAMILY, Cue.PEER, Cue.GUARDIAN_AWARE, Cue.SUPPORT})

# The order of the encoder's outputs. The artefact lists it as well, and loading compares the two.
LABELS: tuple[str, ...] = tuple(item.value for item in (*Tactic, *Cue))
