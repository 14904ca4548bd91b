"""Whether the messages that a report shows as evidence carry the score, by two measures on flagged conversations.

Removal: the conversation is scored again without the three messages that raised the logit most, and again without three
random ones. Is it still flagged? This uses the whole shipped path, because joining of short messages, windows and time
gaps all change when a message is missing.

Perturbation: the normalised area over the perturbation curve of the window with the highest logit, with messages hidden
as leave-one-out hides them (`WindowInput.kept`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from tqdm import tqdm

from grooming_risk.conversation import Conversation
from grooming_risk.model.artifact import Artifact
from grooming_risk.model.window_model import WindowInput
from grooming_risk.report import RiskReport
from grooming_risk.scoring.leave_one_out import leave_one_out
from grooming_risk.scoring.message_encoding import EncodedConversation, encode_conversations
from grooming_risk.scoring.scorer import RiskScorer
from grooming_risk.scoring.window_scores import score_windows
from training.evaluation.estimates import Estimate, Rate
from training.evaluation.metrics import Resampling, mean_with_interval, rate_with_interval
from training.evaluation.results import Faithfulness
from training.evaluation.scoring import highest_logit, usual_point

CONVERSATIONS = 300  # sampled at most
DRAWS = 20  # random removals of each conversation
TOP = 3  # messages removed: as many as the table of `grooming-risk score` shows
SIZES = (1, 3, 5)  # messages hidden along the perturbation curve

# Which of n messages are kept, bool, shape (m, n) → logits, shape (m,).
Masked = Callable[[np.ndarray], np.ndarray]


def faithfulness_results(
    scorer: RiskScorer, flagged: Sequence[Conversation], groups: Sequence[str], resampling: Resampling
) -> Faithfulness:
    """Compute both measures at the usual operating point.

    Args:
        scorer: The shipped scorer.
        flagged: Conversations that the point flags; at most CONVERSATIONS of them are sampled.
        groups: The unit that the bootstrap draws, one for each conversation.
        resampling: Number of resamples, and their seed.

    Returns:
        Both measures; empty when nothing is flagged.
    """
    random = np.random.default_rng(resampling.seed)
    sample = np.sort(random.permutation(len(flagged))[:CONVERSATIONS])
    point, artifact = usual_point(scorer.artifact), scorer.artifact
    rows, drawn = [], []
    for index in tqdm(sample, desc="faithfulness", disable=None):
        conversation = flagged[index]
        (report,) = scorer.score_batch([conversation], operating_point=point.name)
        if not report.spans:
            continue  # near the threshold: scored on its own, int8 rounding moves it below
        (reading,) = encode_conversations([conversation], artifact)
        below = removals(conversation, report, artifact, random) < point.threshold
        rows.append((below[0], below[1:].mean(), *_area_of(reading, artifact, random)))
        drawn.append(groups[index])
    if not rows:
        return {}
    return _summary(np.array(rows, dtype=np.float64), np.array(drawn), point.name, resampling)


def _summary(found: np.ndarray, drawn: np.ndarray, point: str, resampling: Resampling) -> Faithfulness:
    """Summarize rows of (falls below without the top three, share of draws that fall below, area, random area)."""
    summary: Faithfulness = {
        "point": point,
        "conversations": len(found),
        "draws": DRAWS,
        "top_three": rate_with_interval(int(found[:, 0].sum()), len(found)),
        "random_three": _random_rate(found[:, 1], drawn, resampling),
    }
    if area := _known_mean(found[:, 2], drawn, resampling):
        summary["normalised_aopc"] = area
    if area := _known_mean(found[:, 3], drawn, resampling):
        summary["normalised_aopc_random"] = area
    return summary


def _random_rate(shares: np.ndarray, drawn: np.ndarray, resampling: Resampling) -> Rate:
    """Return the rate over all draws; those of one conversation depend on each other, so it is bootstrapped."""
    count, total = round(shares.sum() * DRAWS), len(shares) * DRAWS
    return {**mean_with_interval(shares, drawn, resampling), "count": count, "n": total}


def _known_mean(values: np.ndarray, drawn: np.ndarray, resampling: Resampling) -> Estimate | None:
    """Return the mean of the finite values, or None where there are none."""
    known = np.isfinite(values)
    return mean_with_interval(values[known], drawn[known], resampling) if known.any() else None


def removals(
    conversation: Conversation, report: RiskReport, artifact: Artifact, random: np.random.Generator
) -> np.ndarray:
    """Score a conversation again without the messages that raised the logit most, then without random ones.

    Args:
        conversation: A flagged conversation.
        report: Its report, with evidence.
        artifact: The artefact that scores it.
        random: Draws as many random messages from the same flagged windows, DRAWS times.

    Returns:
        Highest logits, float64, shape (1 + DRAWS,).
    """
    raised = sorted((item for item in report.evidence if item.delta_logit > 0), key=lambda item: -item.delta_logit)
    top = [item.message for item in raised[:TOP]]
    shown = [item.message for item in report.evidence]
    removed = [top, *(random.choice(shown, size=len(top), replace=False).tolist() for _ in range(DRAWS))]
    # Read together, the variants share their texts, and each text is encoded once.
    readings = encode_conversations([without(conversation, messages) for messages in removed], artifact)
    return np.array([highest_logit(reading, artifact) for reading in readings])


def without(conversation: Conversation, messages: Sequence[int]) -> Conversation:
    """Return the conversation as if these messages had never been sent."""
    gone = set(messages)
    return Conversation(tuple(m for index, m in enumerate(conversation.messages) if index not in gone))


def _area_of(reading: EncodedConversation, artifact: Artifact, random: np.random.Generator) -> tuple[float, float]:
    """Return the normalised AOPC of the evidence and of random orders, for the window with the highest logit."""
    vectors, model = reading.vectors, artifact.window_model
    window, logit = max(score_windows(vectors, artifact), key=lambda pair: pair[1])

    def masked(kept: np.ndarray) -> np.ndarray:
        return model.logits(vectors, [WindowInput(window.rows, window.focus, row) for row in kept])

    by_evidence = np.argsort(-leave_one_out(model, vectors, window, logit), kind="stable")
    orders = [by_evidence, *(random.permutation(len(window.rows)) for _ in range(DRAWS))]
    areas = normalised_areas(masked, orders)
    return float(areas[0]), float(areas[1:].mean())


def normalised_areas(masked: Masked, orders: Sequence[np.ndarray]) -> np.ndarray:
    """Compute the normalised area over the perturbation curve (AOPC) of each order.

    AOPC is the mean drop of the logit when the first k messages of an order are hidden, k in SIZES (comprehensiveness
    in DeYoung et al. 2020). Its limits depend on model and input, so it is scaled to them (Edin et al. 2024, arXiv
    2408.08137). The limits come from a greedy search, that is, a beam of one.

    Args:
        masked: Computes logits with messages hidden.
        orders: Permutations of range(n); the first messages are hidden first.

    Returns:
        float64, shape (len(orders),), in [0, 1]; NaN where hiding makes no difference or n is 1.
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
    # One of the orders may exceed the limits that the greedy search found.
    lowest, highest = areas.min(), areas.max()
    if highest - lowest < 1e-6:
        return np.full(len(orders), np.nan)
    return np.asarray((areas[2:] - lowest) / (highest - lowest))


def _greedy(masked: Masked, length: int, steps: int, sign: int) -> np.ndarray:
    """Return messages in the order in which hiding one more lowers (sign 1) or raises (sign −1) the logit most."""
    hidden: list[int] = []
    for _ in range(steps):
        left = [message for message in range(length) if message not in hidden]
        kept = np.ones((len(left), length), dtype=bool)
        kept[:, hidden] = False
        kept[np.arange(len(left)), left] = False
        hidden.append(left[int(np.argmin(sign * masked(kept)))])
    return np.array(hidden)
