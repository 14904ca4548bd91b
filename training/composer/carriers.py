"""Carriers: a benign stretch with a profile of tactic lines in it, and the same stretch with as many look-alikes.

Both halves of a pair share the carrier, the places, the manner of the recipient and the answers of exchanges; they
differ in whether the lines of the focus speaker are warning signs or look-alikes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from grooming_risk.tactics import Cue, Tactic
from training.composer.finish import Draft
from training.composer.material import Material, pick_alike, pick_line, pick_proxy
from training.composer.perturb import joined
from training.composer.profiles import TOLD, draw_profile

# Messages of a carrier before anything is inserted. Up to a whole window: with carriers of 36 at most, a risky stretch
# inside a long benign conversation was outvoted by it.
LENGTH = (6, 60)
AUTHORED = 1 / 3  # share of carriers that are authored dialogues where there are proxies too
MERGED = 0.3  # share of inserted lines that become one message with the speaker's own
GROUP = 0.2  # share of carriers whose recipients become two to four speakers
# How the recipient reacts, the same for both classes: answers now and then, hardly writes, or refuses.
MANNERS = {"answering": 0.6, "one_sided": 0.2, "refusing": 0.2}
REPLY_CHANCE = {"answering": 0.5, "one_sided": 0.0, "refusing": 0.8}
EXCHANGE = {"answering": 0.35, "one_sided": 0.0, "refusing": 0.5}  # of the lines that have a written answer
ONE_SIDED_KEPT = 0.3  # share of the recipients' messages that a one-sided conversation keeps
# Chance of a context line in (positive, negative). Minor cues are as likely in both: alone they must tell nothing.
# Cues of trust speak for negatives and cues of strangers for positives, but neither decides. The columns have the same
# sum, so that the number of messages tells nothing either.
CUES = {
    Cue.MINOR: (0.5, 0.5),
    Cue.ADULT: (0.36, 0.3),
    Cue.STRANGER: (0.36, 0.16),
    Cue.PEER: (0.1, 0.2),
    Cue.FAMILY: (0.06, 0.15),
    Cue.GUARDIAN_AWARE: (0.06, 0.13),
    Cue.SUPPORT: (0.1, 0.1),
}
TOLD_CHANCE = 0.5  # chance of the cue in `TOLD` of a profile, in both halves
OF_RECIPIENT = (Cue.MINOR, Cue.SUPPORT)  # cues of the recipient: being young, and telling somebody
# Tactics that peers show every day: a negative may hold up to two such lines.
EVERYDAY = frozenset({Tactic.AGE_PROBING, Tactic.FLATTERY, Tactic.PLATFORM_SHIFT, Tactic.PERSONAL_PROBING})


@dataclass(frozen=True, slots=True)
class Plan:
    """The choices that both halves of a pair share.

    Attributes:
        base: The carrier.
        focus: Speaker of the inserted lines.
        others: The other speakers.
        tactics: Tactics of the profile.
        lines: For each tactic a look-alike and a tactic line that look alike.
        answers: For each tactic the role and text of the messages that follow its line, if any.
        told: Cue that the profile tends to say of itself, or None.
        manner: Key of `MANNERS`.
    """

    base: Draft
    focus: str
    others: list[str]
    tactics: list[str]
    lines: list[tuple[str, str]] = field(repr=False)
    answers: list[list[tuple[str, str]]] = field(repr=False)
    told: Cue | None
    manner: str


def carrier_pair(material: Material, random: np.random.Generator) -> Iterator[Draft]:
    """Make a carrier with tactic lines, and the same carrier with look-alikes of the same tactics.

    Args:
        material: Lines and carriers of one language.
        random: Generator of the choices.

    Yields:
        The positive, then the negative.
    """
    plan = draw_plan(material, random)
    for label in (1, 0):
        yield _inserted(plan, material, random, label)


def draw_plan(material: Material, random: np.random.Generator) -> Plan:
    """Draw a carrier, a profile and the lines and answers for it."""
    name, tactics = draw_profile(random)
    manner = str(random.choice(list(MANNERS), p=list(MANNERS.values())))
    base = carrier_base(material, random)
    speakers = sorted({speaker for speaker, _ in base.messages})
    focus = str(random.choice(speakers))
    if manner == "one_sided":
        base = _one_sided(base, focus, random)
    elif random.random() < GROUP:
        base = _in_a_group(base, focus, random)
    others = sorted({speaker for speaker, _ in base.messages} - {focus})
    told = TOLD.get(name) if random.random() < TOLD_CHANCE else None
    lines = [_look_alike_pair(tactic, material, random) for tactic in tactics]
    answers = [_answers(tactic, manner, material, random) for tactic in tactics]
    return Plan(base, focus, others, tactics, lines, answers, told, manner)


def carrier_base(material: Material, random: np.random.Generator) -> Draft:
    """Return a stretch of a proxy or of an authored dialogue, with two speakers or more."""
    if random.random() < AUTHORED or not material.proxies:
        dialogue = material.dialogues[int(random.integers(len(material.dialogues)))]
        messages = [(message.speaker, message.text) for message in dialogue.messages]
        group, source = dialogue.identifier, dialogue.context
    else:
        proxy = pick_proxy(material.proxies, random)
        messages = [(speaker, text) for speaker, text, _ in proxy.messages]
        group, source = proxy.identifier, proxy.source
    stretch = cut(messages, random)
    if len({speaker for speaker, _ in stretch}) < 2:
        stretch = messages
    return Draft(stretch, 0, "carrier", source, group, material.language, (), "")


def cut(messages: list[tuple[str, str]], random: np.random.Generator) -> list[tuple[str, str]]:
    """Return a stretch of carrier length, from anywhere in the messages."""
    length = int(random.integers(*LENGTH))
    start = int(random.integers(0, max(1, len(messages) - length + 1)))
    return messages[start : start + length]


def _one_sided(base: Draft, focus: str, random: np.random.Generator) -> Draft:
    kept = [message for message in base.messages if message[0] == focus or random.random() < ONE_SIDED_KEPT]
    if all(speaker == focus for speaker, _ in kept):
        first_of_others = next(place for place, message in enumerate(base.messages) if message[0] != focus)
        # Everything before it is the focus speaker's, so it keeps its place.
        kept.insert(first_of_others, base.messages[first_of_others])
    return replace(base, messages=kept)


def _in_a_group(base: Draft, focus: str, random: np.random.Generator) -> Draft:
    """Deal the messages of the other side out to several speakers; who answers whom is as loose as in real groups."""
    size = int(random.integers(2, 5))
    messages = [
        (speaker if speaker == focus else f"{speaker}/{random.integers(size)}", text) for speaker, text in base.messages
    ]
    return replace(base, messages=messages)


def _look_alike_pair(tactic: str, material: Material, random: np.random.Generator) -> tuple[str, str]:
    line = pick_line(material.tactics[tactic], "any", random)
    return pick_alike(material.lookalikes[tactic], "any", line, random), line


def _answers(tactic: str, manner: str, material: Material, random: np.random.Generator) -> list[tuple[str, str]]:
    """Return the messages that follow a tactic's line: the rest of an exchange, a reply, or none."""
    exchanges = material.exchanges.get(tactic, [])
    if exchanges and random.random() < EXCHANGE[manner]:
        return list(exchanges[int(random.integers(len(exchanges)))].messages[1:])
    if random.random() < REPLY_CHANCE[manner]:
        return [("other", pick_line(material.replies, "any", random))]
    return []


