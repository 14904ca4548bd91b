"""Do the messages that a report shows as evidence carry the score?

Two measures on flagged conversations. The conversation is read and scored again without the three messages that raised
the score most, and without as many random ones: is it still flagged? This is the whole shipped path, for joining short
messages, windows and time gaps all change when a message goes. And the normalised area over the perturbation curve of
the window with the highest logit, with messages hidden as leave-one-out hides them (`WindowInput.kept`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from tqdm import tqdm

from grooming_risk.conversation import Conversation
from grooming_risk.model.artifact import Artifact
from grooming_risk.model.window_model import WindowInput
from grooming_risk.report import RiskReport
from grooming_risk.scoring.assessment import score_windows
from grooming_risk.scoring.leave_one_out import leave_one_out
from grooming_risk.scoring.message_encoding import EncodedConversation, encode_conversations
from grooming_risk.scoring.scorer import RiskScorer
from training.evaluation.metrics import Resampling, draws, metric_of, rate_with_interval
from training.evaluation.scoring import highest_logit, usual_point

CONVERSATIONS = 300  # looked at, at most
DRAWS = 20  # random choices of messages for each
TOP = 3  # messages removed: what the table of `grooming-risk score` shows
SIZES = (1, 3, 5)  # messages hidden along the perturbation curve

# bool, shape (m, n), which of n messages are kept → logits, shape (m,).
Masked = Callable[[np.ndarray], np.ndarray]


def faithfulness_results(
    scorer: RiskScorer, flagged: Sequence[Conversation], groups: Sequence[str], resampling: Resampling
) -> dict[str, Any]:
    """Both measures at the usual operating point; {} when nothing is flagged.

    Args:
        scorer: the shipped scorer.
        flagged: conversations that the point flags; a sample of at most CONVERSATIONS is looked at.
        groups: what the bootstrap draws, one for each of them.
        resampling: how many, and the seed.
    """
    random = np.random.default_rng(resampling.seed)
    sample = np.sort(random.permutation(len(flagged))[:CONVERSATIONS])
    point, artifact = usual_point(scorer.artifact), scorer.artifact
    rows, drawn = [], []
    for index in tqdm(sample, desc="faithfulness", disable=None):
        conversation = flagged[index]
        (report,) = scorer.score_batch([conversation], operating_point=point.name)
        if not report.spans:
            continue  # at the threshold: read on its own, int8 rounds it to the other side
        (reading,) = encode_conversations([conversation], artifact)
        below = removals(conversation, report, artifact, random) < point.threshold
        rows.append((below[0], below[1:].mean(), *_area_of(reading, artifact, random)))
        drawn.append(groups[index])
    if not rows:
        return {}
    return _summary(np.array(rows, dtype=np.float64), np.array(drawn), point.name, resampling)


def _summary(found: np.ndarray, drawn: np.ndarray, point: str, resampling: Resampling) -> dict[str, Any]:
    """Columns of `found`: whether it falls below without the top three, share of random draws, both areas."""
    return {
        "point": point,
        "conversations": len(found),
        "draws": DRAWS,
        "top_three": rate_with_interval(int(found[:, 0].sum()), len(found)),
        # Draws of one conversation are no separate trials: the interval is a bootstrap by conversation.
        "random_three": {
            **_mean(found[:, 1], drawn, resampling), "count": round(found[:, 1].sum() * DRAWS), "n": len(found) * DRAWS,
        },
        **{
            name: _mean(found[known, column], drawn[known], resampling)
            for column, name in ((2, "normalised_aopc"), (3, "normalised_aopc_random"))
            if (known := np.isfinite(found[:, column])).any()
        },
    }  # fmt: skip


def removals(
    conversation: Conversation, report: RiskReport, artifact: Artifact, random: np.random.Generator
) -> np.ndarray:
    """Highest logit of the conversation without the messages that raised the score most, then without random ones.

    Random messages are drawn from the same flagged windows, as many.

    Returns:
        float64, shape (1 + DRAWS,).
    """
    raised = sorted((item for item in report.evidence if item.delta_logit > 0), key=lambda item: -item.delta_logit)
    top = [item.message for item in raised[:TOP]]
    shown = [item.message for item in report.evidence]
    removed = [top, *(random.choice(shown, size=len(top), replace=False).tolist() for _ in range(DRAWS))]
    # Read together, the variants share their texts, and each text is encoded once.
    readings = encode_conversations([without(conversation, some) for some in removed], artifact)
    return np.array([highest_logit(reading, artifact) for reading in readings])


def without(conversation: Conversation, messages: Sequence[int]) -> Conversation:
    """The conversation as if these messages had never been sent."""
    gone = set(messages)
    return Conversation(tuple(m for index, m in enumerate(conversation.messages) if index not in gone))


def _area_of(reading: EncodedConversation, artifact: Artifact, random: np.random.Generator) -> tuple[float, float]:
    """Normalised AOPC of the evidence and of random orders, on the window with the highest logit."""
    vectors, model = reading.vectors, artifact.window_model
    window, logit = max(score_windows(vectors, artifact), key=lambda pair: pair[1])

    def masked(kept: np.ndarray) -> np.ndarray:
        return model.logits(vectors, [WindowInput(window.span, window.focus, row) for row in kept])

    by_evidence = np.argsort(-leave_one_out(model, vectors, window, logit), kind="stable")
    orders = [by_evidence, *(random.permutation(len(window.span)) for _ in range(DRAWS))]
    areas = normalised_areas(masked, orders)
    return float(areas[0]), float(areas[1:].mean())


def normalised_areas(masked: Masked, orders: Sequence[np.ndarray]) -> np.ndarray:
    """Area over the perturbation curve of each order, between the lowest and highest that any order can reach.

    AOPC is the mean drop of the logit when the first k messages of an order are hidden, k in SIZES (comprehensiveness
    in DeYoung et al. 2020). Its limits depend on model and input, so it is scaled to them (Edin et al. 2024, arXiv
    2408.08137); they are those of a greedy search, a beam of one.

    Args:
        masked: logits with messages hidden.
        orders: permutations of range(n), the messages hidden first in front.

    Returns:
        float64, shape (len(orders),), in [0, 1]; NaN where hiding makes no difference, or n is 1.
    """
    length = len(orders[0])
    sizes = [size for size in SIZES if size < length]
    if not sizes:
        return np.full(len(orders), np.nan)
    limits = [_greedy(masked, length, max(sizes), sign) for sign in (1, -1)]
    kept = np.ones((len(orders) + 2, len(sizes), length), dtype=bool)
    for row, order in enumerate([*limits, *orders]):
        for column, size in enumerate(sizes):
            kept[row, column, order[:size]] = False
    whole = masked(np.ones((1, length), dtype=bool))[0]
    areas = whole - masked(kept.reshape(-1, length)).reshape(len(kept), -1).mean(1)
    # A greedy search may miss what one of the orders reaches.
    lowest, highest = areas.min(), areas.max()
    if highest - lowest < 1e-6:
        return np.full(len(orders), np.nan)
    return np.asarray((areas[2:] - lowest) / (highest - lowest))


def _greedy(masked: Masked, length: int, steps: int, sign: int) -> np.ndarray:
    """Messages hidden one by one, each the one that lowers (sign 1) or raises (sign −1) the logit most."""
    hidden: list[int] = []
    for _ in range(steps):
        left = [message for message in range(length) if message not in hidden]
        kept = np.ones((len(left), length), dtype=bool)
        kept[:, hidden] = False
        kept[np.arange(len(left)), left] = False
        hidden.append(left[int(np.argmin(sign * masked(kept)))])
    return np.array(hidden)


def _mean(values: np.ndarray, groups: np.ndarray, resampling: Resampling) -> dict[str, float]:
    one_class = np.zeros(len(values), dtype=int)
    resampled = [weights @ values / weights.sum(1) for weights in draws(one_class, groups, resampling)]
    return metric_of(values.mean(), np.concatenate(resampled))
