"""The language model's stage: texts of the training split become a small static network, language.npz."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from grooming_risk.model.tokenization import Tokenizer
from grooming_risk.scoring.message_encoding import model_text
from grooming_risk.text.normalization import normalize
from training.data import Data
from training.language.drawing import Pool
from training.language.texts import NEUTRAL, LanguageTexts, language_texts
from training.language.train import train_language
from training.models import INT8
from training.screen.network import in_whole_numbers
from training.screen.stage import word_vectors

FILE = "language.npz"


def train_and_export_language(data: Data, encoder: Path, folder: Path) -> None:
    """Write language.npz, and training.json with the number of texts of each language.

    Args:
        data: Data of the run.
        encoder: Folder of the encoder stage, whose tokenizer and token vectors are used.
        folder: Folder to write into.
    """
    config = data.config
    tokenizer = Tokenizer((encoder / "tokenizer.json").read_text(encoding="utf-8"), config.base.max_tokens)
    texts = language_texts(data, config.seed)
    pool = tokenized_pool(texts, data, tokenizer)
    network = train_language(pool, word_vectors(encoder / INT8), config.language, config.seed, folder)
    (folder / FILE).write_bytes(in_whole_numbers(network, 0.0).to_bytes())
    counts = {name: len(lines) for name, lines in {**texts.served, **texts.others}.items()}
    figures = {"served": list(texts.served), "texts": counts}
    (folder / "training.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def tokenized_pool(texts: LanguageTexts, data: Data, tokenizer: Tokenizer) -> Pool:
    """Tokenize texts as the library reads them, neutral ones last."""
    languages = {**texts.served, **texts.others}
    numbers = [number for number, lines in enumerate(languages.values()) for _ in lines] + [-1] * len(NEUTRAL)
    written = [text for lines in languages.values() for text in lines] + list(NEUTRAL)
    read = [model_text(normalize(text), data.vocabulary, tokenizer) for text in written]
    return Pool(tokenizer.tokenize(read), list(languages), len(texts.served), np.array(numbers, dtype=np.int64))
