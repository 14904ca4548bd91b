"""Coverage of the corpus: the numbers of lines, exchanges and dialogues by label and language."""

from __future__ import annotations

from collections import Counter

from grooming_risk.tactics import Cue, Tactic
from training.corpus.lines import Corpus

_TACTICS = {tactic.value for tactic in Tactic}
LABELS = {
    "tactics": _TACTICS,
    "lookalikes": _TACTICS,
    "exchanges": _TACTICS,
    "cues": {cue.value for cue in Cue},
    "replies": {""},
}
SLOTS = 3  # a dialogue with fewer is too small for a profile of tactics
DIALOGUES = ("dialogues", "hard", "plain", "slotted", "situations", "groups")


def coverage(corpus: Corpus, language: str) -> Counter[tuple[str, str]]:
    """Count the rows of one language by (kind, label); the labels of dialogues are those of `DIALOGUES`.

    "slotted" dialogues have three slots or more, "situations" are distinct contexts, and "groups" have three speakers
    or more.
    """
    found = Counter((line.kind, line.label) for line in corpus.lines if line.language == language)
    found.update(("exchanges", exchange.tactic) for exchange in corpus.exchanges if exchange.language == language)
    dialogues = [dialogue for dialogue in corpus.dialogues if dialogue.language == language]
    found[("dialogues", "dialogues")] = len(dialogues)
    found.update(("dialogues", dialogue.kind) for dialogue in dialogues)
    found[("dialogues", "situations")] = len({dialogue.context for dialogue in dialogues})
    for dialogue in dialogues:
        found[("dialogues", "slotted")] += sum(bool(message.slot) for message in dialogue.messages) >= SLOTS
        found[("dialogues", "groups")] += len({message.speaker for message in dialogue.messages}) >= 3
    return found


def coverage_table(corpus: Corpus) -> str:
    """Return a table of the counts by kind, label and language."""
    languages = sorted({line.language for line in corpus.lines}, key=lambda name: (name != "en", name))
    counts = {language: coverage(corpus, language) for language in languages}
    rows = [["kind", "label", *languages]]
    for kind, labels in {**{name: sorted(labels) for name, labels in LABELS.items()}, "dialogues": DIALOGUES}.items():
        rows += [
            [kind, label or "-", *(str(counts[language][(kind, label)]) for language in languages)] for label in labels
        ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
