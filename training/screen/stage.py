"""The screen's stage: the shipped encoder reads training texts, and a static model learns to say the same cheaply."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

from grooming_risk.conversation import Conversation
from grooming_risk.model.screen import Screen, strength
from grooming_risk.tactics import Tactic
from training.composer.composed_set import composed_set, rows
from training.data import Data
from training.models import INT8, TrainedText, load_text_models
from training.screen.lines import TaughtTexts, conversation_texts, line_texts, taught, training_texts
from training.screen.network import in_whole_numbers
from training.screen.train import train_screen

SHOWN = 0.2  # probability from which the encoder is said to see a tactic


def train_and_export_screen(data: Data, encoder: Path, folder: Path) -> None:
    """Write screen.npz, and training.json with the share of real messages passed on and what is lost."""
    config = data.config
    models = load_text_models(data, encoder)
    composed = composed_set(data.material("train"), config.compose.train, config.seed, config.compose.english, None)
    texts = training_texts(data, rows(composed), models)
    lessons = taught(texts, models, "encode training texts")
    network = train_screen(lessons, word_vectors(encoder / INT8), config.screen, config.seed, folder)
    open_screen = Screen(in_whole_numbers(network, -np.inf))
    real, signs = _held_out(data, models)
    # Every message counts, not every distinct text: the share is that of the work.
    threshold = round(float(np.quantile(strength(open_screen.logits(real.tokens)), 1 - config.screen.passed)), 4)
    weights = in_whole_numbers(network, threshold)
    (folder / "screen.npz").write_bytes(weights.to_bytes())
    figures = {
        "texts": len(texts),
        "threshold": threshold,
        "real_messages": _passed(Screen(weights), real),
        "tactic_lines": _passed(Screen(weights), signs),
    }
    (folder / "training.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    models.save()


def word_vectors(encoder: Path) -> np.ndarray:
    """Return the token vectors of an int8 encoder, float32, shape (vocabulary, d)."""
    found = {part.name: part for part in onnx.load(str(encoder)).graph.initializer if "word_embeddings" in part.name}
    steps = next(numpy_helper.to_array(part) for name, part in found.items() if name.endswith("weight_int8"))
    scale = next(numpy_helper.to_array(part) for name, part in found.items() if name.endswith("weight_scale"))
    return np.asarray(steps.astype(np.float32) * scale)


def _held_out(data: Data, models: TrainedText) -> tuple[TaughtTexts, TaughtTexts]:
    """Return real messages and warning-sign lines of the calibration split, with the encoder's logits."""
    conversations: list[Conversation] = [proxy.conversation() for proxy in data.of_split("calibration")]
    real = list(conversation_texts(conversations, models))
    corpus = data.corpus["calibration"]
    signs = [
        text for line, text in zip(corpus.lines, line_texts(corpus, models), strict=True) if line.kind == "tactics"
    ]
    return taught(real, models, "encode real messages"), taught(signs, models, "encode warning-sign lines")


def _passed(screen: Screen, texts: TaughtTexts) -> dict[str, float | int]:
    """Count the texts that are passed on, and those that show a tactic to the encoder."""
    passed = screen.screen(texts.tokens).noteworthy
    seen = (1 / (1 + np.exp(-texts.logits[:, : len(Tactic)]))).max(1) >= SHOWN
    return {
        "n": len(passed),
        "passed": int(passed.sum()),
        "seen_by_encoder": int(seen.sum()),
        "seen_and_passed": int((passed & seen).sum()),
    }
