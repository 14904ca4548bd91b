"""Benign dialogues of the corpus in place of public conversations, so that a smoke run needs no download."""

from __future__ import annotations

from collections.abc import Mapping

from training.corpus.lines import Corpus
from training.sources.proxies import ProxyConversation

SOURCE = "corpus_dialogues"
SPLITS = ("train", "calibration")  # as of the one public source that is on PyPI


def stand_in_proxies(corpus: Mapping[str, Corpus]) -> list[ProxyConversation]:
    """Return the plain dialogues of a corpus as public conversations.

    Figures of a model that was trained with them mean nothing: the composer uses the same dialogues.

    Args:
        corpus: Corpus by split.

    Returns:
        The dialogues, each in the split that it is in anyway.
    """
    return [
        ProxyConversation(
            identifier=f"{SOURCE}:{dialogue.identifier}",
            source=SOURCE,
            language=dialogue.language,
            split=split,
            messages=tuple((message.speaker, message.text, None) for message in dialogue.messages),
        )
        for split in SPLITS
        for dialogue in corpus[split].dialogues
        if dialogue.kind == "plain"
    ]
