"""The encoder stage: the student is fine-tuned on labelled lines and exported to int8."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from grooming_risk.model.tokenization import Tokenizer, batches
from grooming_risk.scoring.message_encoding import model_text
from grooming_risk.text.normalization import normalize
from training.corpus.lines import Corpus
from training.data import Data
from training.encoder.labelled_lines import LabelledLines, labelled_lines
from training.encoder.quantization import Feed, quantize
from training.encoder.student_stage import load_student
from training.encoder.train import MessageEncoder, train_encoder
from training.export import export_onnx
from training.models import FLOAT, INT8

SCALED_ON = 2_000  # training lines whose activations set the int8 scales


def train_and_export_encoder(data: Data, student: Path, folder: Path, lines: LabelledLines | None = None) -> None:
    """Write encoder.safetensors, both ONNX files and tokenizer.json.

    Args:
        data: Data of the run.
        student: Folder of the student stage.
        folder: Folder to write into.
        lines: Lines to train on instead of those of the training split.
    """
    config = data.config
    backbone, tokenizer = load_student(data, student)
    if lines is None:
        lines = training_lines(data, data.corpus["train"])
    model = train_encoder(backbone, lines, tokenizer, data.vocabulary, config.encoder, config.seed, folder, data.device)
    save_file(model.state_dict(), folder / "encoder.safetensors")
    export_encoder(model, folder / FLOAT)
    quantize(folder / FLOAT, folder / INT8, scale_inputs(lines, tokenizer, data))
    shutil.copyfile(student / "tokenizer.json", folder / "tokenizer.json")


def training_lines(data: Data, corpus: Corpus) -> LabelledLines:
    """Return what the encoder is trained on: the training split of a corpus, and real lines of the same split."""
    count, seed = data.config.encoder.benign_lines, data.config.seed
    return labelled_lines(corpus, data.of_split("train"), count, seed, data.benign_lines("train"))


def scale_inputs(lines: LabelledLines, tokenizer: Tokenizer, data: Data) -> list[Feed]:
    """Return the inputs that set the int8 scales: training lines of all languages, as the library reads them."""
    chosen = np.random.default_rng(data.config.seed).permutation(len(lines.texts))[:SCALED_ON]
    texts = [model_text(normalize(lines.texts[index]), data.vocabulary, tokenizer) for index in chosen]
    return [{"token_ids": b.token_ids, "attention_mask": b.attention_mask} for b in batches(tokenizer.tokenize(texts))]


def export_encoder(model: MessageEncoder, path: Path) -> None:
    """Write the float32 network, for any number of texts and tokens."""
    export_onnx(
        model,
        (torch.ones((2, 8), dtype=torch.int64), torch.ones((2, 8), dtype=torch.int64)),
        ["token_ids", "attention_mask"],
        ["embeddings", "logits"],
        {
            "token_ids": {0: "texts", 1: "tokens"},
            "attention_mask": {0: "texts", 1: "tokens"},
            "embeddings": {0: "texts"},
            "logits": {0: "texts"},
        },
        path,
    )
