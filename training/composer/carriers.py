"""Carriers: a benign stretch with a profile of tactic lines in it, and the same stretch with as many look-alikes.

Both halves of a pair share the carrier, the places, the manner of the recipient, the exchanges' answers and the cues'
number; what differs is whether the lines of the focus speaker are warning signs or look-alikes.
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

# Messages taken of a carrier before anything is inserted. Up to a whole window: with carriers of 36 at most, a
# risky stretch inside a long benign talk was outvoted by it.
LENGTH = (6, 60)
AUTHORED = 1 / 3  # share of carriers that are authored dialogues where there are proxies too
TOGETHER = 0.3  # share of inserted lines that are said in one message with what the speaker wrote anyway
GROUP = 0.2  # share of carriers whose recipients become three to five speakers
# How the recipient takes it, the same for both classes: answers now and then, hardly writes, or refuses.
MANNERS = {"answering": 0.6, "one_sided": 0.2, "refusing": 0.2}
REPLY_CHANCE = {"answering": 0.5, "one_sided": 0.0, "refusing": 0.8}
EXCHANGE = {"answering": 0.35, "one_sided": 0.0, "refusing": 0.5}  # of the lines that have a written answer
ONE_SIDED_KEPT = 0.3  # share of the recipients' messages that stand in a one-sided talk
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
TOLD_CHANCE = 0.5  # of what a profile tends to say of itself, in both halves
OF_RECIPIENT = (Cue.MINOR, Cue.SUPPORT)  # what the recipient says: being young, and telling somebody
# Tactics that peers show every day: up to two such lines may stand in a negative.
EVERYDAY = frozenset({Tactic.AGE_PROBING, Tactic.FLATTERY, Tactic.PLATFORM_SHIFT, Tactic.PERSONAL_PROBING})


@dataclass(frozen=True, slots=True)
class _Plan:
    """What both halves of a pair share."""

    base: Draft
    focus: str
    others: list[str]
    tactics: list[str]
    # Of each tactic a look-alike and a tactic line that look alike, and (role, text) of what follows, maybe nothing.
    lines: list[tuple[str, str]] = field(repr=False)
    answers: list[list[tuple[str, str]]] = field(repr=False)
    told: Cue | None
    manner: str


def carrier_pair(material: Material, random: np.random.Generator) -> Iterator[Draft]:
    """Once with tactics, once with look-alikes of the same tactics."""
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
    plan = _Plan(base, focus, others, tactics, lines, answers, told, manner)
    for label in (1, 0):
        yield _inserted(plan, material, random, label)


def carrier_base(material: Material, random: np.random.Generator) -> Draft:
    """A stretch of a proxy, or of an authored dialogue."""
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
    """A stretch of carrier length, from anywhere."""
    length = int(random.integers(*LENGTH))
    start = int(random.integers(0, max(1, len(messages) - length + 1)))
    return messages[start : start + length]


def _one_sided(base: Draft, focus: str, random: np.random.Generator) -> Draft:
    kept = [message for message in base.messages if message[0] == focus or random.random() < ONE_SIDED_KEPT]
    if all(speaker == focus for speaker, _ in kept):
        first_of_others = next(place for place, message in enumerate(base.messages) if message[0] != focus)
        # Everything before it is the focus speaker's, so it stands where it stood.
        kept.insert(first_of_others, base.messages[first_of_others])
    return replace(base, messages=kept)


def _in_a_group(base: Draft, focus: str, random: np.random.Generator) -> Draft:
    """The other side's messages shared out among several; who answers whom is as loose as in real groups."""
    size = int(random.integers(2, 5))
    return replace(base, messages=[
        (speaker if speaker == focus else f"{speaker}/{random.integers(size)}", text) for speaker, text in base.messages
    ])  # fmt: skip


def _look_alike_pair(tactic: str, material: Material, random: np.random.Generator) -> tuple[str, str]:
    line = pick_line(material.tactics[tactic], "any", random)
    return pick_alike(material.lookalikes[tactic], "any", line, random), line


def _answers(tactic: str, manner: str, material: Material, random: np.random.Generator) -> list[tuple[str, str]]:
    """What follows the first line of a block: the rest of an exchange, a reply, or nothing."""
    exchanges = material.exchanges.get(tactic, [])
    if exchanges and random.random() < EXCHANGE[manner]:
        return list(exchanges[int(random.integers(len(exchanges)))].messages[1:])
    if random.random() < REPLY_CHANCE[manner]:
        return [("other", pick_line(material.replies, "any", random))]
    return []


def _inserted(plan: _Plan, material: Material, random: np.random.Generator, label: int) -> Draft:
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
            # Never into a message that holds an inserted line already: one line a message.
            if messages[-1] == base[start - 1] and messages[-1][0] == speaker and random.random() < TOGETHER:
                text = joined(text, messages.pop()[1], random)
            if tactic and label:
                used.append((len(messages), tactic))
            messages.append((speaker, text))
    messages += base[start:]
    return replace(plan.base, messages=messages, label=label, tactic_messages=tuple(used),
                   focus=plan.focus if label else "", manner=plan.manner)  # fmt: skip


def _blocks(
    plan: _Plan, material: Material, random: np.random.Generator, label: int
) -> list[list[tuple[str, str, str]]]:
    everyday = [place for place, tactic in enumerate(plan.tactics) if tactic in EVERYDAY]
    isolated = set() if label else set(random.permutation(everyday)[: int(random.integers(0, 3))].tolist())
    found: list[list[tuple[str, str, str]]] = []
    for place, (tactic, answers) in enumerate(zip(plan.tactics, plan.answers, strict=True)):
        block = [(plan.focus, plan.lines[place][1 if place in isolated else label], tactic)]
        for role, text in answers:
            if role == "source":
                # Of an exchange only the answer is shared: what the source adds to a look-alike is another one.
                block.append(
                    (plan.focus, text if label else pick_alike(material.lookalikes[tactic], "any", text, random), "")
                )
            else:
                block.append((str(random.choice(plan.others)), text, ""))
        found.append(block)
    return found


def _cues(plan: _Plan, material: Material, random: np.random.Generator, label: int) -> list[list[tuple[str, str, str]]]:
    found = []
    for cue, chances in CUES.items():
        if cue is plan.told or random.random() < chances[0 if label else 1]:
            speaker = str(random.choice(plan.others)) if cue in OF_RECIPIENT else plan.focus
            # Every cue as long as any other: which of them stand in a half must not show in its lengths.
            like = pick_line(material.cues[Cue.MINOR.value], "any", random)
            found.append([(speaker, pick_alike(material.cues[cue.value], "any", like, random), "")])
    return found
