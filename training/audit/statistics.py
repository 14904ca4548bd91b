"""Compose conversations and print distributions of both classes side by side, never a composed text.

    python -m training compose --proxies FOLDER --split train --count 2000

The last line is the digest of the set: the same configuration, corpus and proxies give the same one.
"""

from __future__ import annotations

import argparse
import itertools
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from training.composer.compose import digest
from training.composer.composed import Composed
from training.composer.composed_set import composed_set, rows
from training.config import load_config
from training.corpus.splits import NAMES
from training.data import Data
from training.options import DataOptions, add_data

HELP = "compose conversations and print statistics of both classes"
COUNT = 2_000  # conversations

_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_BARS = " ▁▂▃▄▅▆▇█"
_BINS = 16


@dataclass(frozen=True, slots=True)
class ComposeOptions:
    """Options of the verb.

    Attributes:
        data: Configuration, proxies and work folder.
        split: Split whose lines and carriers are composed.
        count: Number of conversations.
    """

    data: DataOptions
    split: str
    count: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's options."""
    add_data(parser)
    parser.add_argument("--split", choices=NAMES, default="train", help="split to compose from (default: %(default)s)")
    parser.add_argument("--count", type=int, default=COUNT, help="conversations to compose (default: %(default)s)")


def run(arguments: argparse.Namespace) -> int:
    """Compose and print the statistics; exit status 0."""
    data_options = DataOptions(arguments.config, arguments.proxies, arguments.work)
    options = ComposeOptions(data_options, arguments.split, arguments.count)
    data = Data(load_config(options.data.config), options.data.proxies, options.data.work)
    settings = data.config.compose
    material = data.material(options.split)
    made = composed_set(material, options.count, data.config.seed, settings.english, settings.dilution)
    print(statistics_table(rows(made)))
    print(f"digest {digest(rows(made))}")
    return 0


def statistics_table(composed: Iterable[Composed]) -> str:
    """Return a table of both classes: quantiles with small histograms on a common scale, then shares by kind."""
    classes: tuple[list[Composed], list[Composed]] = ([], [])
    for item in composed:
        classes[item.label].append(item)
    lines = [f"{len(classes[1]):,} positives, {len(classes[0]):,} negatives", "", _row("", "positives", "negatives")]
    for name, measure in _MEASURES.items():
        lines += _distribution(name, [[value for item in part for value in measure(item)] for part in classes])
    lines += ["", "share of conversations, %" + " " * 15 + "positives  negatives"]
    for name, attribute in _SHARES.items():
        lines += _shares(name, [Counter(attribute(item) for item in part) for part in classes])
    shown = Counter(tactic for item in classes[1] for tactic in {tactic for _, tactic in item.tactic_messages})
    lines += ["", "share of positives with each tactic, %"]
    lines += [f"  {tactic:22}{100 * count / max(1, len(classes[1])):6.1f}" for tactic, count in shown.most_common()]
    return "\n".join(lines)


def _gaps(item: Composed) -> list[float]:
    stamps = [message.sent_at for message in item.messages if message.sent_at]
    return [(second - first).total_seconds() for first, second in itertools.pairwise(stamps)]


_MEASURES: dict[str, Callable[[Composed], list[float]]] = {
    "messages": lambda item: [len(item.messages)],
    "of these put in between": lambda item: [item.fillers],
    "speakers": lambda item: [len({message.speaker for message in item.messages})],
    "characters in a message": lambda item: [len(message.text) for message in item.messages],
    "seconds between messages": _gaps,
    "tactic lines": lambda item: [len(item.tactic_messages)] if item.label else [],
    "distinct tactics": lambda item: [len({tactic for _, tactic in item.tactic_messages})] if item.label else [],
}
_SHARES: dict[str, Callable[[Composed], str]] = {
    "kind": lambda item: item.kind,
    "manner of the recipient": lambda item: item.manner or "unchanged",
    "evasion": lambda item: item.evasion or "none",
    "times": lambda item: "given" if item.messages[0].sent_at else "none",
    "language": lambda item: item.language,
}


def _distribution(name: str, values: list[list[float]]) -> list[str]:
    both = np.array([value for part in values for value in part], dtype=float)
    if not len(both):
        return []
    # A few very long gaps would squeeze everything else into one bar: the scale ends at the 95th percentile.
    edges = np.linspace(both.min(), max(float(np.quantile(both, 0.95)), both.min() + 1), _BINS + 1)
    cells = []
    for part in (values[1], values[0]):
        if not part:
            cells.append("")
            continue
        heights = np.histogram(np.clip(part, edges[0], edges[-1]), edges)[0] / len(part)
        bars = "".join(_BARS[int(np.ceil(8 * height / max(heights)))] for height in heights)
        cells.append(f"{bars} " + " ".join(f"{value:.0f}" for value in np.quantile(part, _QUANTILES)))
    return [_row(name, *cells)]


def _row(name: str, first: str, second: str) -> str:
    return f"{name:26}{first:44}{second}".rstrip()


def _shares(name: str, counts: list[Counter[str]]) -> list[str]:
    lines = [name]
    for value in sorted(counts[0] + counts[1]):
        positive, negative = (100 * counts[label][value] / max(1, counts[label].total()) for label in (1, 0))
        lines.append(f"  {value:36}{positive:8.1f} {negative:10.1f}")
    return lines
