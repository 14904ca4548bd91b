"""The screen's network, and its weights in whole numbers."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn
from torch.nn.functional import embedding_bag

from grooming_risk.model.screen import HIDDEN_STEPS, POOLED_STEPS, ScreenWeights

_INT8, _INT16 = 127, 32_767


class ScreenNetwork(nn.Module):
    """Mean and maximum of token vectors, a hidden layer, label logits."""

    def __init__(self, table: torch.Tensor, hidden: int, labels: int) -> None:
        """Start from a table of token vectors, float32, shape (vocabulary, d)."""
        super().__init__()
        self.table = nn.Parameter(table.clone())
        self.hidden = nn.Linear(2 * table.shape[1], hidden)
        self.output = nn.Linear(hidden, labels)

    def forward(self, ids: torch.Tensor, starts: torch.Tensor) -> torch.Tensor:
        """Return label logits, shape (n, n_labels), of texts whose ids follow each other from `starts` on."""
        pooled = [embedding_bag(ids, self.table, starts, mode=mode) for mode in ("mean", "max")]
        logits: torch.Tensor = self.output(torch.relu(self.hidden(torch.cat(pooled, 1))))
        return logits


def first_table(word_vectors: np.ndarray, counts: np.ndarray, width: int) -> torch.Tensor:
    """Return token vectors to start from: principal components of the encoder's own, frequent tokens scaled down.

    Without them the table knows only the words of the training texts (of strong lines of the validation vignettes, 87 %
    instead of 92 % are passed on with 25 % of real lines).

    Args:
        word_vectors: The encoder's token vectors, float32, shape (vocabulary, d).
        counts: How often each token occurs in the training texts, shape (vocabulary,).
        width: Number of components.

    Returns:
        float32, shape (vocabulary, width).
    """
    shares, used = counts / counts.sum(), counts > 0
    centred = word_vectors - shares @ word_vectors
    _, _, components = np.linalg.svd(centred[used] * shares[used, None] ** 0.25, full_matrices=False)
    table = centred @ components[:width].T
    table *= 0.3 / table[used].std(0).mean()
    # Smooth inverse frequency (Arora, Liang & Ma 2017).
    return torch.from_numpy((table * (1e-3 / (1e-3 + shares))[:, None]).astype(np.float32))


def in_whole_numbers(network: ScreenNetwork, threshold: float) -> ScreenWeights:
    """Return the weights as the library runs them: an int8 table, int16 layers.

    Args:
        network: The trained network.
        threshold: Strength from which a text is noteworthy.

    Returns:
        The weights.
    """
    table, step = _rounded(network.table.detach().numpy(), _INT8)
    hidden, hidden_step = _rounded(network.hidden.weight.detach().numpy().T, _INT16)
    output, output_step = _rounded(network.output.weight.detach().numpy().T, _INT16)
    return ScreenWeights(
        table=table.astype(np.int8),
        hidden=hidden.astype(np.int16),
        hidden_scale=step * hidden_step / POOLED_STEPS,
        hidden_bias=network.hidden.bias.detach().numpy().astype(np.float64),
        output=output.astype(np.int16),
        output_scale=output_step / HIDDEN_STEPS,
        output_bias=network.output.bias.detach().numpy().astype(np.float64),
        threshold=threshold,
    )


def _rounded(values: np.ndarray, largest: int) -> tuple[np.ndarray, float]:
    """Return values in whole steps of at most `largest`, and the size of a step; one value in 10,000 is cut off."""
    step = float(np.quantile(np.abs(values), 0.9999) if largest == _INT8 else np.abs(values).max()) / largest
    return np.clip(np.rint(values / step), -largest, largest), step
