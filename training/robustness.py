"""How the model holds when words are hidden from filters: kinds of evasion trained on, and kinds that were not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grooming_risk.conversation import Conversation
from grooming_risk.operating_points import OperatingPoint
from training.composed import Composed
from training.finish import evaded
from training.metrics import Resampling, draws, metric_of, rate_of
from training.perturb import HELD_OUT_EVASION, TRAINED_EVASION
from training.ranking import ranking, some

CONVERSATIONS = 800  # the same ones for every kind

# Conversations and what they are, as a progress bar names them → their logits.
Logits = Callable[[Sequence[Conversation], str], np.ndarray]


def evasion_results(
    composed: Sequence[Composed], logits: Logits, point: OperatingPoint, resampling: Resampling
) -> dict[str, Any]:
    """AUROC and recall as written and with every kind of evasion, on the same conversations.

    Everybody evades in every message. Were it only one speaker, a negative would have to hide the words of the speaker
    of its look-alikes, whom nothing names, and hiding anybody else's would leave it easier to flag than a positive.

    Args:
        composed: test conversations; those in which somebody evades already are left out.
        logits: scores them.
        point: operating point of the recall; its name is the key.
        resampling: of the intervals.
    """
    plain = [item for item in composed if not item.evasion][:CONVERSATIONS]
    labels, groups = np.array([item.label for item in plain]), np.array([item.group for item in plain])

    def measured(scores: np.ndarray) -> dict[str, Any]:
        found = ranking(labels, scores, groups, resampling, some("auroc"))
        return {**found, point.name: rate_of(scores[labels == 1] >= point.threshold)}

    written = logits([item.conversation() for item in plain], "as written")
    results: dict[str, Any] = {"n": len(plain), "as_written": measured(written), "kinds": {}}
    for trained, kinds in ((True, TRAINED_EVASION), (False, HELD_OUT_EVASION)):
        for kind in kinds:
            random = np.random.default_rng(resampling.seed)
            scores = logits([evaded(item, kind, None, random).conversation() for item in plain], kind.__name__)
            before, after = (found[labels == 1] >= point.threshold for found in (written, scores))
            drop = recall_drop(before, after, groups[labels == 1], resampling)
            results["kinds"][kind.__name__] = {"trained": trained, **measured(scores), "recall_drop": drop}
    return results


def recall_drop(before: np.ndarray, after: np.ndarray, groups: np.ndarray, resampling: Resampling) -> dict[str, float]:
    """Recall lost by the same positives, as a difference of rates: 0.1 is ten points; paired bootstrap by group.

    Args:
        before: bool, shape (n,), which positives are flagged as written.
        after: bool, shape (n,), which of them still are.
        groups: shape (n,), what the bootstrap draws.
        resampling: how many, and the seed.
    """
    lost = before.astype(np.float64) - after
    one_class = np.ones(len(lost), dtype=int)
    resampled = [weights @ lost / weights.sum(1) for weights in draws(one_class, groups, resampling)]
    return metric_of(lost.mean(), np.concatenate(resampled))
