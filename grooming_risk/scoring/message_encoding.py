"""Conversations become message vectors and token statistics; each distinct text is read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from grooming_risk.conversation import Conversation
from grooming_risk.limits import Limits, beyond, speaker_numbers, written_length
from grooming_risk.model.encoder import Encoder
from grooming_risk.model.language import LanguageModel
from grooming_risk.model.screen import Screen
from grooming_risk.model.tokenization import Tokenizer, batches
from grooming_risk.model.window_model import MessageVectors
from grooming_risk.tactics import LABELS, Tactic
from grooming_risk.text.masking import EXPLICIT_CHARACTER, ExplicitVocabulary, folded_words, mask_explicit
from grooming_risk.text.message_text import ShownText, joined_texts
from grooming_risk.text.normalization import NormalizedText
from grooming_risk.text.readings import readable

_EXPLICIT = LABELS.index(Tactic.EXPLICIT_LANGUAGE.value)
ABSENT = -8.0  # logit of a label that a text certainly does not show
_LIMITS = Limits()


class TextModels(Protocol):
    """The parts of an artefact that encoding needs; training encodes with them before an artefact is complete."""

    @property
    def vocabulary(self) -> ExplicitVocabulary:
        """Explicit terms."""

    @property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer."""

    @property
    def screen(self) -> Screen:
        """The screen."""

    @property
    def encoder(self) -> Encoder:
        """The encoder."""

    @property
    def language(self) -> LanguageModel:
        """The language model."""


@dataclass(frozen=True, slots=True)
class ReadTexts:
    """What the screen and the encoder make of texts.

    Attributes:
        embeddings: float16, shape (n, d); zeros where a text is not noteworthy.
        logits: float32, shape (n, n_labels), of the encoder, or of the screen where a text is not noteworthy.
        noteworthy: bool, shape (n,), whether the encoder read the text.
        tokens: int64, shape (n,), number of tokens.
        language: float32, shape (n,), log odds of a language that is scored, times the number of tokens.
    """

    embeddings: npt.NDArray[np.float16]
    logits: npt.NDArray[np.float32]
    noteworthy: npt.NDArray[np.bool_]
    tokens: npt.NDArray[np.int64]
    language: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class EncodedConversation:
    """What the encoder makes of one conversation, before any window.

    Attributes:
        vectors: Vectors of the messages with visible text; their rows count from 0 and are not message indices. Short
            messages that a speaker sends in a row share a row.
        messages: Number of messages, including those without text.
        beyond_limits: Names of the limits that the conversation is beyond: "messages", "characters", "speakers".
        input_digest: HMAC-SHA-256 of the conversation under a scorer's key, hexadecimal; empty when no scorer encoded
            it.
    """

    vectors: MessageVectors
    messages: int
    beyond_limits: tuple[str, ...] = ()
    input_digest: str = ""


class _TextRow(NamedTuple):
    """Indices of the first and the last message that a text was read from, and its row in the encoded texts."""

    first: int
    last: int
    row: int


def encode_conversations(
    conversations: Sequence[Conversation], models: TextModels, limits: Limits = _LIMITS
) -> list[EncodedConversation]:
    """Encode several conversations at once; a text that occurs in several of them is encoded once.

    Args:
        conversations: The conversations.
        models: The models.
        limits: Beyond these, speakers are forgotten and messages read in parts.

    Returns:
        One encoded conversation for each, in order.
    """
    rows: dict[str, int] = {}  # text → row of the encoded texts; only for the duration of this call
    numbers = [
        speaker_numbers((message.speaker for message in conversation), limits.speakers)
        for conversation in conversations
    ]
    texts = [
        _text_rows(conversation, of, models, rows, limits)
        for conversation, of in zip(conversations, numbers, strict=True)
    ]
    read = read_texts(list(rows), models)
    return [
        _encoded(conversation, of, found, read, limits)
        for conversation, of, found in zip(conversations, numbers, texts, strict=True)
    ]


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


def _text_rows(
    conversation: Conversation, numbers: list[int], models: TextModels, rows: dict[str, int], limits: Limits
) -> list[_TextRow]:
    """Add the texts of a conversation to `rows`, and return where each came from."""
    return [
        _TextRow(shown.first, shown.index, rows.setdefault(shown_model_text(shown, models), len(rows)))
        for shown in joined_texts(conversation, numbers, limits.characters)
    ]


def read_texts(texts: list[str], models: TextModels) -> ReadTexts:
    """Screen texts, and encode those that are noteworthy; each is tokenized once.

    Args:
        texts: Texts as `model_text` returns them.
        models: The models.

    Returns:
        What they make of each text, in order.
    """
    tokenized = models.tokenizer.tokenize(texts)
    screened = models.screen.screen(tokenized)
    encoded = models.encoder.encode_texts(batches(tokenized, screened.noteworthy), len(texts))
    logits = only_where_masked(texts, np.where(screened.noteworthy[:, None], encoded.logits, screened.logits))
    tokens = tokenized.tokens()
    language = models.language.log_odds(tokenized) * tokens.astype(np.float32)
    return ReadTexts(encoded.embeddings, logits, screened.noteworthy, tokens, language)


def only_where_masked(texts: Sequence[str], logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return label logits with explicit language only in texts in which explicit words were masked.

    Whether a text has the explicit token is known, so no network needs to guess it: 8 % of the messages of some public
    game chats read like explicit language to an encoder that had never seen their jargon.

    Args:
        texts: n texts as `model_text` returns them.
        logits: Shape (n, n_labels).

    Returns:
        The logits, a copy.
    """
    found = logits.copy()
    found[[EXPLICIT_CHARACTER not in text for text in texts], _EXPLICIT] = ABSENT
    return found


def _encoded(
    conversation: Conversation, numbers: list[int], texts: list[_TextRow], read: ReadTexts, limits: Limits
) -> EncodedConversation:
    passed = beyond(
        len(conversation) > limits.messages,
        any(written_length(message.text) > limits.characters for message in conversation),
        max(numbers, default=0) >= limits.speakers,
    )
    if not texts:
        return EncodedConversation(MessageVectors.none(), len(conversation), passed)
    starts, positions, rows = (np.array(column, dtype=np.int64) for column in zip(*texts, strict=True))
    messages = [conversation.messages[index] for index in positions]
    vectors = MessageVectors(
        embeddings=read.embeddings[rows],
        logits=read.logits[rows],
        noteworthy=read.noteworthy[rows],
        tokens=read.tokens[rows],
        language=read.language[rows],
        speakers=np.array(numbers, dtype=np.int64)[positions],
        seconds=np.array([message.sent_at.timestamp() if message.sent_at else np.nan for message in messages]),
        positions=positions,
        starts=starts,
    )
    return EncodedConversation(vectors, len(conversation), passed)
