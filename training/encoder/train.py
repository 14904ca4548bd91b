"""Fine-tune the encoder as a multi-label classifier of tactics and cues."""

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
from training.checkpoint import Checkpoint
from training.composer.perturb import TRAINED_EVASION, joined, typing_noise
from training.config import EncoderTraining
from training.encoder.distill import mean_pool
from training.encoder.labelled_lines import EXPLICIT, LabelledLines
from training.encoder.token_batches import Batch, batches, token_ids

# A positive target counts this much more: one line in thirty shows a given label.
POSITIVE_WEIGHT = 3.0
# Lines that show something are seen this often an epoch, each time with other noise, and of the lines that show
# nothing this share: with every line once, cues were not learned at all (average precision 0.02 to 0.09).
POSITIVE_REPEATS, EMPTY_SHARE = 3, 0.5
# Share of all lines, whatever they show, that are said together with another message. Without it the encoder
# knew a question on its own (0.98) and not the same question behind a harmless sentence (0.02).
COMPOUND = 0.45
LONGEST_COMPANION = 12  # words
# Of the lines that show something and are said together with another: share whose other line shows something too. When
# every line showed one thing only, the encoder gave each message one label: a secret and a meeting in one message read
# as a meeting. Of 0.15, 0.3 and 0.5 the first went with the best ranking of the validation vignettes (AUROC 0.889,
# 0.863, 0.877), though how far negatives were trusted changed with it.
BOTH_SHOW = 0.15
WITHOUT_TOKEN = 0.3  # share of lines with the explicit token that are seen without it: the words around it show nothing
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
    randoms = [np.random.default_rng((seed, epoch)) for epoch in range(settings.epochs)]
    epochs = [_epoch(lines, tokenizer, vocabulary, settings, random) for random in randoms]
    optimizer, schedule = _optimizer(model, settings, sum(len(epoch.batches) for epoch in epochs))
    checkpoint = Checkpoint(work / "encoder.pt", model, optimizer, schedule)
    model.train()
    for number in range(checkpoint.load(), settings.epochs):
        epoch = epochs[number]
        for batch in tqdm(epoch.batches, desc=f"encoder, epoch {number + 1} of {settings.epochs}", disable=None):
            with torch.autocast("cpu", torch.bfloat16, enabled=multiplies_bfloat16()):
                _, logits = model(batch.token_ids, batch.attention_mask)
            logits = logits.float()
            targets, weights = epoch.targets[batch.rows], epoch.weights[batch.rows]
            weights = torch.where(targets > 0, weights * POSITIVE_WEIGHT, weights)
            losses = torch.nn.functional.binary_cross_entropy_with_logits(logits, targets, weights, reduction="sum")
            optimizer.zero_grad()
            (losses / weights.sum()).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
        checkpoint.save(number + 1)
    return model.eval()


def multiplies_bfloat16() -> bool:
    """Whether the processor has instructions for it: training then takes half the time (measured: 1.9 times faster)."""
    capabilities = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
    return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))


@dataclass(frozen=True, slots=True)
class _Epoch:
    """Batches of one epoch, whose rows count in its own targets and weights."""

    batches: list[Batch]
    targets: torch.Tensor
    weights: torch.Tensor


def _epoch(
    lines: LabelledLines, tokenizer: Tokenizer, vocabulary: ExplicitVocabulary, settings: EncoderTraining,
    random: np.random.Generator,
) -> _Epoch:  # fmt: skip
    """Other rows, companions and noise every time."""
    rows = _epoch_rows(lines, random)
    companions = _companions(lines, rows, random)
    texts, targets, weights = [], lines.targets[rows], lines.weights[rows]
    for place, (row, companion) in enumerate(zip(rows, companions, strict=True)):
        text = lines.texts[row]
        if EXPLICIT_CHARACTER in text and random.random() < WITHOUT_TOKEN:
            text = text.replace(EXPLICIT_CHARACTER, "").strip() or text
            targets[place, EXPLICIT] = float(EXPLICIT_CHARACTER in text)
        if companion >= 0:
            text = joined(text, lines.texts[companion], random)
            # What either shows is shown; that something is not shown is as sure as the less sure of the two.
            shown = np.maximum(targets[place], lines.targets[companion])
            surest = np.maximum(weights[place] * targets[place], (lines.weights * lines.targets)[companion])
            weights[place] = np.where(shown > 0, surest, np.minimum(weights[place], lines.weights[companion]))
            targets[place] = shown
        texts.append(_as_typed(text, lines.languages[row], settings.noise, random))
    found = batches(token_ids(texts, tokenizer, vocabulary), settings.batch_tokens, random)
    return _Epoch(list(found), torch.from_numpy(targets), torch.from_numpy(weights))


def _companions(lines: LabelledLines, rows: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """For each row another line of its language that is said in the same message, or -1."""
    shows = lines.targets.max(1) > 0
    short = np.array([len(text.split()) <= LONGEST_COMPANION for text in lines.texts])
    languages = np.array(lines.languages)
    offered = {
        (language, showing): np.flatnonzero(short & (languages == language) & (shows == showing))
        for language in set(lines.languages)
        for showing in (True, False)
    }
    found = np.full(len(rows), -1)
    for place, row in enumerate(rows):
        if random.random() < COMPOUND:
            some = offered[(lines.languages[row], bool(shows[row] and random.random() < BOTH_SHOW))]
            found[place] = some[int(random.integers(len(some)))] if len(some) else -1
    return found


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
