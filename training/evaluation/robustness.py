"""Robustness to words hidden from filters, in ways trained on and in others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from grooming_risk.conversation import Conversation
from grooming_risk.decision.operating_points import OperatingPoint
from training.composer.composed import Composed
from training.composer.finish import evaded
from training.composer.perturb import MEASURED_EVASION, TRAINED_EVASION
from training.evaluation.estimates import Estimate
from training.evaluation.metrics import Resampling, mean_with_interval, rate_of
from training.evaluation.ranking import ranking, select_metrics
from training.evaluation.results import Evasion, EvasionKind, Robustness

CONVERSATIONS = 800  # the same ones for every kind of evasion

# Conversations, and their description for a progress bar → their logits.
Logits = Callable[[Sequence[Conversation], str], np.ndarray]


def evasion_results(
    composed: Sequence[Composed], logits: Logits, point: OperatingPoint, resampling: Resampling
) -> Evasion:
    """Measure AUROC and recall as written and with every kind of evasion, on the same conversations.

    All speakers evade in every message. If only one did, it would have to be the speaker of the look-alikes in a
    negative, but the composer does not record that speaker; with any other speaker evading, negatives would keep their
    look-alikes readable and so be easier to flag than positives.

    Args:
        composed: Test conversations; those that contain evasion already are left out.
        logits: Scores conversations.
        point: Operating point of the recall; its name is the key of the recall.
        resampling: Number of resamples, and their seed.

    Returns:
        Figures as written and by kind of evasion.
    """
    plain = [item for item in composed if not item.evasion][:CONVERSATIONS]
    against = _Against(plain, logits([item.conversation() for item in plain], "as written"), point, resampling)
    results: Evasion = {"n": len(plain), "as_written": against.written(), "kinds": {}}
    for trained, kinds in ((True, TRAINED_EVASION), (False, MEASURED_EVASION)):
        for kind in kinds:
            random = np.random.default_rng(resampling.seed)
            scores = logits([evaded(item, kind, None, random).conversation() for item in plain], kind.__name__)
            found: EvasionKind = {"trained": trained, **against.changed(scores)}
            results["kinds"][kind.__name__] = found
    return results


@dataclass(frozen=True, slots=True)
class _Against:
    """Conversations as written, with which changed versions are compared."""

    items: Sequence[Composed]
    scores: np.ndarray
    point: OperatingPoint
    resampling: Resampling

    def written(self) -> Robustness:
        """Return AUROC and recall as written."""
        return self._measured(self.scores)

    def changed(self, scores: np.ndarray) -> Robustness:
        """Return AUROC and recall of changed versions, and the recall that was lost."""
        positive = self._labels == 1
        before, after = (found[positive] >= self.point.threshold for found in (self.scores, scores))
        drop = recall_drop(before, after, self._groups[positive], self.resampling)
        return {**self._measured(scores), "recall_drop": drop}

    def _measured(self, scores: np.ndarray) -> Robustness:
        found = ranking(self._labels, scores, self._groups, self.resampling, select_metrics("auroc"))
        recall = rate_of(scores[self._labels == 1] >= self.point.threshold)
        return cast(Robustness, {**found, self.point.name: recall})

    @property
    def _labels(self) -> np.ndarray:
        return np.array([item.label for item in self.items])

    @property
    def _groups(self) -> np.ndarray:
        return np.array([item.group for item in self.items])


def recall_drop(before: np.ndarray, after: np.ndarray, groups: np.ndarray, resampling: Resampling) -> Estimate:
    """Compute the recall that the same positives lost, with a paired bootstrap by group.

    Args:
        before: bool, shape (n,), which positives are flagged as written.
        after: bool, shape (n,), which of them are flagged once changed.
        groups: Shape (n,), the unit that the bootstrap draws.
        resampling: Number of resamples, and their seed.

    Returns:
        A difference of two rates: 0.1 is ten percentage points.
    """
    return mean_with_interval(before.astype(np.float64) - after, groups, resampling)
