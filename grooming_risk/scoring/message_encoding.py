"""Conversations become message vectors and token statistics; each distinct text is encoded once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from grooming_risk.conversation import Conversation
from grooming_risk.decision.abstention import TokenStatistics
from grooming_risk.model.encoder import EncodedTexts, Encoder
from grooming_risk.model.tokenization import Tokenizer
from grooming_risk.model.window_model import MessageVectors
from grooming_risk.tactics import Tactic
from grooming_risk.text.masking import ExplicitVocabulary, mask_explicit
from grooming_risk.text.message_text import visible_text
from grooming_risk.text.normalization import NormalizedText, normalize
from grooming_risk.text.short_messages import Run


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
        vectors: of the messages with visible text; their rows, not the message indices, count from 0. A speaker's
            short messages in a row are one.
        statistics: what the abstention rules look at.
    """

    vectors: MessageVectors
    statistics: TokenStatistics


class _Owned(NamedTuple):
    """Indices of the first and the last message that a text was read from, and its row of the encoded texts."""

    first: int
    last: int
    row: int


def read_conversations(conversations: Sequence[Conversation], models: TextModels) -> list[Reading]:
    """Read several conversations at once; a text that stands in several is encoded once."""
    rows: dict[str, int] = {}  # masked text → row of the encoded texts; lives for this call only
    owners = [_owned_texts(conversation, models, rows) for conversation in conversations]
    encoded = _encode(list(rows), models)
    return [_reading(conversation, owned, encoded) for conversation, owned in zip(conversations, owners, strict=True)]


def speaker_numbers(conversation: Conversation) -> dict[str, int]:
    """Speaker → number, in order of first appearance."""
    numbers: dict[str, int] = {}
    for message in conversation:
        numbers.setdefault(message.speaker, len(numbers))
    return numbers


def readable(text: NormalizedText, vocabulary: ExplicitVocabulary, tokenizer: Tokenizer, hidden: bool = False) -> str:
    """What the encoder is given for a text, in training too: explicit words masked, words that run together told apart.

    Args:
        text: what is shown, normalised.
        vocabulary: explicit terms.
        tokenizer: the encoder's.
        hidden: whether its words were spelled out over several messages.
    """
    masked = mask_explicit(text, vocabulary)
    divided = tokenizer.words.divide(masked, hidden)
    return (masked if divided is masked else mask_explicit(divided, vocabulary)).text


def read_run(run: Run, text: NormalizedText, index: int, models: TextModels) -> str:
    """What the encoder is given for a message, or for the short ones of which it is the last.

    Args:
        run: with the message.
        text: what the message shows.
        index: of the message.
        models: vocabulary and tokenizer.
    """
    # Short messages that were joined may spell a word in letters.
    alone = run.start in (None, index)
    return readable(text if alone else normalize(run.text), models.vocabulary, models.tokenizer, run.spelled)


def _owned_texts(conversation: Conversation, models: TextModels, rows: dict[str, int]) -> list[_Owned]:
    """What is read of the messages that show text; a speaker's short ones in a row are one text."""
    last: list[tuple[Run, NormalizedText, int]] = []  # of each text its last message
    run = Run()
    for index, message in enumerate(conversation):
        text = visible_text(message)
        if text is None:
            continue
        before, run = run, run.after(message.speaker, text.text, index)
        if run.goes_on(before):
            last.pop()
        last.append((run, text, index))
    return [
        _Owned(
            index if run.start is None else run.start,
            index,
            rows.setdefault(read_run(run, text, index, models), len(rows)),
        )
        for run, text, index in last
    ]


def _encode(texts: list[str], models: TextModels) -> EncodedTexts | None:
    return models.encoder.encode_texts(models.tokenizer.encode(texts), len(texts)) if texts else None


def _reading(conversation: Conversation, owned: list[_Owned], encoded: EncodedTexts | None) -> Reading:
    if encoded is None or not owned:
        empty = np.empty(0, dtype=np.int64)
        nothing = np.empty((0, 0), dtype=np.float32)
        return Reading(
            MessageVectors(nothing, nothing, empty, empty.astype(np.float64), empty, empty),
            TokenStatistics(0, 0, 0.0, 0.0),
        )
    starts, positions, rows = (np.array(column, dtype=np.int64) for column in zip(*owned, strict=True))
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
        text_messages=len(owned),
        tokens=tokens,
        language_score=float(encoded.language[rows].sum()) / max(1, tokens),
        strongest_tactic=float(1 / (1 + np.exp(-strongest))),
    )
    return Reading(vectors, statistics)
