"""The window model's stage: the shipped encoder encodes composed conversations, the window network learns from them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from joblib import Parallel, delayed

from grooming_risk.model.memory import WindowSpec
from grooming_risk.model.window_model import FEATURES, MessageVectors
from grooming_risk.scoring.message_encoding import TextModels
from grooming_risk.tactics import Tactic
from training.composer.compose import digest
from training.composer.composed_set import composed_set, rows
from training.config import WindowModelTraining
from training.data import Data
from training.encoder.label_thresholds import read_calibration_lines
from training.export import export_onnx
from training.models import THREADS, load_text_models, read_all
from training.window.examples import Example, examples, read_composed
from training.window.network import WindowEnsemble, WindowNetwork
from training.window.own_examples import own_examples
from training.window.train import train_window_model, window_auroc

NAMES = ["vectors", "logits", "features", "mask"]


def train_and_export_window_model(data: Data, encoder: Path, screen: Path, folder: Path) -> None:
    """Write window_model.onnx, and training.json with the digest of the composed set and the AUROC over its windows."""
    config = data.config
    models = load_text_models(data, encoder, screen)
    settings = config.compose
    composed = composed_set(data.material("train"), settings.train, config.seed, settings.english, settings.dilution)
    items = list(read_composed(rows(composed), models, len(composed)))
    vectors = [item_vectors for _, item_vectors in items]
    found = examples(items, WindowSpec(), np.random.default_rng(config.seed))
    own = data.own["train"]
    readings = read_all([item.conversation for item in own], models, "encode own conversations")
    own_vectors = [reading.vectors for reading in readings]
    random = np.random.default_rng((config.seed, 1))
    found += own_examples(list(zip(own, own_vectors, strict=True)), len(vectors), WindowSpec(), random)
    vectors += own_vectors
    models.save()
    network = train_ensemble(vectors, found, data, models, folder)
    export_window_model(
        network, vectors[0].embeddings.shape[1], vectors[0].logits.shape[1], folder / "window_model.onnx"
    )
    figures = {
        "composed_digest": digest(rows(composed)),
        "conversations": len(composed),
        "own_conversations": len(own),
        "windows": len(found),
        "training_window_auroc": window_auroc(network, vectors, found),
    }
    (folder / "training.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def train_ensemble(
    vectors: list[MessageVectors], found: list[Example], data: Data, models: TextModels, folder: Path
) -> WindowEnsemble:
    """Train the networks, and put them together with the tactics' thresholds.

    Args:
        vectors: Message vectors of each conversation.
        found: Examples.
        data: Data of the run.
        models: Models that read the calibration lines, on which the thresholds are fitted.
        folder: Folder that gets a folder of checkpoints for each member.

    Returns:
        The ensemble.
    """
    members = train_members(vectors, found, data.config.window_model, data.config.seed, folder, data.device)
    thresholds = read_calibration_lines(data, models).thresholds[: len(Tactic)]
    return WindowEnsemble(members, thresholds).eval()


def train_members(
    vectors: list[MessageVectors],
    found: list[Example],
    settings: WindowModelTraining,
    seed: int,
    folder: Path,
    device: str = "cpu",
) -> list[WindowNetwork]:
    """Train every member of the ensemble on the same windows.

    Args:
        vectors: Message vectors of each conversation.
        found: Examples.
        settings: Settings of the training.
        seed: Seed of the first member; the others count up from it.
        folder: Folder that gets a folder of checkpoints for each member.
        device: Where they are trained: cpu | cuda | mps.

    Returns:
        The networks, in the order of their seeds.
    """
    folders = [folder / f"member_{number}" for number in range(settings.members)]
    for own in folders:
        own.mkdir(exist_ok=True)
    # Side by side with one thread each, they train 1.5 times as fast as one after the other with two; forked processes
    # share the vectors. A graphics processor cannot be used in forked processes, and is filled by one member.
    side_by_side = min(THREADS, settings.members) if device == "cpu" else 1
    parallel = Parallel(n_jobs=side_by_side, backend="multiprocessing")
    return list(
        parallel(
            delayed(_train_member)(vectors, found, settings, seed + number, own, device)
            for number, own in enumerate(folders)
        )
    )


def _train_member(
    vectors: list[MessageVectors],
    found: list[Example],
    settings: WindowModelTraining,
    seed: int,
    folder: Path,
    device: str,
) -> WindowNetwork:
    torch.set_num_threads(1)
    return train_window_model(vectors, found, settings, seed, folder, device)


def export_window_model(network: torch.nn.Module, embedding: int, labels: int, path: Path) -> None:
    """Write the ONNX file of a window network, for any number of windows and messages."""
    example = tuple(torch.ones((2, 7, size)) for size in (embedding, labels, FEATURES))
    axes = {name: {0: "windows", 1: "messages"} for name in (*NAMES, "contributions")} | {"logit": {0: "windows"}}
    export_onnx(network, (*example, torch.ones((2, 7))), NAMES, ["logit", "contributions"], axes, path)
