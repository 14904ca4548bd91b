"""The library's own pipeline parts over freshly trained files, before an artefact is whole."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from grooming_risk.model.encoder import Encoder
from grooming_risk.model.tokenization import Tokenizer
from grooming_risk.model.window_model import WindowModel
from grooming_risk.model.windowing import WindowSpec
from grooming_risk.text.masking import ExplicitVocabulary

THREADS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2


@dataclass(frozen=True, slots=True)
class TrainedText:
    """What `grooming_risk.scoring.message_encoding` needs."""

    vocabulary: ExplicitVocabulary
    tokenizer: Tokenizer
    encoder: Encoder


@dataclass(frozen=True, slots=True)
class TrainedWindows:
    """What `grooming_risk.scoring.assessment.score_windows` needs."""

    window_model: WindowModel
    window_spec: WindowSpec


def trained_text(
    tokenizer: Tokenizer, vocabulary: ExplicitVocabulary, encoder: Path, language_log_odds: np.ndarray
) -> TrainedText:
    """Open an exported encoder."""
    return TrainedText(vocabulary, tokenizer, Encoder(encoder.read_bytes(), language_log_odds, THREADS))


def trained_windows(window_model: Path) -> TrainedWindows:
    """Open an exported window model with the library's default windows."""
    return TrainedWindows(WindowModel(window_model.read_bytes()), WindowSpec())
