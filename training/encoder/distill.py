"""Distillation: the encoder with fewer layers learns the whole one's vectors on unlabelled lines.

Loss: mean squared error of the token states plus one minus the cosine of the mean-pooled vectors
(the hidden-state and cosine terms of DistilBERT, Sanh et al. 2019, arXiv 1910.01108).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm
from transformers import BertModel

from training.config import Distill
from training.encoder.token_batches import Batch, batches
from training.optimization import Descent

CHECKPOINT_EVERY = 200  # batches; about two minutes on two cores
WARM_UP = 0.06  # share of the steps over which the learning rate rises


def mean_pool(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Return the mean state over the tokens that are not padding, float32, shape (n, d)."""
    weight = mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * weight).sum(1) / weight.sum(1)


def distill(
    student: BertModel, teacher: BertModel, ids: list[list[int]], settings: Distill, seed: int, work: Path
) -> list[float]:
    """Train the student in place, going on from a checkpoint if there is one.

    Args:
        student: Encoder to train.
        teacher: Encoder whose vectors it learns.
        ids: Token ids of the lines.
        settings: Settings of the distillation.
        seed: Seed of the batches.
        work: Folder of the checkpoint.

    Returns:
        Loss of each batch that was trained in this call.
    """
    random = np.random.default_rng(seed)
    plan = [batch for _ in range(settings.epochs) for batch in batches(ids, settings.batch_tokens, random)]
    descent = Descent(student, [(student.parameters(), settings.learning_rate)], len(plan), WARM_UP)
    checkpoint = descent.checkpoint(work / "distill.pt")
    done, losses = checkpoint.load(), []
    student.train()
    for step in tqdm(range(done, len(plan)), desc="distill", initial=done, total=len(plan), disable=None):
        loss = _loss(student, teacher, plan[step])
        descent.step(loss)
        losses.append(loss.item())
        if (step + 1) % CHECKPOINT_EVERY == 0:
            checkpoint.save(step + 1)
    student.eval()
    return losses


def _loss(student: BertModel, teacher: BertModel, batch: Batch) -> torch.Tensor:
    inputs = {"input_ids": batch.token_ids, "attention_mask": batch.attention_mask}
    with torch.inference_mode():
        wanted = teacher(**inputs).last_hidden_state
    wanted = wanted.clone()
    given = student(**inputs).last_hidden_state
    mask = batch.attention_mask
    states = (((given - wanted) ** 2).mean(-1) * mask).sum() / mask.sum()
    cosine = torch.nn.functional.cosine_similarity(mean_pool(given, mask), mean_pool(wanted, mask)).mean()
    return states + (1 - cosine)
