"""Logits and flags for the evaluation, all computed by the shipped pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from tqdm import tqdm

from grooming_risk.conversation import Conversation
from grooming_risk.decision.operating_points import DEFAULT, OperatingPoint
from grooming_risk.limits import speaker_numbers
from grooming_risk.model.artifact import Artifact
from grooming_risk.report import RiskReport
from grooming_risk.scoring.assessment import decide, first_reaching
from grooming_risk.scoring.judgement import Judgement
from grooming_risk.scoring.leave_one_out import live_logits
from grooming_risk.scoring.message_encoding import EncodedConversation, encode_conversations
from grooming_risk.scoring.scorer import RiskScorer
from grooming_risk.scoring.window_scores import DECIMALS
from grooming_risk.tactics import Tactic
from training.models import CONVERSATIONS_AT_ONCE

# Abstentions rank below every logit: such a conversation would not be shown for review.
ABSTAINED = -100.0


@dataclass(frozen=True, slots=True)
class Assessed:
    """Assessment of one conversation by the shipped pipeline.

    Attributes:
        logit: Highest window logit; ABSTAINED if the model abstains.
        abstained: Whether the model abstains.
        strongest_tactic: Highest tactic probability of any message, in [0, 1], without the window model.
        first_flags: Operating point → index of the message at which it first flags; only points that flag.
        speakers: Speaker → highest logit of the windows that focus on them; only speakers with such windows.
    """

    logit: float
    abstained: bool
    strongest_tactic: float
    first_flags: Mapping[str, int]
    speakers: Mapping[str, float]


def score_all(scorer: RiskScorer, conversations: Sequence[Conversation], label: str) -> list[RiskReport]:
    """Return reports without evidence, scoring a few conversations at a time, with a progress bar."""
    point = usual_point(scorer.artifact).name
    reports: list[RiskReport] = []
    for start in tqdm(range(0, len(conversations), CONVERSATIONS_AT_ONCE), desc=f"score {label}", disable=None):
        batch = conversations[start : start + CONVERSATIONS_AT_ONCE]
        reports.extend(scorer.score_batch(batch, operating_point=point, explain=False))
    return reports


def logit_of(report: RiskReport) -> float:
    """Return the highest window logit, or ABSTAINED."""
    return max((window.logit for window in report.windows), default=ABSTAINED)


def usual_point(artifact: Artifact) -> OperatingPoint:
    """Return the default operating point, or the laxest if the artefact lacks it."""
    points = artifact.operating_points
    return points.get(DEFAULT) or min(points.values(), key=lambda point: point.threshold)


def assess_all(
    scorer: RiskScorer, conversations: Iterable[Conversation], label: str, total: int | None = None
) -> Iterator[Assessed]:
    """Assess conversations at every operating point, reading each once, in constant memory, with a progress bar.

    The results equal those of `RiskScorer.score_batch`, which would read the messages again for each operating point.

    Args:
        scorer: The shipped scorer.
        conversations: Any number of conversations.
        label: What the progress bar calls them.
        total: Number of conversations, if known.

    Yields:
        One assessment for each conversation, in order.
    """
    artifact = scorer.artifact
    source = iter(conversations)
    with tqdm(total=total, desc=f"score {label}", disable=None) as progress:
        while batch := list(islice(source, CONVERSATIONS_AT_ONCE)):
            readings = encode_conversations(batch, artifact)
            for conversation, reading in zip(batch, readings, strict=True):
                yield _assessed(conversation, reading, artifact)
            progress.update(len(batch))


def highest_logit(reading: EncodedConversation, artifact: Artifact) -> float:
    """Return `logit_of` of the report on this reading, without computing the first flag or the evidence."""
    decision = decide(reading.vectors, Judgement(artifact, usual_point(artifact)))
    return ABSTAINED if decision.reason is not None else max(logit for _, logit in decision.scored)


def highest_logits(scorer: RiskScorer, conversations: Sequence[Conversation], label: str) -> np.ndarray:
    """Return `highest_logit` of each conversation, float64, shape (n,), a few at a time, with a progress bar."""
    found: list[float] = []
    for start in tqdm(range(0, len(conversations), CONVERSATIONS_AT_ONCE), desc=f"score {label}", disable=None):
        readings = encode_conversations(conversations[start : start + CONVERSATIONS_AT_ONCE], scorer.artifact)
        found += [highest_logit(reading, scorer.artifact) for reading in readings]
    return np.array(found, dtype=np.float64)


def strongest_tactic(reading: EncodedConversation) -> float:
    """Return the highest tactic probability of any message, in [0, 1]; 0 without text."""
    if not len(reading.vectors):
        return 0.0
    return float(1 / (1 + np.exp(-reading.vectors.logits[:, : len(Tactic)].max())))


def _assessed(conversation: Conversation, reading: EncodedConversation, artifact: Artifact) -> Assessed:
    vectors, model, size = reading.vectors, artifact.window_model, artifact.window_spec.size
    lax_to_strict = sorted(artifact.operating_points.values(), key=lambda point: point.threshold)
    # What is flagged at a stricter point is flagged at the laxest too.
    first = decide(vectors, Judgement(artifact, lax_to_strict[0]))
    abstained = first.reason is not None
    logit = ABSTAINED if abstained else max(logit for _, logit in first.scored)
    first_flags: dict[str, int] = {}
    live: dict[int, np.ndarray] = {}
    for point in lax_to_strict:
        window = next((pair[0] for pair, _ in first.flags if point.flags(pair[1])), None)
        if window is not None and not abstained:
            end = int(window.rows[-1])
            if end not in live:
                live[end] = np.round(live_logits(model, vectors, window, size), DECIMALS)
            first_flags[point.name] = first_reaching(live[end], window, vectors, point.threshold)
    written = [message.speaker for message in conversation]
    names = dict(zip(speaker_numbers(written), written, strict=True))
    speakers: dict[str, float] = {}
    for scored, found in () if abstained else first.scored:
        speaker = names[scored.focus]
        speakers[speaker] = max(found, speakers.get(speaker, ABSTAINED))
    return Assessed(logit, abstained, strongest_tactic(reading), first_flags, speakers)
