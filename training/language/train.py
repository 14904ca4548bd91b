"""Training of the language model: served or not, and which language, of which only the first is kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy
from tqdm import tqdm

from training.config import LanguageTraining
from training.language.drawing import Batch, Pool, draw
from training.optimization import Descent
from training.screen.network import ScreenNetwork, first_table

WARM_UP = 0.15  # share of the steps over which the learning rate rises
# Weight of the loss of naming the language, which shapes the token vectors: without it, languages with few texts are
# told apart by single words.
NAMING = 0.2
WEIGHT_DECAY = 1e-5


def train_language(
    pool: Pool, word_vectors: np.ndarray, settings: LanguageTraining, seed: int, work: Path
) -> ScreenNetwork:
    """Train a language model, going on from the last pass of a checkpoint if there is one.

    Args:
        pool: Texts by language.
        word_vectors: The encoder's token vectors, float32, shape (vocabulary, d).
        settings: Settings of the training.
        seed: Seed of weights and draws.
        work: Folder of the checkpoint.

    Returns:
        The trained network, with the log odds of a served language as its only output.
    """
    torch.manual_seed(seed)
    counts = np.bincount(pool.tokens.ids, minlength=len(word_vectors))
    table = first_table(word_vectors, counts, settings.width)
    network = ScreenNetwork(table, settings.hidden, 1 + len(pool.languages))
    steps = sum(1 for _ in _passed(pool, settings, seed, 0))
    descent = Descent(
        network, [(network.parameters(), settings.learning_rate)], settings.epochs * steps, WARM_UP, WEIGHT_DECAY
    )
    checkpoint = descent.checkpoint(work / "language.pt")
    for epoch in tqdm(range(checkpoint.load(), settings.epochs), desc="language", disable=None):
        for batch in _passed(pool, settings, seed, epoch):
            outputs, named = network(batch.ids, batch.starts), batch.language >= 0
            loss = binary_cross_entropy_with_logits(outputs[:, 0], batch.served)
            descent.step(loss + NAMING * cross_entropy(outputs[named, 1:], batch.language[named]))
        checkpoint.save(epoch + 1)
    return _first_output(network).eval()


def _passed(pool: Pool, settings: LanguageTraining, seed: int, epoch: int) -> list[Batch]:
    random = np.random.default_rng((seed, epoch))
    return list(draw(pool, settings.texts, settings.batch_size, random))


def _first_output(network: ScreenNetwork) -> ScreenNetwork:
    found = ScreenNetwork(network.table.detach(), network.hidden.out_features, 1)
    state = network.state_dict()
    state["output.weight"], state["output.bias"] = state["output.weight"][:1], state["output.bias"][:1]
    found.load_state_dict(state)
    return found
