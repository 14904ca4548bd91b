"""Train, calibration and test parts of the corpus: texts by near-duplicate cluster, dialogues by context family."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence

import numpy as np

from training.corpus.lines import Corpus, Dialogue, Exchange, Line
from training.corpus.near_duplicates import clusters

NAMES = ("train", "calibration", "test")
SHARES = (0.7, 0.15, 0.15)


def split_corpus(corpus: Corpus, seed: int) -> dict[str, Corpus]:
    """Three corpora that share no near-duplicate line or exchange and no context family of dialogues."""
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
    """What a line says, or what the exchange's source says first; its answer goes where that goes."""
    return item.text if isinstance(item, Line) else item.messages[0][1]


def _split_texts(items: Sequence[Line | Exchange], seed: int) -> dict[str, list[Line | Exchange]]:
    """Stratified by language, kind and label of each cluster's first line."""
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
    """Stratified by language and by whether a family has slots, so that each part can make counterfactual pairs."""
    members: dict[tuple[str, str], list[Dialogue]] = defaultdict(list)
    for dialogue in dialogues:
        members[(dialogue.language, dialogue.context)].append(dialogue)
    strata: dict[Hashable, list[tuple[str, str]]] = defaultdict(list)
    for family, group in members.items():
        slotted = any(message.slot for dialogue in group for message in dialogue.messages)
        strata[(family[0], slotted)].append(family)
    return _deal(strata, members, seed)


def _deal(strata: dict, members: dict, seed: int) -> dict[str, list]:  # type: ignore[type-arg]
    random = np.random.default_rng(seed)
    parts: dict[str, list] = {name: [] for name in NAMES}  # type: ignore[type-arg]
    for stratum in sorted(strata, key=str):
        groups = strata[stratum]
        order = random.permutation(len(groups))
        # Largest remainders would favour train; rounding up gives calibration and test at least one group each.
        counts = [max(1, round(share * len(groups))) for share in SHARES[1:]] if len(groups) >= 3 else [0, 0]
        bounds = np.cumsum([len(groups) - sum(counts), *counts])
        for position, group in enumerate(order):
            name = NAMES[int(np.searchsorted(bounds, position, side="right"))]
            parts[name].extend(members[groups[group]])
    return parts
