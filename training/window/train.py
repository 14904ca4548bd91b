"""Training of the window network on vectors of the shipped encoder, with message dropout."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from grooming_risk.model.window_model import MessageVectors, WindowInput, pack
from training.config import WindowModelTraining
from training.optimization import Descent, mixed_precision
from training.window.examples import Example
from training.window.network import WindowNetwork

WARM_UP = 0.1  # share of the steps over which the learning rate rises
WEIGHT_DECAY = 0.05
POOL = 512  # examples that are sorted by length together


def train_window_model(
    vectors: list[MessageVectors],
    examples: list[Example],
    settings: WindowModelTraining,
    seed: int,
    work: Path,
    device: str = "cpu",
) -> WindowNetwork:
    """Train a network, going on from the last epoch of a checkpoint if there is one.

    Args:
        vectors: Message vectors of each conversation.
        examples: Windows with labels.
        settings: Settings of the training.
        seed: Seed of weights, dropout and batches.
        work: Folder of the checkpoint.
        device: Where it is trained: cpu | cuda | mps.

    Returns:
        The trained network, on the processor.
    """
    torch.manual_seed(seed)
    network = WindowNetwork(vectors[0].embeddings.shape[1], vectors[0].logits.shape[1], settings).to(device)
    steps = settings.epochs * (len(examples) // settings.batch_size + 2 * (len(examples) // POOL + 1))
    descent = Descent(network, [(network.parameters(), settings.learning_rate)], steps, WARM_UP, WEIGHT_DECAY)
    checkpoint = descent.checkpoint(work / "window_model.pt")
    network.train()
    for epoch in tqdm(range(checkpoint.load(), settings.epochs), desc="window model", disable=None):
        random = np.random.default_rng((seed, epoch))
        for group in _groups(examples, settings.batch_size, random):
            packed, labels = _inputs(vectors, group, random, settings.message_dropout)
            inputs, labels = [part.to(device) for part in packed], labels.to(device)
            with mixed_precision(device):
                contributions = network.contributions(*inputs)
            contributions = contributions.float()
            logits = contributions.sum(1) + network.bias
            loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, labels)
            others = 1 - inputs[2][:, :, 0]  # feature 0: the focus speaker wrote it
            descent.step(loss + settings.other_penalty * (contributions.abs() * others).sum(1).mean())
        checkpoint.save(epoch + 1)
    return network.cpu().eval()


def window_auroc(network: torch.nn.Module, vectors: list[MessageVectors], examples: list[Example]) -> float:
    """Return the AUROC over windows, a progress figure of the training rather than a result."""
    scores, labels = [], []
    with torch.inference_mode():
        for start in range(0, len(examples), POOL):
            inputs, wanted = _inputs(vectors, examples[start : start + POOL], np.random.default_rng(0), 0.0)
            scores.append(network(*inputs)[0].numpy())
            labels.append(wanted.numpy())
    return float(roc_auc_score(np.concatenate(labels), np.concatenate(scores)))


def _groups(examples: list[Example], size: int, random: np.random.Generator) -> Iterator[list[Example]]:
    order = random.permutation(len(examples))
    for start in range(0, len(order), POOL):
        pool = sorted(order[start : start + POOL], key=lambda index: len(examples[index].window.rows))
        starts = range(0, len(pool), size)
        for place in random.permutation(len(starts)):
            yield [examples[index] for index in pool[starts[place] : starts[place] + size]]


def _inputs(
    vectors: list[MessageVectors], group: list[Example], random: np.random.Generator, dropout: float
) -> tuple[list[torch.Tensor], torch.Tensor]:
    packed = []
    for example in group:
        length = len(example.window.rows)
        kept = random.random(length) >= dropout * random.random()
        kept[random.integers(length)] = True  # a window keeps at least one message
        window = WindowInput(example.window.rows, example.window.focus, kept)
        packed.append(pack(vectors[example.conversation], [window]))
    longest = max(item["mask"].shape[1] for item in packed)
    inputs = [
        torch.from_numpy(np.concatenate([_pad(item[name], longest) for item in packed]))
        for name in ("vectors", "logits", "features", "mask")
    ]
    return inputs, torch.tensor([example.label for example in group], dtype=torch.float32)


def _pad(array: np.ndarray, length: int) -> np.ndarray:
    widths = [(0, 0), (0, length - array.shape[1])] + [(0, 0)] * (array.ndim - 2)
    return np.pad(array, widths)
