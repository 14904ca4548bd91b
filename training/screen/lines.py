"""Texts that the screen is distilled on, and what the shipped encoder says of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from tqdm import tqdm

from grooming_risk.conversation import Conversation
from grooming_risk.model.tokenization import TokenizedTexts, batches
from grooming_risk.scoring.message_encoding import model_text, only_where_masked, shown_model_text
from grooming_risk.text.message_text import joined_texts
from grooming_risk.text.normalization import normalize
from training.composer.composed import Composed
from training.corpus.lines import Corpus
from training.data import Data
from training.models import TrainedText

TEXTS_AT_ONCE = 8_192


@dataclass(frozen=True, slots=True)
class TaughtTexts:
    """Token ids of distinct texts, and the encoder's label logits.

    Attributes:
        tokens: Ids of n texts.
        logits: float32, shape (n, n_labels).
    """

    tokens: TokenizedTexts = field(repr=False)
    logits: np.ndarray


def training_texts(data: Data, composed: Iterable[Composed], models: TrainedText) -> list[str]:
    """Return the distinct texts of composed conversations, corpus lines and real messages of the training split.

    Args:
        data: Data of the run.
        composed: Composed training conversations, without fillers: they are real messages.
        models: Models whose text path is used.

    Returns:
        The texts, as `model_text` returns them, in a stable order.
    """
    conversations = [item.conversation() for item in composed]
    conversations += [
        Conversation.from_messages([(message.speaker, message.text) for message in dialogue.messages])
        for dialogue in data.corpus["train"].dialogues
    ]
    real = _sampled(data)
    found = dict.fromkeys(conversation_texts([*conversations, *real], models))
    found.update(dict.fromkeys(line_texts(data.corpus["train"], models)))
    return list(found)


def conversation_texts(conversations: Iterable[Conversation], models: TrainedText) -> Iterable[str]:
    """Yield the texts that the models read of conversations, short messages joined."""
    for conversation in tqdm(conversations, desc="texts", disable=None):
        for shown in joined_texts(conversation):
            yield shown_model_text(shown, models)


def line_texts(corpus: Corpus, models: TrainedText) -> list[str]:
    """Return the single lines of a split as the models read them."""
    return [model_text(normalize(line.text), models.vocabulary, models.tokenizer) for line in corpus.lines]


def taught(texts: list[str], models: TrainedText, label: str) -> TaughtTexts:
    """Tokenize texts, and let the encoder read all of them, a few thousand at a time."""
    tokens = models.tokenizer.tokenize(texts)
    logits = []
    for start in tqdm(range(0, len(texts), TEXTS_AT_ONCE), desc=label, disable=None):
        part = texts[start : start + TEXTS_AT_ONCE]
        read = models.encoder.encode_texts(batches(models.tokenizer.tokenize(part)), len(part)).logits
        logits.append(only_where_masked(part, read))
    return TaughtTexts(tokens, np.concatenate(logits))


def _sampled(data: Data) -> list[Conversation]:
    """Return real training conversations, at most `real_messages` messages of each source and language."""
    random = np.random.default_rng(data.config.seed)
    by_source: dict[tuple[str, str], list[Conversation]] = {}
    for proxy in data.of_split("train"):
        by_source.setdefault((proxy.source, proxy.language), []).append(proxy.conversation())
    found: list[Conversation] = []
    for key in sorted(by_source):
        messages = 0
        for place in random.permutation(len(by_source[key])):
            if messages >= data.config.screen.real_messages:
                break
            found.append(by_source[key][place])
            messages += len(by_source[key][place])
    return found
