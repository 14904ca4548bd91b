"""Conversations become message vectors and token statistics; each distinct text is encoded once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from grooming_risk.abstention import TokenStatistics
from grooming_risk.conversation import Conversation
from grooming_risk.encoder import EncodedTexts, Encoder
from grooming_risk.masking import ExplicitVocabulary, mask_explicit
from grooming_risk.normalization import normalize
from grooming_risk.short_messages import read_together
from grooming_risk.tactics import Tactic
from grooming_risk.tokenization import Tokenizer
from grooming_risk.window_model import MessageVectors


class TextModels(Protocol):
    """What reading needs of an artefact; training reads with the same parts before an artefact is whole."""

    @property
    def vocabulary(self) -> ExplicitVocabulary:
        """Explicit terms."""

    @property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer."""

    @property
    def encoder(self) -> Encoder:
        """The encoder."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the models say of one conversation's messages, before any window.

    Attributes:
        vectors: of the messages with visible text; their rows, not the message indices, count from 0.
        statistics: what the abstention rules look at.
    """

    vectors: MessageVectors
    statistics: TokenStatistics


def read_conversations(conversations: Sequence[Conversation], models: TextModels) -> list[Reading]:
    """Read several conversations at once; a text that stands in several is encoded once."""
    rows: dict[str, int] = {}  # masked text → row of the encoded texts; lives for this call only
    owners = [_visible_texts(conversation, models, rows) for conversation in conversations]
    encoded = _encode(list(rows), models)
    return [_reading(conversation, owned, encoded) for conversation, owned in zip(conversations, owners, strict=True)]


def speaker_numbers(conversation: Conversation) -> dict[str, int]:
    """Speaker → number, in order of first appearance."""
    numbers: dict[str, int] = {}
    for message in conversation:
        numbers.setdefault(message.speaker, len(numbers))
    return numbers


def _visible_texts(conversation: Conversation, models: TextModels, rows: dict[str, int]) -> list[tuple[int, int]]:
    """(message index, text row) of the messages that show text."""
    visible = [
        (index, message.speaker, text)
        for index, message in enumerate(conversation)
        if message.kind.carries_text and (text := normalize(message.text)).text.strip()
    ]
    together = read_together([(speaker, text.text) for _, speaker, text in visible])
    owned: list[tuple[int, int]] = []
    for (index, _, text), read in zip(visible, together, strict=True):
        # Short messages that were joined may spell a word in letters.
        masked = mask_explicit(text if read == text.text else normalize(read), models.vocabulary).text
        owned.append((index, rows.setdefault(masked, len(rows))))
    return owned


def _encode(texts: list[str], models: TextModels) -> EncodedTexts | None:
    return models.encoder.encode_texts(models.tokenizer.encode(texts), len(texts)) if texts else None


def _reading(conversation: Conversation, owned: list[tuple[int, int]], encoded: EncodedTexts | None) -> Reading:
    if encoded is None or not owned:
        empty = np.empty(0, dtype=np.int64)
        nothing = np.empty((0, 0), dtype=np.float32)
        return Reading(
            MessageVectors(nothing, nothing, empty, empty.astype(np.float64), empty), TokenStatistics(0, 0, 0.0, 0.0)
        )
    positions, rows = (np.array(column, dtype=np.int64) for column in zip(*owned, strict=True))
    numbers = speaker_numbers(conversation)
    messages = [conversation.messages[index] for index in positions]
    vectors = MessageVectors(
        embeddings=encoded.embeddings[rows],
        logits=encoded.logits[rows],
        speakers=np.array([numbers[message.speaker] for message in messages], dtype=np.int64),
        seconds=np.array([message.sent_at.timestamp() if message.sent_at else np.nan for message in messages]),
        positions=positions,
    )
    tokens = int(encoded.tokens[rows].sum())
    strongest = float(vectors.logits[:, : len(Tactic)].max())
    statistics = TokenStatistics(
        text_messages=len(owned),
        tokens=tokens,
        language_score=float(encoded.language[rows].sum()) / max(1, tokens),
        strongest_tactic=float(1 / (1 + np.exp(-strongest))),
    )
    return Reading(vectors, statistics)
