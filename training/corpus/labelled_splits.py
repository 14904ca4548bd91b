"""Training, calibration and test parts of your own labelled conversations, with each person in one part only."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from training.corpus.splits import deal
from training.errors import TrainingError
from training.sources.labelled_conversations import LabelledConversation

LOCAL = "local"  # speaker names that mean another person in each conversation
MOST_TOGETHER = 0.5  # largest share of the conversations that may be connected by people they share
_FEW = 10  # conversations, below which nothing is concluded from how they are connected


def split_labelled(
    items: Sequence[LabelledConversation], seed: int, speakers: str = "identities"
) -> dict[str, list[LabelledConversation]]:
    """Split conversations by person: those that share a person, directly or through others, stay together.

    Who takes part is given by `participants`, else by the speakers' names unless they are local. A repeated
    conversation stays in one part too. The part is drawn from a digest of the people, so that conversations that
    are added later move none of the others, unless they connect them.

    Args:
        items: Labelled conversations.
        seed: Seed of the drawing.
        speakers: "identities" or "local", as in the configuration.

    Returns:
        The parts "train", "calibration" and "test".

    Raises:
        TrainingError: More than half of the conversations share people.
    """
    names = [_digests(item, speakers) for item in items]
    groups = _components(names)
    members: dict[int, list[int]] = defaultdict(list)
    for place, group in enumerate(groups):
        members[int(group)].append(place)
    largest = max(map(len, members.values()), default=0)
    if len(items) >= _FEW and largest > MOST_TOGETHER * len(items):
        raise TrainingError(
            f"{largest} of {len(items)} labelled conversations share people, so they cannot be split by person; if a "
            'name is another person in each conversation, set speakers = "local" in [own], else add `participants` '
            "to the rows or bring conversations of more people"
        )
    strata: dict[tuple[str, ...], dict[str, list[LabelledConversation]]] = defaultdict(dict)
    for places in members.values():
        together = [items[place] for place in places]
        stratum = ("positive" if any(item.label for item in together) else "negative",)
        strata[stratum][min(min(names[place]) for place in places)] = together
    return deal(strata, seed)


def people_groups(items: Sequence[LabelledConversation]) -> np.ndarray:
    """Return the unit that a bootstrap draws for each conversation, shape (n,): those whose participants overlap.

    Speakers' names do not count: they may be local. Repeated conversations are one unit.
    """
    return _components([_digests(item, LOCAL) for item in items])


def _digests(item: LabelledConversation, speakers: str) -> list[str]:
    """Return digests of the people of a conversation, and of its messages."""
    if item.participants is not None:
        people = item.participants
    else:
        people = () if speakers == LOCAL else tuple({message.speaker for message in item.conversation})
    texts = "\0".join(message.text for message in item.conversation)
    return [_digest(f"person {name}") for name in people] + [_digest(f"texts {texts}")]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _components(names: Sequence[Sequence[str]]) -> np.ndarray:
    """Return a number for each row, the same for rows that share a name directly or through others, shape (n,)."""
    numbers: dict[str, int] = {}
    pairs = [(place, numbers.setdefault(name, len(numbers))) for place, row in enumerate(names) for name in row]
    if not pairs:
        return np.empty(0, dtype=np.int64)
    rows, columns = np.array(pairs).T
    size = len(names) + len(numbers)
    graph = coo_array((np.ones(len(pairs), dtype=np.int8), (rows, len(names) + columns)), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1][: len(names)])
