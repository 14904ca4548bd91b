"""Conversations become message vectors and token statistics; each distinct text is encoded once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

import numpy as np

from grooming_risk.conversation import Conversation
from grooming_risk.decision.abstention import TokenStatistics
from grooming_risk.model.encoder import EncodedTexts, Encoder
from grooming_risk.model.tokenization import Tokenizer
from grooming_risk.model.window_model import MessageVectors
from grooming_risk.tactics import Tactic
from grooming_risk.text.masking import ExplicitVocabulary, folded_words, mask_explicit
from grooming_risk.text.message_text import ShownText, joined_texts
from grooming_risk.text.normalization import NormalizedText
from grooming_risk.text.readings import readable


class TextModels(Protocol):
    """The parts of an artefact that encoding needs; training encodes with them before an artefact is complete."""

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
class EncodedConversation:
    """What the encoder makes of one conversation, before any window.

    Attributes:
        vectors: Vectors of the messages with visible text; their rows count from 0 and are not message indices. Short
            messages that a speaker sends in a row share a row.
        statistics: The statistics that the abstention rules need.
        messages: Number of messages, including those without text.
        input_digest: HMAC-SHA-256 of the conversation under a scorer's key, hexadecimal; empty when no scorer encoded
            it.
    """

    vectors: MessageVectors
    statistics: TokenStatistics
    messages: int
    input_digest: str = ""


class _TextRow(NamedTuple):
    """Indices of the first and the last message that a text was read from, and its row in the encoded texts."""

    first: int
    last: int
    row: int


def encode_conversations(conversations: Sequence[Conversation], models: TextModels) -> list[EncodedConversation]:
    """Encode several conversations at once; a text that occurs in several of them is encoded once."""
    rows: dict[str, int] = {}  # text → row of the encoded texts; only for the duration of this call
    texts = [_text_rows(conversation, models, rows) for conversation in conversations]
    encoded = _encode(list(rows), models)
    return [_encoded(conversation, found, encoded) for conversation, found in zip(conversations, texts, strict=True)]


def speaker_numbers(conversation: Conversation) -> dict[str, int]:
    """Return the number of each speaker, in order of first appearance."""
    numbers: dict[str, int] = {}
    for message in conversation:
        numbers.setdefault(message.speaker, len(numbers))
    return numbers


def model_text(text: NormalizedText, vocabulary: ExplicitVocabulary, tokenizer: Tokenizer, hidden: bool = False) -> str:
    """Return the text that the encoder reads, in training too.

    Disguises are undone, explicit words masked, words that run together divided.

    Args:
        text: A normalized text.
        vocabulary: Explicit terms.
        tokenizer: The encoder's tokenizer.
        hidden: Whether words in it were spelled out over several messages.

    Returns:
        The text to tokenize.
    """
    words, folded = tokenizer.words, folded_words(text.text)
    read = readable(text.text, folded, words)
    if read is not text.text:  # from here on, nothing needs to know where its characters came from
        text, folded = replace(text, text=read, offsets=range(len(read))), folded_words(read)
    masked = mask_explicit(text, vocabulary, folded)
    divided = words.divide(masked, hidden)
    return (masked if divided is masked else mask_explicit(divided, vocabulary)).text


def shown_model_text(shown: ShownText, models: TextModels) -> str:
    """Return the text that the encoder reads for a message, or for the run of short messages that ends with it."""
    return model_text(shown.text, models.vocabulary, models.tokenizer, shown.run.spelled)


def _text_rows(conversation: Conversation, models: TextModels, rows: dict[str, int]) -> list[_TextRow]:
    """Add the texts of a conversation to `rows`, and return where each came from."""
    return [
        _TextRow(shown.first, shown.index, rows.setdefault(shown_model_text(shown, models), len(rows)))
        for shown in joined_texts(conversation)
    ]


def _encode(texts: list[str], models: TextModels) -> EncodedTexts | None:
    return models.encoder.encode_texts(models.tokenizer.encode(texts), len(texts)) if texts else None


def _encoded(conversation: Conversation, texts: list[_TextRow], encoded: EncodedTexts | None) -> EncodedConversation:
    if encoded is None or not texts:
        empty = np.empty(0, dtype=np.int64)
        nothing = np.empty((0, 0), dtype=np.float32)
        vectors = MessageVectors(nothing, nothing, empty, empty.astype(np.float64), empty, empty)
        return EncodedConversation(vectors, TokenStatistics(0, 0, 0.0, 0.0), len(conversation))
    starts, positions, rows = (np.array(column, dtype=np.int64) for column in zip(*texts, strict=True))
    numbers = speaker_numbers(conversation)
    messages = [conversation.messages[index] for index in positions]
    vectors = MessageVectors(
        embeddings=encoded.embeddings[rows],
        logits=encoded.logits[rows],
        speakers=np.array([numbers[message.speaker] for message in messages], dtype=np.int64),
        seconds=np.array([message.sent_at.timestamp() if message.sent_at else np.nan for message in messages]),
        positions=positions,
        starts=starts,
    )
    tokens = int(encoded.tokens[rows].sum())
    strongest = float(vectors.logits[:, : len(Tactic)].max())
    statistics = TokenStatistics(
        text_messages=len(texts),
        tokens=tokens,
        language_score=float(encoded.language[rows].sum()) / max(1, tokens),
        strongest_tactic=float(1 / (1 + np.exp(-strongest))),
    )
    return EncodedConversation(vectors, statistics, len(conversation))
