"""Fine-tune the encoder as a multi-label classifier of tactics and cues."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm
from transformers import BertModel

from grooming_risk.masking import ExplicitVocabulary
from grooming_risk.tactics import LABELS
from grooming_risk.tokenization import Tokenizer
from training.checkpoint import Checkpoint
from training.config import EncoderTraining
from training.distill import mean_pool
from training.labelled_lines import LabelledLines
from training.perturb import TRAINED_EVASION, joined, typing_noise
from training.token_batches import Batch, batches, token_ids

# A positive target counts this much more: one line in thirty shows a given label.
POSITIVE_WEIGHT = 3.0
# Lines that show something are seen this often an epoch, each time with other noise, and of the lines that show
# nothing this share: with every line once, cues were not learned at all (average precision 0.02 to 0.09).
POSITIVE_REPEATS, EMPTY_SHARE = 3, 0.5
# Share of all lines, whatever they show, that are said together with a short benign message. Without it the encoder
# knew a question on its own (0.98) and not the same question behind a harmless sentence (0.02).
COMPOUND = 0.4
LONGEST_COMPANION = 12  # words
EVASIVE = 0.06  # share of lines with words hidden in one of the ways that are trained on
HEAD_RATE = 20.0  # the new head learns this much faster than the pretrained layers
WARM_UP = 0.1
DROPOUT = 0.1


class MessageEncoder(torch.nn.Module):
    """Token ids → unit embedding and label logits: what encoder.onnx computes."""

    def __init__(self, backbone: BertModel) -> None:
        super().__init__()
        self.backbone = backbone
        self.dropout = torch.nn.Dropout(DROPOUT)
        # Mean-pooled states share a large common part; without the norm the head learns slowly.
        self.norm = torch.nn.LayerNorm(backbone.config.hidden_size)
        self.head = torch.nn.Linear(backbone.config.hidden_size, len(LABELS))

    def forward(self, token_ids: torch.Tensor, attention_mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Embeddings float32 (n, d), unit length; logits float32 (n, n_labels)."""
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
) -> MessageEncoder:
    """Train on lines whose noise is drawn anew each epoch; goes on from a checkpoint in `work`, epoch by epoch."""
    torch.manual_seed(seed)
    model = MessageEncoder(backbone)
    targets, weights = torch.from_numpy(lines.targets), torch.from_numpy(lines.weights)
    weights = torch.where(targets > 0, weights * POSITIVE_WEIGHT, weights)
    plans = _plans(lines, tokenizer, vocabulary, settings, seed)
    optimizer, schedule = _optimizer(model, settings, sum(len(plan) for plan in plans))
    checkpoint = Checkpoint(work / "encoder.pt", model, optimizer, schedule)
    model.train()
    for epoch in range(checkpoint.load(), settings.epochs):
        for batch in tqdm(plans[epoch], desc=f"encoder, epoch {epoch + 1} of {settings.epochs}", disable=None):
            _, logits = model(batch.token_ids, batch.attention_mask)
            losses = torch.nn.functional.binary_cross_entropy_with_logits(
                logits, targets[batch.rows], weights[batch.rows], reduction="sum"
            )
            optimizer.zero_grad()
            (losses / weights[batch.rows].sum()).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
        checkpoint.save(epoch + 1)
    return model.eval()


def _plans(
    lines: LabelledLines, tokenizer: Tokenizer, vocabulary: ExplicitVocabulary, settings: EncoderTraining, seed: int
) -> list[list[Batch]]:
    """Batches of each epoch: other rows, companions and noise every time."""
    shown = lines.targets.sum(1)
    companions: dict[str, list[str]] = defaultdict(list)
    for row, (text, language) in enumerate(zip(lines.texts, lines.languages, strict=True)):
        if shown[row] == 0 and len(text.split()) <= LONGEST_COMPANION:
            companions[language].append(text)
    plans: list[list[Batch]] = []
    for epoch in range(settings.epochs):
        random = np.random.default_rng((seed, epoch))
        rows = _epoch_rows(lines, random)
        texts = [_as_said(lines.texts[row], companions[lines.languages[row]], random) for row in rows]
        texts = [
            _as_typed(text, lines.languages[row], settings.noise, random) for row, text in zip(rows, texts, strict=True)
        ]
        found = batches(token_ids(texts, tokenizer, vocabulary), settings.batch_tokens, random)
        plans.append([dataclasses.replace(batch, rows=rows[batch.rows]) for batch in found])
    return plans


def _as_said(text: str, companions: list[str], random: np.random.Generator) -> str:
    if companions and random.random() < COMPOUND:
        return joined(text, companions[int(random.integers(len(companions)))], random)
    return text


def _as_typed(text: str, language: str, noise: float, random: np.random.Generator) -> str:
    if random.random() < noise:
        text = typing_noise(text, language, random)
    if random.random() < EVASIVE:
        return TRAINED_EVASION[int(random.integers(len(TRAINED_EVASION)))](text, random)[0]
    return text


def _epoch_rows(lines: LabelledLines, random: np.random.Generator) -> np.ndarray:
    shows = lines.targets.any(1)
    empty = np.flatnonzero(~shows)
    kept = random.permutation(empty)[: int(len(empty) * EMPTY_SHARE)]
    return np.concatenate([np.repeat(np.flatnonzero(shows), POSITIVE_REPEATS), kept])


def _optimizer(
    model: MessageEncoder, settings: EncoderTraining, steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    # Word vectors stay as they are: with few lines they would move only for the words of those lines. The explicit
    # token keeps its fixed vector too; the layers above learn what it means.
    for parameter in model.backbone.embeddings.word_embeddings.parameters():
        parameter.requires_grad = False
    groups = [
        {"params": [p for p in model.backbone.parameters() if p.requires_grad], "lr": settings.learning_rate},
        {"params": [*model.norm.parameters(), *model.head.parameters()], "lr": settings.learning_rate * HEAD_RATE},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    rates = [settings.learning_rate, settings.learning_rate * HEAD_RATE]
    return optimizer, torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, total_steps=steps + 1, pct_start=WARM_UP)
