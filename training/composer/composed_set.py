"""A composed set as a `datasets.Dataset` held in memory: columns of Arrow, never a cache file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from datasets import Dataset, Features, List, Value
from joblib import delayed
from tqdm import tqdm

from grooming_risk.conversation import Message
from training.composer.compose import block_sizes, compose, compose_blocks
from training.composer.composed import Composed
from training.composer.material import Material
from training.config import Dilution
from training.execution.parallel import in_order, jobs_here

FEATURES = Features(
    {
        "speakers": List(Value("string")),
        "texts": List(Value("string")),
        "sent_at": List(Value("string")),  # ISO 8601, or null
        "label": Value("int8"),
        "kind": Value("string"),
        "source": Value("string"),
        "group": Value("string"),
        "language": Value("string"),
        "tactic_messages": List(Value("int32")),
        "tactics": List(Value("string")),
        "focus": Value("string"),
        "manner": Value("string"),
        "evasion": Value("string"),
        "fillers": Value("int32"),
    }
)
# Columns that are fields of `Composed` unchanged.
_PLAIN = ("label", "kind", "source", "group", "language", "focus", "manner", "evasion", "fillers")


def composed_set(
    materials: list[Material], count: int, seed: int, english: float, dilution: Dilution | None = None
) -> Dataset:
    """Compose conversations into a table in memory.

    `Dataset.from_generator` would write its Arrow file to the cache folder; this never touches the disk.

    Args:
        materials: One for each language, English first.
        count: Number of conversations.
        seed: Seed of everything that is drawn.
        english: Share of English where there are other languages too.
        dilution: Shares and lengths of long conversations, or None for none.

    Returns:
        One row for each conversation; the columns are the fields of `Composed`, with messages as three parallel lists.
    """
    columns: dict[str, list[Any]] = {name: [] for name in FEATURES}
    made = _composed_in_blocks(materials, count, seed, english, dilution)
    for composed in tqdm(made, total=count, desc="compose", disable=None):
        for name, value in _row(composed).items():
            columns[name].append(value)
    return Dataset.from_dict(columns, features=FEATURES)


def _composed_in_blocks(
    materials: list[Material], count: int, seed: int, english: float, dilution: Dilution | None
) -> Iterator[Composed]:
    """Yield what `compose` does; with several jobs, each makes neighbouring blocks, and gets the material once."""
    sizes = list(enumerate(block_sizes(count)))
    jobs = min(jobs_here(), len(sizes))
    if jobs <= 1:
        yield from compose(materials, count, seed, english, dilution)
        return
    shares = [sizes[len(sizes) * job // jobs : len(sizes) * (job + 1) // jobs] for job in range(jobs)]
    for part in in_order(delayed(compose_blocks)(materials, share, seed, english, dilution) for share in shares):
        yield from part


def rows(composed: Dataset) -> Iterator[Composed]:
    """Yield the conversations of a set, one at a time."""
    for row in composed:
        times = [datetime.fromisoformat(at) if at else None for at in row["sent_at"]]
        yield Composed(
            messages=tuple(map(Message, row["speakers"], row["texts"], times)),
            tactic_messages=tuple(zip(row["tactic_messages"], row["tactics"], strict=True)),
            **{name: row[name] for name in _PLAIN},
        )


def _row(composed: Composed) -> dict[str, Any]:
    return {
        "speakers": [message.speaker for message in composed.messages],
        "texts": [message.text for message in composed.messages],
        "sent_at": [message.sent_at.isoformat() if message.sent_at else None for message in composed.messages],
        "tactic_messages": [index for index, _ in composed.tactic_messages],
        "tactics": [tactic for _, tactic in composed.tactic_messages],
        **{name: getattr(composed, name) for name in _PLAIN},
    }
