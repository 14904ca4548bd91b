"""Profiles: which tactics tend to go together. They only raise chances; any order, any mixture stays possible."""

from __future__ import annotations

import numpy as np

from grooming_risk.tactics import Cue, Tactic

PROFILES: dict[str, tuple[Tactic, ...]] = {
    "game_gifts": (Tactic.INCENTIVE, Tactic.AGE_PROBING, Tactic.PLATFORM_SHIFT, Tactic.SECRECY),
    "image_pressure": (
        Tactic.FLATTERY,
        Tactic.IMAGE_REQUEST,
        Tactic.PRESSURE,
        Tactic.SECRECY,
        Tactic.EXPLICIT_LANGUAGE,
    ),
    "meeting": (Tactic.PERSONAL_PROBING, Tactic.SUPERVISION_CHECK, Tactic.MEETING, Tactic.SECRECY),
    "recruitment_abroad": (
        Tactic.RECRUITMENT_LURE,
        Tactic.INCENTIVE,
        Tactic.SECRECY,
        Tactic.PERSONAL_PROBING,
        Tactic.PRESSURE,
    ),
    "blackmail": (Tactic.PRESSURE, Tactic.IMAGE_REQUEST, Tactic.SECRECY, Tactic.EXPLICIT_LANGUAGE),
    "slow_trust": (Tactic.FLATTERY, Tactic.ISOLATION, Tactic.PERSONAL_PROBING, Tactic.SECRECY),
    "authority_figure": (Tactic.FLATTERY, Tactic.MEETING, Tactic.ISOLATION, Tactic.IMAGE_REQUEST, Tactic.SECRECY),
    "peer_impersonation": (Tactic.AGE_PROBING, Tactic.PLATFORM_SHIFT, Tactic.IMAGE_REQUEST, Tactic.PERSONAL_PROBING),
    "any": tuple(Tactic),
}
# Cue that the focus speaker of a profile tends to give, true or not. Both halves of a pair get it alike, so that it
# makes the profile plausible and does not tell the halves apart.
TOLD: dict[str, Cue] = {
    "authority_figure": Cue.ADULT,
    "peer_impersonation": Cue.PEER,
    "recruitment_abroad": Cue.STRANGER,
    "game_gifts": Cue.STRANGER,
}
FEWEST, MOST = 2, 8
PREFERRED = 6.0  # weight of a tactic in the profile's own list: about two tactics in three come from it


def draw_profile(random: np.random.Generator) -> tuple[str, list[str]]:
    """Draw a profile's name, and two to eight distinct tactics in any order."""
    names = sorted(PROFILES)
    name = names[int(random.integers(len(names)))]
    chances = np.array([PREFERRED if tactic in PROFILES[name] else 1.0 for tactic in Tactic])
    # Short profiles are as frequent as long ones: a window often holds only a part of a conversation.
    size = int(random.integers(FEWEST, MOST + 1))
    chosen = random.choice(len(chances), size=size, replace=False, p=chances / chances.sum())
    tactics = list(Tactic)
    return name, [tactics[int(index)].value for index in chosen]
