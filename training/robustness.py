"""How ranking holds when words are hidden from filters: kinds of evasion trained on, and kinds that were not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grooming_risk.conversation import Conversation
from training.composed import Composed
from training.finish import evaded
from training.metrics import auroc, with_interval
from training.perturb import HELD_OUT_EVASION, TRAINED_EVASION

CONVERSATIONS = 800  # the same ones for every kind

# Conversations and what they are, as a progress bar names them → their logits.
Logits = Callable[[Sequence[Conversation], str], np.ndarray]


def evasion_results(composed: Sequence[Composed], logits: Logits, resamples: int, seed: int) -> dict[str, Any]:
    """AUROC as written and with every kind of evasion, on the same conversations.

    Everybody evades in every message. Were it only one speaker, a negative would have to hide the words of the speaker
    of its look-alikes, whom nothing names, and hiding anybody else's would leave it easier to flag than a positive.
    """
    plain = [item for item in composed if not item.evasion][:CONVERSATIONS]
    labels, groups = np.array([item.label for item in plain]), np.array([item.group for item in plain])

    def ranked(items: Sequence[Composed], name: str) -> dict[str, float]:
        scores = logits([item.conversation() for item in items], name)
        return with_interval(auroc, labels, scores, groups, resamples, seed)

    results: dict[str, Any] = {"n": len(plain), "as_written": ranked(plain, "as written"), "kinds": {}}
    for trained, kinds in ((True, TRAINED_EVASION), (False, HELD_OUT_EVASION)):
        for kind in kinds:
            random = np.random.default_rng(seed)
            items = [evaded(item, kind, None, random) for item in plain]
            results["kinds"][kind.__name__] = {"trained": trained, "auroc": ranked(items, kind.__name__)}
    return results
