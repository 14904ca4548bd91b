"""How the model holds when words are hidden from filters, in ways trained on and others, or drowned in benign talk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grooming_risk.conversation import Conversation, Message
from grooming_risk.decision.operating_points import OperatingPoint
from training.composer.composed import Composed
from training.composer.finish import evaded
from training.composer.perturb import HELD_OUT_EVASION, TRAINED_EVASION
from training.evaluation.metrics import Resampling, draws, metric_of, rate_of
from training.evaluation.ranking import ranking, some

CONVERSATIONS = 800  # the same ones for every kind
PADDED = 300  # the same ones for every number; they get long
BETWEEN = (1, 3, 7, 15)  # benign messages between every two

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
    against = _Against(plain, logits([item.conversation() for item in plain], "as written"), point, resampling)
    results: dict[str, Any] = {"n": len(plain), "as_written": against.written(), "kinds": {}}
    for trained, kinds in ((True, TRAINED_EVASION), (False, HELD_OUT_EVASION)):
        for kind in kinds:
            random = np.random.default_rng(resampling.seed)
            scores = logits([evaded(item, kind, None, random).conversation() for item in plain], kind.__name__)
            results["kinds"][kind.__name__] = {"trained": trained, **against.changed(scores)}
    return results


def padding_results(
    composed: Sequence[Composed],
    fillers: Mapping[str, Sequence[str]],
    logits: Logits,
    point: OperatingPoint,
    resampling: Resampling,
) -> dict[str, Any]:
    """AUROC and recall with so many benign messages between every two, by the same speakers in turn; {} without any.

    Args:
        composed: test conversations.
        fillers: texts of benign messages by language, in the order of their dialogues.
        logits: scores them.
        point: operating point of the recall; its name is the key.
        resampling: of the intervals.
    """
    plain = [item for item in composed if not item.evasion and fillers.get(item.language)][:PADDED]
    if not plain:
        return {}
    against = _Against(plain, logits([item.conversation() for item in plain], "unpadded"), point, resampling)
    results: dict[str, Any] = {"n": len(plain), "as_written": against.written(), "between": {}}
    for between in BETWEEN:
        random = np.random.default_rng(resampling.seed)
        scores = logits([padded(item, between, fillers[item.language], random) for item in plain], f"{between} between")
        results["between"][str(between)] = against.changed(scores)
    return results


def padded(item: Composed, between: int, texts: Sequence[str], random: np.random.Generator) -> Conversation:
    """The conversation with benign messages after each of its own, sent at the same time."""
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
    """The same conversations as written, that changed ones are compared with."""

    items: Sequence[Composed]
    scores: np.ndarray
    point: OperatingPoint
    resampling: Resampling

    def written(self) -> dict[str, Any]:
        """Ranking and recall as written."""
        return self._measured(self.scores)

    def changed(self, scores: np.ndarray) -> dict[str, Any]:
        """Ranking and recall once changed, and the recall that was lost."""
        positive = self._labels == 1
        before, after = (found[positive] >= self.point.threshold for found in (self.scores, scores))
        drop = recall_drop(before, after, self._groups[positive], self.resampling)
        return {**self._measured(scores), "recall_drop": drop}

    def _measured(self, scores: np.ndarray) -> dict[str, Any]:
        found = ranking(self._labels, scores, self._groups, self.resampling, some("auroc"))
        return {**found, self.point.name: rate_of(scores[self._labels == 1] >= self.point.threshold)}

    @property
    def _labels(self) -> np.ndarray:
        return np.array([item.label for item in self.items])

    @property
    def _groups(self) -> np.ndarray:
        return np.array([item.group for item in self.items])


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
