"""Robustness to words hidden from filters, in ways trained on and others, and to warning signs amid benign talk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from grooming_risk.conversation import Conversation, Message
from grooming_risk.decision.operating_points import OperatingPoint
from training.composer.composed import Composed
from training.composer.finish import evaded
from training.composer.perturb import HELD_OUT_EVASION, TRAINED_EVASION
from training.evaluation.estimates import Estimate
from training.evaluation.metrics import Resampling, mean_with_interval, rate_of
from training.evaluation.ranking import ranking, select_metrics
from training.evaluation.results import Evasion, EvasionKind, Padding, Robustness

CONVERSATIONS = 800  # the same ones for every kind of evasion
PADDED = 300  # the same ones for every amount of padding; fewer, because they get long
BETWEEN = (1, 3, 7, 15)  # benign messages after each message

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
    for trained, kinds in ((True, TRAINED_EVASION), (False, HELD_OUT_EVASION)):
        for kind in kinds:
            random = np.random.default_rng(resampling.seed)
            scores = logits([evaded(item, kind, None, random).conversation() for item in plain], kind.__name__)
            found: EvasionKind = {"trained": trained, **against.changed(scores)}
            results["kinds"][kind.__name__] = found
    return results


def padding_results(
    composed: Sequence[Composed],
    fillers: Mapping[str, Sequence[str]],
    logits: Logits,
    point: OperatingPoint,
    resampling: Resampling,
) -> Padding:
    """Measure AUROC and recall with benign messages of the same speakers inserted after each message.

    Args:
        composed: Test conversations; those that contain evasion are left out.
        fillers: Texts of benign messages by language, in the order of their dialogues.
        logits: Scores conversations.
        point: Operating point of the recall; its name is the key of the recall.
        resampling: Number of resamples, and their seed.

    Returns:
        Figures as written and by number of inserted messages; empty if there is nothing to insert.
    """
    plain = [item for item in composed if not item.evasion and fillers.get(item.language)][:PADDED]
    if not plain:
        return {}
    against = _Against(plain, logits([item.conversation() for item in plain], "unpadded"), point, resampling)
    measured: dict[str, Robustness] = {}
    for between in BETWEEN:
        random = np.random.default_rng(resampling.seed)
        scores = logits([padded(item, between, fillers[item.language], random) for item in plain], f"{between} between")
        measured[str(between)] = against.changed(scores)
    return {"n": len(plain), "as_written": against.written(), "between": measured}


def padded(item: Composed, between: int, texts: Sequence[str], random: np.random.Generator) -> Conversation:
    """Return the conversation with benign messages after each of its own, sent at the same time."""
    speakers = list(dict.fromkeys(message.speaker for message in item.messages))
    place = int(random.integers(len(texts)))
    messages: list[Message] = []
    for message in item.messages:
        messages.append(message)
        for _ in range(between):
            text, speaker = texts[place % len(texts)], speakers[place % len(speakers)]
            messages.append(Message(speaker, text, message.sent_at))
            place += 1
    return Conversation(tuple(messages))


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