def _inserted(plan: Plan, material: Material, random: np.random.Generator, label: int) -> Draft:
    blocks = _blocks(plan, material, random, label) + _cues(plan, material, random, label)
    order = random.permutation(len(blocks))
    base = plan.base.messages
    places = np.sort(random.integers(1, len(base) + 1, size=len(blocks)))
    messages: list[tuple[str, str]] = []
    used: list[tuple[int, str]] = []
    start = 0
    for place, block in zip(places, order, strict=True):
        messages += base[start:place]
        start = int(place)
        for speaker, text, tactic in blocks[block]:
            # Never into a message that already holds an inserted line.
            if messages[-1] == base[start - 1] and messages[-1][0] == speaker and random.random() < MERGED:
                text = joined(text, messages.pop()[1], random)
            if tactic and label:
                used.append((len(messages), tactic))
            messages.append((speaker, text))
    messages += base[start:]
    focus = plan.focus if label else ""
    return replace(
        plan.base, messages=messages, label=label, tactic_messages=tuple(used), focus=focus, manner=plan.manner
    )


def _blocks(
    plan: Plan, material: Material, random: np.random.Generator, label: int
) -> list[list[tuple[str, str, str]]]:
    everyday = [place for place, tactic in enumerate(plan.tactics) if tactic in EVERYDAY]
    isolated = set() if label else set(random.permutation(everyday)[: int(random.integers(0, 3))].tolist())
    found: list[list[tuple[str, str, str]]] = []
    for place, (tactic, answers) in enumerate(zip(plan.tactics, plan.answers, strict=True)):
        block = [(plan.focus, plan.lines[place][1 if place in isolated else label], tactic)]
        for role, text in answers:
            if role == "source":
                # Halves share only the answer of an exchange: a further message of the source is a look-alike too.
                block.append(
                    (plan.focus, text if label else pick_alike(material.lookalikes[tactic], "any", text, random), "")
                )
            else:
                block.append((str(random.choice(plan.others)), text, ""))
        found.append(block)
    return found


def _cues(plan: Plan, material: Material, random: np.random.Generator, label: int) -> list[list[tuple[str, str, str]]]:
    found = []
    for cue, chances in CUES.items():
        if cue is plan.told or random.random() < chances[0 if label else 1]:
            speaker = str(random.choice(plan.others)) if cue in OF_RECIPIENT else plan.focus
            # Every cue as long as any other: which of them a half holds must not show in its lengths.
            like = pick_line(material.cues[Cue.MINOR.value], "any", random)
            found.append([(speaker, pick_alike(material.cues[cue.value], "any", like, random), "")])
    return found
