"""Training, calibration and test parts of the corpus: texts by near-duplicate cluster, dialogues by context family."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

import numpy as np

from training.corpus.lines import Corpus, Dialogue, Exchange, Line
from training.corpus.near_duplicates import clusters

NAMES = ("train", "calibration", "test")
SHARES = (0.7, 0.15, 0.15)
Item = TypeVar("Item")
Group = TypeVar("Group", bound=Hashable)


def split_corpus(corpus: Corpus, seed: int) -> dict[str, Corpus]:
    """Split a corpus into parts that share no near-duplicate line or exchange and no context family of dialogues.

    Args:
        corpus: The whole corpus.
        seed: Seed of the shuffling.

    Returns:
        The three parts by name, in the order of `NAMES`.
    """
    parts = _split_texts([*corpus.lines, *corpus.exchanges], seed)
    dialogues = _split_dialogues(corpus.dialogues, seed)
    return {
        name: Corpus(
            tuple(item for item in parts[name] if isinstance(item, Line)),
            tuple(dialogues[name]),
            tuple(item for item in parts[name] if isinstance(item, Exchange)),
        )
        for name in NAMES
    }


def first_text(item: Line | Exchange) -> str:
    """Return the text of a line, or the first message of an exchange, which decides the split of its answer too."""
    return item.text if isinstance(item, Line) else item.messages[0][1]


def _split_texts(items: Sequence[Line | Exchange], seed: int) -> dict[str, list[Line | Exchange]]:
    """Split clusters of near-duplicates, stratified by language, kind and label of each cluster's first line."""
    numbers = clusters([first_text(item) for item in items])
    members: dict[int, list[Line | Exchange]] = defaultdict(list)
    for item, number in zip(items, numbers, strict=True):
        members[int(number)].append(item)
    strata: dict[Hashable, list[int]] = defaultdict(list)
    for number, group in members.items():
        first = group[0]
        stratum = (first.kind, first.label) if isinstance(first, Line) else ("exchanges", first.tactic)
        strata[(first.language, *stratum)].append(number)
    return _deal(strata, members, seed)


def _split_dialogues(dialogues: Sequence[Dialogue], seed: int) -> dict[str, list[Dialogue]]:
    """Split context families, stratified by language and by slots, so that each part can make counterfactual pairs."""
    members: dict[tuple[str, str], list[Dialogue]] = defaultdict(list)
    for dialogue in dialogues:
        members[(dialogue.language, dialogue.context)].append(dialogue)
    strata: dict[Hashable, list[tuple[str, str]]] = defaultdict(list)
    for family, group in members.items():
        slotted = any(message.slot for dialogue in group for message in dialogue.messages)
        strata[(family[0], slotted)].append(family)
    return _deal(strata, members, seed)


def _deal(
    strata: Mapping[Hashable, Sequence[Group]], members: Mapping[Group, Sequence[Item]], seed: int
) -> dict[str, list[Item]]:
    """Deal the groups of each stratum out to the parts by their shares, in random order."""
    random = np.random.default_rng(seed)
    parts: dict[str, list[Item]] = {name: [] for name in NAMES}
    for stratum in sorted(strata, key=str):
        groups = strata[stratum]
        order = random.permutation(len(groups))
        # Largest remainders would favour the training part; calibration and test get at least one group each.
        counts = [max(1, round(share * len(groups))) for share in SHARES[1:]] if len(groups) >= 3 else [0, 0]
        bounds = np.cumsum([len(groups) - sum(counts), *counts])
        for position, group in enumerate(order):
            name = NAMES[int(np.searchsorted(bounds, position, side="right"))]
            parts[name].extend(members[groups[group]])
    return parts
