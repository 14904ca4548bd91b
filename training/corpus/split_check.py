"""A check that splits share no near-duplicate texts, no context families and no copies of dialogues."""

from __future__ import annotations

from collections.abc import Iterator

from training.corpus.lines import Corpus
from training.corpus.near_duplicates import near_duplicate_pairs
from training.corpus.splits import NAMES, first_text, split_corpus

# Similarity from which two dialogues are one told twice; different dialogues of one situation share fewer trigrams.
DIALOGUE_COPY = 0.6


def check_splits(corpus: Corpus, seed: int) -> Iterator[str]:
    """Find texts and families that are in two splits.

    Args:
        corpus: The whole corpus.
        seed: Seed of the splits.

    Yields:
        A description by kind and split, never with the text.
    """
    parts = split_corpus(corpus, seed)
    owners: list[tuple[str, str, str]] = []
    for name in NAMES:
        owners += [(line.text, name, line.language) for line in parts[name].lines]
        owners += [(first_text(exchange), name, exchange.language) for exchange in parts[name].exchanges]
    yield from _across("near-duplicate lines", owners)
    dialogues = [
        ("\n".join(message.text for message in dialogue.messages), name, dialogue.language)
        for name in NAMES
        for dialogue in parts[name].dialogues
    ]
    yield from _across("near-copies of a dialogue", dialogues, DIALOGUE_COPY)
    for language in sorted({dialogue.language for dialogue in corpus.dialogues}):
        families = [{d.context for d in parts[name].dialogues if d.language == language} for name in NAMES]
        if families[0] & families[1] or families[0] & families[2] or families[1] & families[2]:
            yield f"{language}: a context family is in two splits"


def _across(what: str, owners: list[tuple[str, str, str]], *threshold: float) -> Iterator[str]:
    for first, second, similarity in near_duplicate_pairs([text for text, _, _ in owners], *threshold):
        if owners[first][1] != owners[second][1]:
            (_, one, language), (_, other, _) = owners[first], owners[second]
            yield f"{language}: {what} in {one} and {other} (similarity {similarity:.2f})"
