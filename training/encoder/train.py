"""Fine-tuning of the encoder as a multi-label classifier of tactics and cues."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm
from transformers import BertModel

from grooming_risk.model.tokenization import Tokenizer
from grooming_risk.tactics import LABELS
from grooming_risk.text.masking import EXPLICIT_CHARACTER, ExplicitVocabulary
from training.config import EncoderTraining
from training.encoder.distill import mean_pool
from training.encoder.epoch_lines import epoch_lines
from training.encoder.labelled_lines import EXPLICIT, LabelledLines
from training.encoder.token_batches import Batch, batches, token_ids
from training.optimization import Descent, mixed_precision

# Weight of a positive target relative to a negative one: one line in thirty shows a given label.
POSITIVE_WEIGHT = 3.0
HEAD_RATE = 20.0  # learning rate of the new head relative to the pretrained layers
WARM_UP = 0.1  # share of the steps over which the learning rates rise
DROPOUT = 0.1
# A real line is only assumed to be benign, and a line that shows one tactic, to show no other. The more such a line
# reads like what the corpus teaches, the less it counts as a counterexample, but never less than this share.
LEAST_TRUST = 0.25


class MessageEncoder(torch.nn.Module):
    """The network of encoder.onnx: from token ids to a unit embedding and label logits."""

    def __init__(self, backbone: BertModel) -> None:
        super().__init__()
        self.backbone = backbone
        self.dropout = torch.nn.Dropout(DROPOUT)
        # Mean-pooled states share a large common part; without the norm the head learns slowly.
        self.norm = torch.nn.LayerNorm(backbone.config.hidden_size)
        self.head = torch.nn.Linear(backbone.config.hidden_size, len(LABELS))

    def forward(self, token_ids: torch.Tensor, attention_mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return unit embeddings, shape (n, d), and label logits, shape (n, n_labels), both float32."""
        hidden = self.backbone(input_ids=token_ids, attention_mask=attention_mask).last_hidden_state
        pooled = mean_pool(hidden, attention_mask)
        return torch.nn.functional.normalize(pooled, dim=-1), self.head(self.dropout(self.norm(pooled)))


def train_encoder(
    backbone: BertModel,
    lines: LabelledLines,
    tokenizer: Tokenizer,
    vocabulary: ExplicitVocabulary,
    settings: EncoderTraining,
    seed: int,
    work: Path,
    device: str = "cpu",
) -> MessageEncoder:
    """Train on lines, with other noise in each epoch, going on from the last epoch of a checkpoint if there is one.

    Args:
        backbone: Pretrained encoder; changed in place.
        lines: Lines with targets and weights.
        tokenizer: The encoder's tokenizer.
        vocabulary: Explicit terms.
        settings: Settings of the training.
        seed: Seed of the head's weights, of the dropout and of the epochs.
        work: Folder of the checkpoint.
        device: Where it is trained: cpu | cuda | mps.

    Returns:
        The trained encoder, on the processor.
    """
    torch.manual_seed(seed)
    model = MessageEncoder(backbone).to(device)
    randoms = [np.random.default_rng((seed, epoch)) for epoch in range(settings.epochs)]
    epochs = [
        _tokenized(epoch_lines(lines, settings.noise, random), tokenizer, vocabulary, settings, random)
        for random in randoms
    ]
    rate, steps = settings.learning_rate, sum(len(epoch.batches) for epoch in epochs)
    head = [*model.norm.parameters(), *model.head.parameters()]
    descent = Descent(model, [(_trained_layers(backbone), rate), (head, rate * HEAD_RATE)], steps, WARM_UP)
    checkpoint = descent.checkpoint(work / "encoder.pt")
    model.train()
    for number in range(checkpoint.load(), settings.epochs):
        epoch = epochs[number]
        for batch in tqdm(epoch.batches, desc=f"encoder, epoch {number + 1} of {settings.epochs}", disable=None):
            with mixed_precision(device):
                _, logits = model(batch.token_ids.to(device), batch.attention_mask.to(device))
            logits = logits.float()
            targets, weights = epoch.targets[batch.rows].to(device), epoch.weights[batch.rows].to(device)
            weights = trusted(targets, weights, logits.detach())
            losses = torch.nn.functional.binary_cross_entropy_with_logits(logits, targets, weights, reduction="sum")
            descent.step(losses / weights.sum())
        checkpoint.save(number + 1)
    return model.cpu().eval()


def trusted(targets: torch.Tensor, weights: torch.Tensor, logits: torch.Tensor) -> torch.Tensor:
    """Return the weights of targets in the loss: more for what is shown, less for doubtful assumptions.

    Args:
        targets: 0 or 1, shape (n, n_labels).
        weights: Trust in each target before anything was read; below 1 for what is assumed, same shape.
        logits: What the network says of each, same shape.

    Returns:
        The weights, same shape.
    """
    doubt = torch.clamp(1 - torch.sigmoid(logits), min=LEAST_TRUST)
    assumed = torch.where(weights < 1, weights * doubt, weights)
    return torch.where(targets > 0, weights * POSITIVE_WEIGHT, assumed)


@dataclass(frozen=True, slots=True)
class _Epoch:
    """Batches of one epoch; their rows are those of the targets and weights, float32, shape (n, n_labels)."""

    batches: list[Batch]
    targets: torch.Tensor
    weights: torch.Tensor


def _tokenized(
    lines: LabelledLines,
    tokenizer: Tokenizer,
    vocabulary: ExplicitVocabulary,
    settings: EncoderTraining,
    random: np.random.Generator,
) -> _Epoch:
    ids = token_ids(lines.texts, tokenizer, vocabulary)
    found = batches(ids, settings.batch_tokens, random)
    targets, weights = lines.targets.copy(), lines.weights.copy()
    # Whether a text has the explicit token is certain once it was masked; typing noise can take it away.
    explicit = tokenizer.ids([EXPLICIT_CHARACTER])[0][0][-2]
    targets[:, EXPLICIT] = [explicit in row for row in ids]
    weights[:, EXPLICIT] = 1.0
    return _Epoch(list(found), torch.from_numpy(targets), torch.from_numpy(weights))


def _trained_layers(backbone: BertModel) -> list[torch.nn.Parameter]:
    """Freeze the word vectors, and return the other parameters.

    With few lines, word vectors would move only for the words of these lines. The explicit token keeps its fixed vector
    too; the layers above learn its meaning.
    """
    for parameter in backbone.embeddings.word_embeddings.parameters():
        parameter.requires_grad = False
    return [parameter for parameter in backbone.parameters() if parameter.requires_grad]
