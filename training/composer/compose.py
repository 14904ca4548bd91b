"""The composer: positives and negatives from the same carriers by the same generator, while training runs.

Counterfactual sets: a slotted dialogue as written (negative), with look-alikes in its slots (negative), with tactic
lines in its slots (positive). Carriers: a benign conversation with a profile of tactic lines and answers (positive), or
with as many look-alikes (negative). Then dialogues and proxies as they are (negative). Speakers, lengths, times and
noise come from one distribution for all; `python -m training.composer.audit` checks that nothing else tells the classes apart.

`python -m training.composer.compose --preview-statistics` prints distributions of both classes, never a composed text.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from training.composer.carriers import TOGETHER, carrier_pair, cut
from training.composer.composed import Composed
from training.composer.finish import Draft, finish
from training.composer.material import Material, pick_alike, pick_proxy
from training.composer.perturb import joined
from training.corpus.lines import Dialogue

# Shares of the set by kind; the two generated kinds are half positive. More of the untouched kinds, which are negative
# only, and their lengths alone tell the classes apart (AUROC 0.62 at 0.08 and 0.12).
COUNTERFACTUAL, CARRIER, DIALOGUE, PROXY = 0.46, 0.42, 0.05, 0.07
AS_WRITTEN = 0.25  # of the counterfactual negatives; the others have look-alikes in the slots


def compose(materials: list[Material], count: int, seed: int, english: float = 0.4) -> Iterator[Composed]:
    """`count` conversations, one after the other; the same seed and material give the same ones.

    Args:
        materials: one a language.
        english: share of English when there are other languages too; these share the rest evenly.
    """
    random = np.random.default_rng(seed)
    kinds = (_counterfactual, carrier_pair, _dialogue, _proxy)
    weights = _language_weights(materials, english)
    made = 0
    while made < count:
        material = materials[int(random.choice(len(materials), p=weights))]
        kind = kinds[int(random.choice(4, p=(COUNTERFACTUAL, CARRIER, DIALOGUE, PROXY)))]
        for draft in kind(material, random):
            if made < count:
                made += 1
                yield finish(draft, random)


def digest(conversations: Iterable[Composed]) -> str:
    """SHA-256 that identifies a composed set without holding its text."""
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
    while len(set(tactics.values())) < 2:  # a profile: a single tactic repeated is none
        filled = sorted(random.choice(slots, size=int(random.integers(2, len(slots) + 1)), replace=False))
        tactics = {int(index): str(random.choice(dialogue.messages[index].slot)) for index in filled}
    lines = {index: _look_alike_pair(dialogue, index, tactic, material, random) for index, tactic in tactics.items()}
    yield _filled(dialogue, {index: pair[1] for index, pair in lines.items()}, tactics, random, label=1)
    # One of the two negatives, so that the classes stay even; as written is seen among the dialogues too.
    lookalikes = {index: pair[0] for index, pair in lines.items()}
    yield _filled(dialogue, lookalikes, {}, random, label=0, as_written=random.random() < AS_WRITTEN)


def _look_alike_pair(
    dialogue: Dialogue, index: int, tactic: str, material: Material, random: np.random.Generator
) -> tuple[str, str]:
    """A look-alike and a tactic line for one slot, each looking like what stands there."""
    written = dialogue.messages[index].text
    line = pick_alike(material.tactics[tactic], dialogue.setting, written, random)
    return pick_alike(material.lookalikes[tactic], dialogue.setting, line, random), line


def _filled(
    dialogue: Dialogue, lines: dict[int, str], tactics: dict[int, str], random: np.random.Generator, label: int,
    as_written: bool = False,
) -> Draft:  # fmt: skip
    """The dialogue with lines in its slots; as written, with no more than the lines that are said in one message with
    what stands there, so that long messages are as frequent.
    """
    messages = [(message.speaker, message.text) for message in dialogue.messages]
    for index, line in lines.items():
        speaker, written = messages[index]
        if random.random() < TOGETHER:
            messages[index] = (speaker, joined(line, written, random))
        elif not as_written:
            messages[index] = (speaker, line)
    focus = next(message.speaker for message in dialogue.messages if message.slot)
    return Draft(
        messages, label, "counterfactual", dialogue.context, dialogue.identifier, dialogue.language,
        tuple(sorted(tactics.items())), focus if label else "",
    )  # fmt: skip


def _dialogue(material: Material, random: np.random.Generator) -> Iterator[Draft]:
    dialogue = material.dialogues[int(random.integers(len(material.dialogues)))]
    messages = [(message.speaker, message.text) for message in dialogue.messages]
    yield Draft(messages, 0, "dialogue", dialogue.context, dialogue.identifier, dialogue.language, (), "")


def _proxy(material: Material, random: np.random.Generator) -> Iterator[Draft]:
    """A stretch of a real conversation; where a language has none, nothing: the next draw decides."""
    if material.proxies:
        proxy = pick_proxy(material.proxies, random)
        stretch = cut([(speaker, text) for speaker, text, _ in proxy.messages], random)
        yield Draft(stretch, 0, "proxy", proxy.source, proxy.identifier, proxy.language, (), "")


def main(arguments: list[str] | None = None) -> int:
    """Print what is composed, as statistics."""
    from training.composer.composed_set import composed_set, rows
    from training.composer.statistics import statistics_table
    from training.config import load_config
    from training.data import Data

    parser = argparse.ArgumentParser(prog="python -m training.composer.compose", description=__doc__)
    parser.add_argument("--preview-statistics", action="store_true", required=True)
    parser.add_argument("--config", type=Path, default=Path(__file__).parents[1] / "configs" / "base.toml")
    parser.add_argument("--proxies", type=Path, help="folder of proxies (default: the PyPI package chitchat-dataset)")
    parser.add_argument("--work", type=Path, default=Path("work"))
    parser.add_argument("--split", choices=("train", "calibration", "test"), default="train")
    parser.add_argument("--count", type=int, default=2_000, help="conversations to compose (default: %(default)s)")
    options = parser.parse_args(arguments)
    data = Data(load_config(options.config), options.proxies, options.work)
    made = composed_set(data.material(options.split), options.count, data.config.seed, data.config.compose.english)
    print(statistics_table(rows(made)))
    print(f"digest {digest(rows(made))}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
