"""The library's own pipeline over freshly trained files, before an artefact is complete."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from grooming_risk.conversation import Conversation
from grooming_risk.model.language import LanguageModel
from grooming_risk.model.memory import WindowSpec
from grooming_risk.model.screen import Screen, ScreenedTexts, ScreenWeights
from grooming_risk.model.tokenization import TokenizedTexts, Tokenizer, batches
from grooming_risk.model.window_model import WindowModel
from grooming_risk.scoring.message_encoding import (
    EncodedConversation,
    TextModels,
    encode_conversations,
    model_text,
    only_where_masked,
)
from grooming_risk.scoring.window_scores import WindowModels, score_windows
from grooming_risk.tactics import LABELS
from grooming_risk.text.masking import ExplicitVocabulary
from grooming_risk.text.normalization import normalize
from training.data import Data
from training.encodings import RememberingEncoder

THREADS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2
FLOAT, INT8 = "encoder_float32.onnx", "encoder.onnx"  # files of the encoder stage
CONVERSATIONS_AT_ONCE = 64  # that are encoded together


class PassingScreen(Screen):
    """A screen that passes on everything: before one is trained, and for comparisons without one."""

    def __init__(self) -> None:
        pass

    def screen(self, texts: TokenizedTexts) -> ScreenedTexts:
        """Return that all texts are noteworthy; their cheap logits are never used."""
        return ScreenedTexts(np.zeros((texts.count, len(LABELS)), dtype=np.float32), np.ones(texts.count, dtype=bool))


class SilentLanguage(LanguageModel):
    """A language model that says nothing: for stages whose results do not depend on languages."""

    def __init__(self) -> None:
        pass

    def log_odds(self, texts: TokenizedTexts) -> np.ndarray:
        """Return 0 for each text, float32, shape (n,)."""
        return np.zeros(texts.count, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class TrainedText:
    """The models of `grooming_risk.scoring.message_encoding`.

    Attributes:
        vocabulary: Explicit terms.
        tokenizer: The encoder's tokenizer.
        encoder: The exported encoder.
        screen: The exported screen, or one that passes on everything.
        language: The exported language model, or one that says nothing.
    """

    vocabulary: ExplicitVocabulary
    tokenizer: Tokenizer
    encoder: RememberingEncoder
    screen: Screen
    language: LanguageModel

    def save(self) -> None:
        """Keep the vectors of all texts read so far for the stages after this one."""
        self.encoder.save()


@dataclass(frozen=True, slots=True)
class TrainedWindows:
    """The models of `grooming_risk.scoring.assessment.score_windows`.

    Attributes:
        window_model: The exported window model.
        window_spec: Length and stride of windows.
    """

    window_model: WindowModel
    window_spec: WindowSpec


def load_text_models(
    data: Data, folder: Path, screen: Path | None = None, weights: str = INT8, language: Path | None = None
) -> TrainedText:
    """Open an exported encoder, the screen in front of it, and the language model.

    Args:
        data: Data of the run.
        folder: Folder of the encoder stage.
        screen: Folder of the screen stage; None to encode every text.
        weights: Name of the network's file in the folder, `INT8` or `FLOAT`.
        language: Folder of the language stage; None for a language model that says nothing.

    Returns:
        The models behind the library's own classes.
    """
    tokenizer = Tokenizer((folder / "tokenizer.json").read_text(encoding="utf-8"), data.config.base.max_tokens)
    return TrainedText(
        vocabulary=data.vocabulary,
        tokenizer=tokenizer,
        encoder=RememberingEncoder((folder / weights).read_bytes(), THREADS, data.work / "encodings"),
        screen=Screen(_weights(screen / "screen.npz")) if screen else PassingScreen(),
        language=LanguageModel(_weights(language / "language.npz")) if language else SilentLanguage(),
    )


def _weights(path: Path) -> ScreenWeights:
    return ScreenWeights.from_bytes(path.read_bytes(), path.name)


def trained_windows(window_model: Path) -> TrainedWindows:
    """Open an exported window model with the library's default windows."""
    return TrainedWindows(WindowModel(window_model.read_bytes()), WindowSpec())


def read_all(conversations: Sequence[Conversation], models: TextModels, label: str) -> list[EncodedConversation]:
    """Encode many conversations, a few at a time.

    Args:
        conversations: Conversations to encode.
        models: Models that encode them.
        label: Description of the progress bar.

    Returns:
        One encoded conversation each, in order.
    """
    found: list[EncodedConversation] = []
    for start in tqdm(range(0, len(conversations), CONVERSATIONS_AT_ONCE), desc=label, disable=None):
        found.extend(encode_conversations(conversations[start : start + CONVERSATIONS_AT_ONCE], models))
    return found


def highest(readings: Sequence[EncodedConversation], models: WindowModels) -> np.ndarray:
    """Return the highest window logit of each conversation, float64, shape (n,)."""
    return np.array([max(logit for _, logit in score_windows(reading.vectors, models)) for reading in readings])


def encode_lines(texts: list[str], models: TextModels) -> np.ndarray:
    """Return the label logits of single lines, float32, shape (n, n_labels)."""
    masked = read_lines(texts, models)
    logits = models.encoder.encode_texts(batches(models.tokenizer.tokenize(masked)), len(masked)).logits
    return only_where_masked(masked, logits)


def read_lines(texts: list[str], models: TextModels) -> list[str]:
    """Return single lines as the models read them."""
    return [model_text(normalize(text), models.vocabulary, models.tokenizer) for text in texts]
