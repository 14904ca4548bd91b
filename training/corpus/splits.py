"""Training, calibration and test parts of the corpus: texts by near-duplicate cluster, dialogues by context family."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

from training.corpus.lines import Corpus, Dialogue, Exchange, Line
from training.corpus.near_duplicates import clusters

NAMES = ("train", "calibration", "test")
SHARES = (0.7, 0.15, 0.15)
Item = TypeVar("Item")


def split_corpus(corpus: Corpus, seed: int) -> dict[str, Corpus]:
    """Split a corpus into parts that share no near-duplicate line or exchange and no context family of dialogues.

    Args:
        corpus: The whole corpus.
        seed: Seed of the drawing.

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
    strata: dict[tuple[str, ...], dict[str, list[Line | Exchange]]] = defaultdict(dict)
    for group in members.values():
        first = group[0]
        stratum = (first.kind, first.label) if isinstance(first, Line) else ("exchanges", first.tactic)
        strata[(first.language, *stratum)].setdefault(first_text(first), []).extend(group)
    return deal(strata, seed)


def _split_dialogues(dialogues: Sequence[Dialogue], seed: int) -> dict[str, list[Dialogue]]:
    """Split context families, stratified by language and by slots, so that each part can make counterfactual pairs."""
    members: dict[tuple[str, str], list[Dialogue]] = defaultdict(list)
    for dialogue in dialogues:
        members[(dialogue.language, dialogue.context)].append(dialogue)
    strata: dict[tuple[str, ...], dict[str, list[Dialogue]]] = defaultdict(dict)
    for (language, context), group in members.items():
        slotted = any(message.slot for dialogue in group for message in dialogue.messages)
        strata[(language, "slotted" if slotted else "plain")][context] = group
    return deal(strata, seed)


def deal(strata: Mapping[tuple[str, ...], Mapping[str, Sequence[Item]]], seed: int) -> dict[str, list[Item]]:
    """Deal the groups of each stratum out to the parts by a number drawn from their names.

    A group's number depends on the seed, the stratum and its own name alone, so that lines which are added later move
    no other line from one part to another, save where a stratum has too few groups for one in each part.
    """
    parts: dict[str, list[Item]] = {name: [] for name in NAMES}
    for stratum in sorted(strata):
        groups = strata[stratum]
        drawn = {name: _drawn(seed, *stratum, name) for name in groups}
        order = sorted(groups, key=lambda name: (drawn[name], name))
        bounds = np.searchsorted([drawn[name] for name in order], np.cumsum(SHARES[:-1]))
        if len(groups) >= 3:  # calibration and test get at least one group each
            last = min(int(bounds[1]), len(groups) - 1)
            bounds = np.array([min(int(bounds[0]), last - 1), last])
        for position, name in enumerate(order):
            parts[NAMES[int(np.searchsorted(bounds, position, side="right"))]].extend(groups[name])
    return parts


def _drawn(seed: int, *names: str) -> float:
    """Return a number in [0, 1) that depends on the seed and the names alone."""
    digest = hashlib.sha256("\0".join([str(seed), *names]).encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64
