"""The composer: positives and negatives from the same carriers by the same generator, while training runs.

Counterfactual sets: a slotted dialogue as written (negative), with look-alikes in its slots (negative), with tactic
lines in its slots (positive). Carriers: a benign conversation with a profile of tactic lines and answers (positive), or
with as many look-alikes (negative). Then dialogues and proxies as they are (negative). Speakers, lengths, times and
noise come from one distribution for all; `python -m training audit` checks that only the words tell the classes apart.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator

import numpy as np

from training.composer.carriers import MERGED, carrier_pair, cut
from training.composer.composed import Composed
from training.composer.dilution import Diluter, Spread
from training.composer.finish import Draft, finish
from training.composer.material import Material, pick_alike, pick_proxy
from training.composer.perturb import joined
from training.config import Dilution
from training.corpus.lines import Dialogue

# Shares of the set by kind. The two generated kinds are half positive; the two untouched kinds are negative only, and
# with more of them the lengths alone tell the classes apart (AUROC 0.62 at 0.08 and 0.12).
COUNTERFACTUAL, CARRIER, DIALOGUE, PROXY = 0.46, 0.42, 0.05, 0.07
BLOCK = 500  # conversations that are drawn together
AS_WRITTEN = 0.25  # of the counterfactual negatives; the others have look-alikes in the slots


def compose(
    materials: list[Material], count: int, seed: int, english: float = 0.4, dilution: Dilution | None = None
) -> Iterator[Composed]:
    """Compose conversations, one block after the other; the same seed and material give the same ones.

    Args:
        materials: One for each language, English first.
        count: Number of conversations.
        seed: Seed of everything that is drawn.
        english: Share of English where there are other languages too, which share the rest evenly.
        dilution: Shares and lengths of long conversations, or None for none.

    Yields:
        The conversations.
    """
    for block, size in enumerate(block_sizes(count)):
        yield from compose_block(materials, size, (seed, block), english, dilution)


def block_sizes(count: int) -> list[int]:
    """Return the sizes of the blocks of a set; each is drawn on its own, so that blocks can be made side by side."""
    return [min(BLOCK, count - start) for start in range(0, count, BLOCK)]


def compose_block(
    materials: list[Material], count: int, seed: tuple[int, int], english: float, dilution: Dilution | None
) -> Iterator[Composed]:
    """Compose the conversations of one block.

    With `dilution`, the conversations that are not joined real ones are those composed without it, in the same order;
    some have harmless talk between their messages.

    Args:
        materials: One for each language, English first.
        count: Number of conversations.
        seed: Seed of the set, and number of the block.
        english: Share of English where there are other languages too, which share the rest evenly.
        dilution: Shares and lengths of long conversations, or None for none.

    Yields:
        The conversations.
    """
    random = np.random.default_rng((seed[0], 0, seed[1]))
    kinds = (_counterfactual, carrier_pair, _dialogue, _proxy)
    weights = _language_weights(materials, english)
    diluter = Diluter(materials, weights, dilution, seed) if dilution else None
    made = 0
    while made < count:
        if diluter and (joined_talk := diluter.joined(made)):
            made += 1
            yield joined_talk
            continue
        material = materials[int(random.choice(len(materials), p=weights))]
        kind = kinds[int(random.choice(4, p=(COUNTERFACTUAL, CARRIER, DIALOGUE, PROXY)))]
        spread: Spread | None = None
        for half, draft in enumerate(kind(material, random)):
            if diluter and not half:
                spread = diluter.spread(len(draft.messages), draft.language)
            if made < count:
                made += 1
                yield finish(draft, random, spread)


def compose_blocks(
    materials: list[Material], sizes: list[tuple[int, int]], seed: int, english: float, dilution: Dilution | None
) -> list[Composed]:
    """Return the conversations of several blocks, given by their numbers and sizes; `compose_block` has the rest."""
    return [
        composed
        for block, size in sizes
        for composed in compose_block(materials, size, (seed, block), english, dilution)
    ]


def digest(conversations: Iterable[Composed]) -> str:
    """Return a SHA-256 that identifies a composed set without holding its text."""
    value = hashlib.sha256()
    for item in conversations:
        rows = [(m.speaker, m.text, m.sent_at.isoformat() if m.sent_at else None) for m in item.messages]
        value.update(json.dumps([item.label, rows]).encode())
    return value.hexdigest()


def _language_weights(materials: list[Material], english: float) -> list[float]:
    others = len(materials) - 1
    if others and materials[0].language == "en":
        return [english, *[(1 - english) / others] * others]
    return [1 / len(materials)] * len(materials)


def _counterfactual(material: Material, random: np.random.Generator) -> Iterator[Draft]:
    if not material.slotted:
        return
    dialogue = material.slotted[int(random.integers(len(material.slotted)))]
    slots = [index for index, message in enumerate(dialogue.messages) if message.slot]
    tactics: dict[int, str] = {}
    while len(set(tactics.values())) < 2:  # one tactic repeated is not a profile
        filled = sorted(random.choice(slots, size=int(random.integers(2, len(slots) + 1)), replace=False))
        tactics = {int(index): str(random.choice(dialogue.messages[index].slot)) for index in filled}
    lines = {index: _look_alike_pair(dialogue, index, tactic, material, random) for index, tactic in tactics.items()}
    yield _filled(dialogue, {index: pair[1] for index, pair in lines.items()}, tactics, random, label=1)
    # One of the two negatives, so that the classes stay even; the dialogue as written is a kind of its own too.
    lookalikes = {index: pair[0] for index, pair in lines.items()}
    yield _filled(dialogue, lookalikes, {}, random, label=0, as_written=random.random() < AS_WRITTEN)


def _look_alike_pair(
    dialogue: Dialogue, index: int, tactic: str, material: Material, random: np.random.Generator
) -> tuple[str, str]:
    """Return a look-alike and a tactic line for one slot, each of which looks like the message there."""
    written = dialogue.messages[index].text
    line = pick_alike(material.tactics[tactic], dialogue.setting, written, random)
    return pick_alike(material.lookalikes[tactic], dialogue.setting, line, random), line


def _filled(
    dialogue: Dialogue,
    lines: dict[int, str],
    tactics: dict[int, str],
    random: np.random.Generator,
    label: int,
    as_written: bool = False,
) -> Draft:
    """Return the dialogue with lines in its slots.

    As written, it gets only the lines that are merged with the message there, so that long messages are as frequent.
    """
    messages = [(message.speaker, message.text) for message in dialogue.messages]
    for index, line in lines.items():
        speaker, written = messages[index]
        if random.random() < MERGED:
            messages[index] = (speaker, joined(line, written, random))
        elif not as_written:
            messages[index] = (speaker, line)
    focus = next(message.speaker for message in dialogue.messages if message.slot)
    return Draft(
        messages=messages,
        label=label,
        kind="counterfactual",
        source=dialogue.context,
        group=dialogue.identifier,
        language=dialogue.language,
        tactic_messages=tuple(sorted(tactics.items())),
        focus=focus if label else "",
    )


def _dialogue(material: Material, random: np.random.Generator) -> Iterator[Draft]:
    dialogue = material.dialogues[int(random.integers(len(material.dialogues)))]
    messages = [(message.speaker, message.text) for message in dialogue.messages]
    yield Draft(messages, 0, "dialogue", dialogue.context, dialogue.identifier, dialogue.language, (), "")


def _proxy(material: Material, random: np.random.Generator) -> Iterator[Draft]:
    """Yield a stretch of a real conversation, or nothing for a language without any."""
    if material.proxies:
        proxy = pick_proxy(material.proxies, random)
        stretch = cut([(speaker, text) for speaker, text, _ in proxy.messages], random)
        yield Draft(stretch, 0, "proxy", proxy.source, proxy.identifier, proxy.language, (), "")
