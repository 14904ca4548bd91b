"""The composer: positives and negatives from the same carriers by the same generator, while training runs.

Counterfactual sets: a slotted dialogue as written (negative), with look-alikes in its slots (negative), with tactic
lines in its slots (positive). Carriers: a benign conversation with a profile of tactic lines and replies (positive), or
with as many look-alikes (negative). Then dialogues and proxies as they are (negative). Speakers, lengths, times and
noise come from one distribution for all; `python -m training.audit` checks that nothing else tells the classes apart.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from grooming_risk.tactics import Cue, Tactic
from training.composed import Composed
from training.corpus import Corpus, Dialogue, Line, has_tactic_slots
from training.finish import Draft, finish
from training.perturb import joined
from training.proxies import ProxyConversation

# Shares of the set by kind; the two generated kinds are half positive, so positives are about four in ten.
COUNTERFACTUAL, CARRIER, DIALOGUE, PROXY = 0.44, 0.36, 0.08, 0.12
# Messages taken of a carrier before anything is inserted. Up to a whole window: with carriers of 36 at most, a
# risky stretch inside a long benign talk was outvoted by it.
CARRIER_LENGTH = (6, 60)
MOST_INSERTED = 8
REPLY_CHANCE = 0.55
TOGETHER = 0.3  # share of inserted lines that are said in one message with what the speaker wrote anyway
AS_WRITTEN = 0.35  # of the counterfactual negatives; the others have look-alikes in the slots
# Chance of a context line in (positive, negative). Minor cues are as likely in both: alone they must tell nothing.
# Cues of trust speak for negatives and cues of strangers for positives, but neither decides. The columns have the same
# sum, so that the number of messages tells nothing either.
CUES = {
    Cue.MINOR: (0.5, 0.5),
    Cue.ADULT: (0.36, 0.3),
    Cue.STRANGER: (0.36, 0.15),
    Cue.PEER: (0.1, 0.2),
    Cue.FAMILY: (0.06, 0.15),
    Cue.GUARDIAN_AWARE: (0.06, 0.15),
    Cue.SUPPORT: (0.09, 0.08),
}
# Tactics that peers show every day: up to two such lines may stand in a negative.
EVERYDAY = (Tactic.AGE_PROBING, Tactic.FLATTERY, Tactic.PLATFORM_SHIFT, Tactic.PERSONAL_PROBING)
# What tends to go together. A profile only raises the chance of its tactics; any order, any mixture stays possible.
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
    "recruitment": (
        Tactic.RECRUITMENT_LURE,
        Tactic.INCENTIVE,
        Tactic.SECRECY,
        Tactic.PERSONAL_PROBING,
        Tactic.PRESSURE,
    ),
    "blackmail": (Tactic.PRESSURE, Tactic.IMAGE_REQUEST, Tactic.SECRECY, Tactic.EXPLICIT_LANGUAGE),
    "slow_trust": (Tactic.FLATTERY, Tactic.ISOLATION, Tactic.PERSONAL_PROBING, Tactic.SECRECY),
    "authority": (Tactic.FLATTERY, Tactic.MEETING, Tactic.ISOLATION, Tactic.IMAGE_REQUEST, Tactic.SECRECY),
    "any": tuple(Tactic),
}


@dataclass(frozen=True, slots=True)
class Material:
    """What one split offers: its lines by label, its dialogues, its proxies."""

    tactics: dict[str, list[Line]]
    lookalikes: dict[str, list[Line]]
    cues: dict[str, list[Line]]
    replies: list[Line]
    dialogues: tuple[Dialogue, ...]
    proxies: list[ProxyConversation]


def gather(corpus: Corpus, proxies: Sequence[ProxyConversation]) -> Material:
    """Index a split of the corpus with the proxies of the same split."""
    by_kind: dict[str, dict[str, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for line in corpus.lines:
        by_kind[line.kind][line.label].append(line)
    long_enough = [proxy for proxy in proxies if len(proxy.messages) >= CARRIER_LENGTH[0]]
    return Material(
        dict(by_kind["tactics"]),
        dict(by_kind["lookalikes"]),
        dict(by_kind["cues"]),
        by_kind["replies"][""],
        corpus.dialogues,
        sorted(long_enough, key=lambda proxy: proxy.identifier),
    )


def compose(material: Material, count: int, seed: int) -> Iterator[Composed]:
    """`count` conversations, one after the other; the same seed and material give the same ones."""
    random = np.random.default_rng(seed)
    kinds = (_counterfactual, _carrier, _dialogue, _proxy)
    made = 0
    while made < count:
        kind = kinds[int(random.choice(4, p=(COUNTERFACTUAL, CARRIER, DIALOGUE, PROXY)))]
        for draft in kind(material, random):
            if made < count:
                made += 1
                yield finish(draft, random)


def digest(conversations: Sequence[Composed]) -> str:
    """SHA-256 that identifies a composed set without holding its text."""
    value = hashlib.sha256()
    for item in conversations:
        rows = [(m.speaker, m.text, m.sent_at.isoformat() if m.sent_at else None) for m in item.messages]
        value.update(json.dumps([item.label, rows]).encode())
    return value.hexdigest()


def _counterfactual(material: Material, random: np.random.Generator) -> Iterator[Draft]:
    slotted = [dialogue for dialogue in material.dialogues if has_tactic_slots(dialogue)]
    dialogue = slotted[int(random.integers(len(slotted)))]
    slots = [index for index, message in enumerate(dialogue.messages) if message.slot]
    tactics: dict[int, str] = {}
    while len(set(tactics.values())) < 2:  # a profile: a single tactic repeated is none
        filled = sorted(random.choice(slots, size=int(random.integers(2, len(slots) + 1)), replace=False))
        tactics = {int(index): str(random.choice(dialogue.messages[index].slot)) for index in filled}
    yield _filled(dialogue, tactics, material.tactics, random, label=1)
    # One of the two negatives, so that the classes stay even; as written is seen among the dialogues too.
    if random.random() < AS_WRITTEN:
        yield _filled(dialogue, {}, material.lookalikes, random, label=0)
    else:
        yield _filled(dialogue, tactics, material.lookalikes, random, label=0)


def _filled(
    dialogue: Dialogue, slots: dict[int, str], lines: dict[str, list[Line]], random: np.random.Generator, label: int
) -> Draft:
    messages = [(message.speaker, message.text) for message in dialogue.messages]
    used: list[tuple[int, str]] = []
    for index, tactic in slots.items():
        speaker, written = messages[index]
        line = _line(lines[tactic], dialogue.setting, random)
        messages[index] = (speaker, joined(line, written, random) if random.random() < TOGETHER else line)
        used.append((index, tactic))
    focus = next(message.speaker for message in dialogue.messages if message.slot)
    return Draft(
        messages, label, "counterfactual", dialogue.context, dialogue.identifier, dialogue.language,
        tuple(used) if label else (), focus if label else "",
    )  # fmt: skip


def _carrier(material: Material, random: np.random.Generator) -> Iterator[Draft]:
    base = _carrier_base(material, random)
    size = int(random.integers(2, MOST_INSERTED + 1))
    # The same carrier twice: once with tactics, once with look-alikes of the same tactics.
    tactics = _profile(size, random)
    speakers = sorted({speaker for speaker, _ in base.messages})
    focus = str(random.choice(speakers))
    for label in (1, 0):
        yield _inserted(base, tactics, focus, material, random, label)


def _inserted(
    base: Draft, tactics: list[str], focus: str, material: Material, random: np.random.Generator, label: int
) -> Draft:
    others = sorted({speaker for speaker, _ in base.messages} - {focus})
    lines = material.tactics if label else material.lookalikes
    blocks = [[(focus, _line(lines[tactic], "any", random), tactic)] for tactic in tactics]
    if not label:
        for position in random.permutation(len(blocks))[: int(random.integers(0, 3))]:
            if blocks[position][0][2] in set(EVERYDAY):
                tactic = blocks[position][0][2]
                blocks[position] = [(focus, _line(material.tactics[tactic], "any", random), "")]
    for block in blocks:
        if random.random() < REPLY_CHANCE:
            block.append((str(random.choice(others)), _line(material.replies, "any", random), ""))
    for cue, chances in CUES.items():
        if random.random() < chances[0 if label else 1]:
            speaker = str(random.choice(others)) if cue is Cue.MINOR else focus
            blocks.append([(speaker, _line(material.cues[cue.value], "any", random), "")])
    order = random.permutation(len(blocks))
    places = np.sort(random.integers(1, len(base.messages) + 1, size=len(blocks)))
    messages: list[tuple[str, str]] = []
    used: list[tuple[int, str]] = []
    start = 0
    for place, block in zip(places, order, strict=True):
        messages += base.messages[start:place]
        start = int(place)
        for speaker, text, tactic in blocks[block]:
            # Never into a message that holds an inserted line already: one line a message.
            if messages[-1] == base.messages[start - 1] and messages[-1][0] == speaker and random.random() < TOGETHER:
                text = joined(text, messages.pop()[1], random)
            if tactic and label:
                used.append((len(messages), tactic))
            messages.append((speaker, text))
    messages += base.messages[start:]
    return Draft(
        messages, label, "carrier", base.source, base.group, base.language, tuple(used), focus if label else ""
    )


def _carrier_base(material: Material, random: np.random.Generator) -> Draft:
    """A stretch of a proxy, or of an authored dialogue one time in three."""
    length = int(random.integers(*CARRIER_LENGTH))
    if random.random() < 1 / 3 or not material.proxies:
        dialogue = material.dialogues[int(random.integers(len(material.dialogues)))]
        messages = [(message.speaker, message.text) for message in dialogue.messages]
        group, source, language = dialogue.identifier, dialogue.context, dialogue.language
    else:
        proxy = _pick_proxy(material.proxies, random)
        messages = [(speaker, text) for speaker, text, _ in proxy.messages]
        group, source, language = proxy.identifier, proxy.source, proxy.language
    start = int(random.integers(0, max(1, len(messages) - length + 1)))
    stretch = messages[start : start + length]
    if len({speaker for speaker, _ in stretch}) < 2:
        stretch = messages
    return Draft(stretch, 0, "carrier", source, group, language, (), "")


def _pick_proxy(proxies: list[ProxyConversation], random: np.random.Generator) -> ProxyConversation:
    """A source first, then a conversation of it, so that no large source drowns the others."""
    sources = sorted({proxy.source for proxy in proxies})
    source = sources[int(random.integers(len(sources)))]
    chosen = [proxy for proxy in proxies if proxy.source == source]
    return chosen[int(random.integers(len(chosen)))]


def _dialogue(material: Material, random: np.random.Generator) -> Iterator[Draft]:
    dialogue = material.dialogues[int(random.integers(len(material.dialogues)))]
    messages = [(message.speaker, message.text) for message in dialogue.messages]
    yield Draft(messages, 0, "dialogue", dialogue.context, dialogue.identifier, dialogue.language, (), "")


def _proxy(material: Material, random: np.random.Generator) -> Iterator[Draft]:
    if material.proxies:
        proxy = _pick_proxy(material.proxies, random)
        length = int(random.integers(*CARRIER_LENGTH))
        start = int(random.integers(0, max(1, len(proxy.messages) - length + 1)))
        stretch = [(speaker, text) for speaker, text, _ in proxy.messages[start : start + length]]
        yield Draft(stretch, 0, "proxy", proxy.source, proxy.identifier, proxy.language, (), "")


def _profile(size: int, random: np.random.Generator) -> list[str]:
    """Tactics of one profile, two times in three from its own list, else any; at least two distinct ones."""
    names = sorted(PROFILES)
    preferred = PROFILES[names[int(random.integers(len(names)))]]
    everything = tuple(Tactic)
    while True:
        chosen = [_one(preferred if random.random() < 2 / 3 else everything, random) for _ in range(size)]
        if len(set(chosen)) >= 2:
            return [tactic.value for tactic in chosen]


def _one(tactics: tuple[Tactic, ...], random: np.random.Generator) -> Tactic:
    return tactics[int(random.integers(len(tactics)))]


def _line(lines: list[Line], setting: str, random: np.random.Generator) -> str:
    """A line that fits the setting, or any line when none does."""
    fitting = [line for line in lines if setting == "any" or line.setting in (setting, "any")] or lines
    return fitting[int(random.integers(len(fitting)))].text
