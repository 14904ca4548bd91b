"""Distillation of the screen from the encoder's label logits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from grooming_risk.model.tokenization import TokenizedTexts
from training.config import ScreenTraining
from training.optimization import Descent
from training.screen.lines import TaughtTexts
from training.screen.network import ScreenNetwork, first_table

WARM_UP = 0.1  # share of the steps over which the learning rate rises
# Weight of a label that the encoder is sure of, relative to one that it denies: signs are rare.
SURE_WEIGHT = 5.0


def train_screen(
    texts: TaughtTexts, word_vectors: np.ndarray, settings: ScreenTraining, seed: int, work: Path
) -> ScreenNetwork:
    """Train a screen, going on from the last epoch of a checkpoint if there is one.

    Args:
        texts: Texts with the encoder's logits; of a text of several rows the first is used.
        word_vectors: The encoder's token vectors, float32, shape (vocabulary, d).
        settings: Settings of the training.
        seed: Seed of weights and batches.
        work: Folder of the checkpoint.

    Returns:
        The trained network.
    """
    torch.manual_seed(seed)
    counts = np.bincount(texts.tokens.ids, minlength=len(word_vectors))
    network = ScreenNetwork(first_table(word_vectors, counts, settings.width), settings.hidden, texts.logits.shape[1])
    targets = torch.from_numpy(texts.logits).sigmoid()
    # A text without tokens teaches nothing.
    rows = first_rows(texts.tokens)
    taught = np.flatnonzero(np.diff(texts.tokens.starts)[rows] > 0)
    batches = -(-len(taught) // settings.batch_size)
    descent = Descent(
        network, [(network.parameters(), settings.learning_rate)], settings.epochs * batches, WARM_UP, 1e-4
    )
    checkpoint = descent.checkpoint(work / "screen.pt")
    for epoch in tqdm(range(checkpoint.load(), settings.epochs), desc="screen", disable=None):
        order = np.random.default_rng((seed, epoch)).permutation(taught)
        for start in range(0, len(order), settings.batch_size):
            chosen = order[start : start + settings.batch_size]
            logits = network(*bags(texts.tokens, rows[chosen]))
            wanted = targets[chosen]
            losses = torch.nn.functional.binary_cross_entropy_with_logits(
                logits, wanted, 1 + (SURE_WEIGHT - 1) * wanted, reduction="mean"
            )
            descent.step(losses)
        checkpoint.save(epoch + 1)
    return network.eval()


def first_rows(tokens: TokenizedTexts) -> np.ndarray:
    """Return the first row of each text, int64, shape (n,)."""
    return np.searchsorted(tokens.owners, np.arange(tokens.count))


def bags(tokens: TokenizedTexts, rows: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the ids of rows one after the other, and where each starts."""
    starts, stops = tokens.starts[rows], tokens.starts[rows + 1]
    ids = np.concatenate([tokens.ids[start:stop] for start, stop in zip(starts, stops, strict=True)])
    offsets = np.concatenate([[0], np.cumsum(stops - starts)[:-1]])
    return torch.from_numpy(ids.astype(np.int64)), torch.from_numpy(offsets)
