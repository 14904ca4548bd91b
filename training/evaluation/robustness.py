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
from training.composer.perturb import Evasion as Hiding
from training.data import Data
from training.evaluation.benign import SPLITS, untranslated
from training.evaluation.estimates import Estimate, Evasion, EvasionKind, Rate, Robustness
from training.evaluation.metrics import Resampling, mean_with_interval, rate_of
from training.evaluation.ranking import ranking, select_metrics
from training.sources.proxies import ProxyConversation

# The same ones for every kind of evasion: composed conversations, and real benign ones.
CONVERSATIONS, REAL = 800, 400

# Conversations, and their description for a progress bar → their logits.
Logits = Callable[[Sequence[Conversation], str], np.ndarray]


def evasion_results(
    composed: Sequence[Composed],
    logits: Logits,
    point: OperatingPoint,
    resampling: Resampling,
    real: Sequence[ProxyConversation] = (),
) -> Evasion:
    """Measure AUROC, recall and false flags as written and with every kind of evasion, on the same conversations.

    All speakers evade in every message. If only one did, it would have to be the speaker of the look-alikes in a
    negative, but the composer does not record that speaker; with any other speaker evading, negatives would keep their
    look-alikes readable and so be easier to flag than positives.

    Args:
        composed: Test conversations; those that contain evasion already are left out.
        logits: Scores conversations.
        point: Operating point of recall and false flags; its name is the key of the recall.
        resampling: Number of resamples, and their seed.
        real: Benign conversations that are written the same way; without any, there are no figures of them.

    Returns:
        Figures as written and by kind of evasion.
    """
    plain = [item for item in composed if not item.evasion][:CONVERSATIONS]
    against = _Against(plain, logits([item.conversation() for item in plain], "as written"), point, resampling)
    written = against.written()
    if real:
        written["real_false_flags"] = against.flagged(logits([proxy.conversation() for proxy in real], "real"))
    results: Evasion = {"n": len(plain), "as_written": written, "kinds": {}}
    for trained, kinds in ((True, TRAINED_EVASION), (False, MEASURED_EVASION)):
        for kind in kinds:
            random = np.random.default_rng(resampling.seed)
            scores = logits([evaded(item, kind, None, random).conversation() for item in plain], kind.__name__)
            found: EvasionKind = {"trained": trained, **against.changed(scores)}
            if real:
                hidden = [_hidden(proxy, kind, random) for proxy in real]
                found["real_false_flags"] = against.flagged(logits(hidden, f"real, {kind.__name__}"))
            results["kinds"][kind.__name__] = found
    return results


def real_conversations(data: Data) -> list[ProxyConversation]:
    """Return some real benign conversations that nothing was trained or calibrated on, without translations."""
    found = untranslated(proxy for split in SPLITS for proxy in data.of_split(split))
    order = np.random.default_rng(data.config.seed).permutation(len(found))[:REAL]
    return [found[int(place)] for place in order]


def _hidden(proxy: ProxyConversation, kind: Hiding, random: np.random.Generator) -> Conversation:
    """Write every message of a real conversation in such a way."""
    return Conversation.from_messages(
        [(who, part, at) for who, text, at in proxy.messages for part in kind(text, random) if part.strip()]
    )


@dataclass(frozen=True, slots=True)
class _Against:
    """Conversations as written, with which changed versions are compared."""

    items: Sequence[Composed]
    scores: np.ndarray
    point: OperatingPoint
    resampling: Resampling

    def written(self) -> Robustness:
        """Return AUROC, recall and false flags as written."""
        return self._measured(self.scores)

    def changed(self, scores: np.ndarray) -> Robustness:
        """Return AUROC, recall and false flags of changed versions, and the recall that was lost."""
        positive = self._labels == 1
        before, after = (found[positive] >= self.point.threshold for found in (self.scores, scores))
        drop = recall_drop(before, after, self._groups[positive], self.resampling)
        return {**self._measured(scores), "recall_drop": drop}

    def flagged(self, scores: np.ndarray) -> Rate:
        """Return the share of conversations flagged at the point."""
        return rate_of(scores >= self.point.threshold)

    def _measured(self, scores: np.ndarray) -> Robustness:
        found = ranking(self._labels, scores, self._groups, self.resampling, select_metrics("auroc"))
        recall, flags = (self.flagged(scores[self._labels == label]) for label in (1, 0))
        return cast(Robustness, {**found, self.point.name: recall, "false_flags": flags})

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
