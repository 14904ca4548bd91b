"""The network that reads a window as a whole: the encoder over its joined messages, with speakers as token types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tqdm import tqdm

from grooming_risk.model.tokenization import Tokenizer
from grooming_risk.tactics import Tactic
from training.encoder.train import HEAD_RATE, POSITIVE_WEIGHT, WARM_UP, MessageEncoder
from training.optimization import Descent, mixed_precision
from training.window.whole_window_examples import WholeWindow

POSITIONS = 512  # of the base encoder
BUDGET = 4_096  # padded tokens in a batch
DROPPED = 0.5  # largest share of messages that training hides, as for the window model
TACTIC_SHARE = 0.5  # weight of the messages' task relative to the window's
UNSHOWN = 0.3  # weight of tactics that a message was not written for, as in training.encoder.labelled_lines


class WholeWindowReader(torch.nn.Module):
    """Computes one logit for each window, and the tactics of each message in the light of the others."""

    def __init__(self, encoder: MessageEncoder, positions: torch.Tensor) -> None:
        """Extend an encoder to whole windows.

        Args:
            encoder: Encoder that was trained on single messages; changed in place.
            positions: Position vectors of the base encoder, float32, shape (n, d), for texts longer than a message.
        """
        super().__init__()
        self.encoder = encoder
        table = encoder.backbone.embeddings.position_embeddings
        known = table.weight.detach()
        longer = torch.cat([known, positions[len(known) :]])
        encoder.backbone.embeddings.position_embeddings = torch.nn.Embedding.from_pretrained(longer, freeze=False)
        encoder.backbone.embeddings.register_buffer("position_ids", torch.arange(len(longer))[None], persistent=False)
        encoder.backbone.embeddings.register_buffer(
            "token_type_ids", torch.zeros((1, len(longer)), dtype=torch.long), persistent=False
        )
        encoder.backbone.config.max_position_embeddings = len(longer)
        for layer in encoder.backbone.encoder.layer:
            # A CPU draws attention dropout number by number: eight windows of 400 tokens took 5.6 s, 2.1 s without it.
            layer.attention.self.dropout.p = 0.0
        width = encoder.backbone.config.hidden_size
        self.norm, self.window = torch.nn.LayerNorm(2 * width), torch.nn.Linear(2 * width, 1)

    def forward(self, batch: _Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """Return window logits, shape (n,), and label logits of the batch's messages, shape (n_messages, n_labels)."""
        hidden = self.encoder.backbone(
            input_ids=batch.token_ids, attention_mask=batch.mask, token_type_ids=batch.types
        ).last_hidden_state
        everything, focus = (_mean(hidden, mask) for mask in (batch.mask, batch.mask * (1 - batch.types)))
        logits = self.window(self.norm(torch.cat([everything, focus], -1))).squeeze(-1)
        flat = hidden.reshape(-1, hidden.shape[-1])
        sums = torch.zeros((batch.count, hidden.shape[-1]), dtype=hidden.dtype).index_add(
            0, batch.message, flat[batch.place]
        )
        sizes = torch.zeros(batch.count).index_add(0, batch.message, torch.ones(len(batch.message)))
        return logits, self.encoder.head(self.encoder.norm(sums / sizes[:, None]))


def train_whole_window(
    reader: WholeWindowReader, examples: Sequence[WholeWindow], epochs: int, learning_rate: float, seed: int
) -> WholeWindowReader:
    """Train on windows and on the tactics of their messages, both at once.

    Args:
        reader: Network to train, in place.
        examples: Windows with labels.
        epochs: Passes over the windows.
        learning_rate: Peak learning rate of the encoder's layers.
        seed: Seed of dropout and batches.

    Returns:
        The same network.
    """
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    plan = [group for _ in range(epochs) for group in _groups(examples, random)]
    for parameter in reader.encoder.backbone.embeddings.word_embeddings.parameters():
        parameter.requires_grad = False
    known = [parameter for parameter in reader.encoder.parameters() if parameter.requires_grad]
    new = [*reader.norm.parameters(), *reader.window.parameters()]
    descent = Descent(reader, [(known, learning_rate), (new, learning_rate * HEAD_RATE)], len(plan), WARM_UP)
    reader.train()
    for group in tqdm(plan, desc="whole window", disable=None):
        batch = _batch([_with_dropped(examples[index], random) for index in group])
        with mixed_precision():
            logits, tactics = reader(batch)
        labels = torch.tensor([float(examples[index].label) for index in group])
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits.float(), labels)
        descent.step(loss + TACTIC_SHARE * _tactic_loss(tactics.float(), batch.tactics))
    return reader.eval()


def whole_window_logits(reader: WholeWindowReader, asked: Sequence[WholeWindow]) -> np.ndarray:
    """Return the logit of each window, float64, shape (n,)."""
    found = np.empty(len(asked))
    with torch.inference_mode():
        for group in tqdm(list(_groups(asked, None)), desc="read whole windows", disable=None):
            with mixed_precision():
                found[group] = reader(_batch([asked[index] for index in group]))[0].float().numpy()
    return found


@dataclass(frozen=True, slots=True)
class _Batch:
    """A batch of windows.

    Attributes:
        token_ids: Padded token ids, int64, shape (n, length).
        mask: 1 for tokens and 0 for padding, int64, shape (n, length).
        types: 0 for tokens of the focus speaker and 1 for others, int64, shape (n, length).
        place: Places of the messages' tokens among all places, int64, shape (n_tokens,).
        message: Number of the message that each of these tokens belongs to, int64, shape (n_tokens,).
        count: Number of messages.
        tactics: Index of each message's tactic, or -1, int64, shape (n_messages,).
    """

    token_ids: torch.Tensor
    mask: torch.Tensor
    types: torch.Tensor
    place: torch.Tensor
    message: torch.Tensor
    count: int
    tactics: torch.Tensor


def _kept(window: WholeWindow) -> int:
    """Return the index of the first message that fits, counted from the end."""
    room = POSITIONS - 1
    for index in range(len(window.messages) - 1, -1, -1):
        room -= len(window.messages[index]) + 1
        if room < 0:
            return index + 1
    return 0


def _batch(group: Sequence[WholeWindow]) -> _Batch:
    tokens: list[list[int]] = []
    types: list[list[int]] = []
    places: list[tuple[int, int]] = []  # (row, column) of each message token
    messages: list[int] = []
    tactics: list[int] = []
    for row, window in enumerate(group):
        tokens.append([Tokenizer.BEGIN])
        types.append([0])
        for index in range(_kept(window), len(window.messages)):
            ids = window.messages[index]
            places += [(row, len(tokens[row]) + place) for place in range(len(ids))]
            messages += [len(tactics)] * len(ids)
            tactics.append(window.tactics[index])
            tokens[row] += [*ids, Tokenizer.END]
            types[row] += [0 if window.of_focus[index] else 1] * (len(ids) + 1)
    length = max(map(len, tokens))
    padded = torch.tensor([row + [Tokenizer.PAD] * (length - len(row)) for row in tokens])
    return _Batch(
        token_ids=padded,
        mask=torch.tensor([[1] * len(row) + [0] * (length - len(row)) for row in tokens]),
        types=torch.tensor([row + [0] * (length - len(row)) for row in types]),
        place=torch.tensor([row * length + column for row, column in places], dtype=torch.long),
        message=torch.tensor(messages, dtype=torch.long),
        count=len(tactics),
        tactics=torch.tensor(tactics, dtype=torch.long),
    )


def _with_dropped(window: WholeWindow, random: np.random.Generator) -> WholeWindow:
    kept = random.random(len(window.messages)) >= DROPPED * random.random()
    kept[random.integers(len(kept))] = True
    chosen = np.flatnonzero(kept)
    return WholeWindow(
        messages=[window.messages[place] for place in chosen],
        of_focus=[window.of_focus[place] for place in chosen],
        tactics=[window.tactics[place] for place in chosen],
        label=window.label,
    )


def _groups(examples: Sequence[WholeWindow], random: np.random.Generator | None) -> list[np.ndarray]:
    """Group windows of similar lengths within the token budget; shuffled when a generator is given."""
    lengths = np.array([min(POSITIONS, sum(len(ids) + 1 for ids in window.messages) + 1) for window in examples])
    jitter = random.random(len(lengths)) * 64 if random else np.zeros(len(lengths))
    groups: list[list[int]] = [[]]
    for index in np.argsort(lengths + jitter, kind="stable"):
        if groups[-1] and max(lengths[index], *lengths[groups[-1]]) * (len(groups[-1]) + 1) > BUDGET:
            groups.append([])
        groups[-1].append(int(index))
    order = random.permutation(len(groups)) if random else range(len(groups))
    return [np.array(groups[place]) for place in order if groups[place]]


def _tactic_loss(logits: torch.Tensor, tactics: torch.Tensor) -> torch.Tensor:
    targets = torch.zeros_like(logits[:, : len(Tactic)])
    shown = tactics >= 0
    targets[shown, tactics[shown]] = 1.0
    weights = torch.where(targets > 0, POSITIVE_WEIGHT, torch.where(shown[:, None], UNSHOWN, 1.0))
    loss = torch.nn.functional.binary_cross_entropy_with_logits(
        logits[:, : len(Tactic)], targets, weights, reduction="sum"
    )
    return loss / weights.sum()


def _mean(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    weight = mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * weight).sum(1) / weight.sum(1).clamp(min=1)
