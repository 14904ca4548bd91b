"""Scores for the evaluation, all of them from the shipped pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from tqdm import tqdm

from grooming_risk.conversation import Conversation, speaker_name
from grooming_risk.decision.abstention import reason_to_abstain
from grooming_risk.decision.operating_points import DEFAULT, OperatingPoint
from grooming_risk.model.artifact import Artifact
from grooming_risk.report import RiskReport
from grooming_risk.scoring.assessment import assess, score_windows
from grooming_risk.scoring.judgement import Judgement
from grooming_risk.scoring.message_encoding import EncodedConversation, encode_conversations, speaker_numbers
from grooming_risk.scoring.scorer import RiskScorer

TOGETHER = 64  # conversations read at once
# An abstention ranks below every score, since nothing would be shown for review.
ABSTAINED = -100.0


@dataclass(frozen=True, slots=True)
class Assessed:
    """What the shipped pipeline says of one conversation.

    Attributes:
        logit: highest window logit; ABSTAINED when it abstains.
        abstained: whether it does.
        strongest_tactic: highest tactic probability of any message, in [0, 1], with no window model.
        first_flags: operating point → index of the message at which it first flags; without the points that do not.
        speakers: speaker → highest logit of the windows in which the score is theirs; without those who have none.
    """

    logit: float
    abstained: bool
    strongest_tactic: float
    first_flags: Mapping[str, int]
    speakers: Mapping[str, float]


def score_all(scorer: RiskScorer, conversations: Sequence[Conversation], label: str) -> list[RiskReport]:
    """Reports without evidence, a few conversations at a time, with progress."""
    point = usual_point(scorer.artifact).name
    reports: list[RiskReport] = []
    for start in tqdm(range(0, len(conversations), TOGETHER), desc=f"score {label}", disable=None):
        some = conversations[start : start + TOGETHER]
        reports.extend(scorer.score_batch(some, operating_point=point, explain=False))
    return reports


def logit_of(report: RiskReport) -> float:
    """Highest window logit, or ABSTAINED."""
    return max((window.logit for window in report.windows), default=ABSTAINED)


def logits_of(reports: Sequence[RiskReport]) -> np.ndarray:
    """`logit_of` each report, float64, shape (n,)."""
    return np.array([logit_of(report) for report in reports], dtype=np.float64)


def usual_point(artifact: Artifact) -> OperatingPoint:
    """The default operating point, or the laxest where the artefact has no such point."""
    points = artifact.operating_points
    return points.get(DEFAULT) or min(points.values(), key=lambda point: point.threshold)


def assess_all(
    scorer: RiskScorer, conversations: Iterable[Conversation], label: str, total: int | None = None
) -> Iterator[Assessed]:
    """Assess conversations at every operating point, each read once, in constant memory, with progress.

    It is `RiskScorer.score_batch` without reading the same messages again for each operating point.
    """
    artifact = scorer.artifact
    source = iter(conversations)
    with tqdm(total=total, desc=f"score {label}", disable=None) as progress:
        while some := list(islice(source, TOGETHER)):
            readings = encode_conversations(some, artifact)
            for conversation, reading in zip(some, readings, strict=True):
                yield _assessed(conversation, reading, artifact)
            progress.update(len(some))


def highest_logit(reading: EncodedConversation, artifact: Artifact) -> float:
    """What `logit_of` gives of the report on this reading, without looking for the first flag or for evidence."""
    if reason_to_abstain(reading.statistics, artifact.abstention) is not None:
        return ABSTAINED
    return max(logit for _, logit in score_windows(reading.vectors, artifact))


def _assessed(conversation: Conversation, reading: EncodedConversation, artifact: Artifact) -> Assessed:
    lax_to_strict = sorted(artifact.operating_points.values(), key=lambda point: point.threshold)
    report = _report(reading, artifact, lax_to_strict[0])
    logit = logit_of(report)
    first_flags = {}
    for point in lax_to_strict:
        if point.flags(logit):
            found = report if point is lax_to_strict[0] else _report(reading, artifact, point)
            first_flags[point.name] = int(found.first_flag or 0)
    names = {speaker_name(number): speaker for speaker, number in speaker_numbers(conversation).items()}
    speakers: dict[str, float] = {}
    for window in report.windows:
        speaker = names[window.focus_speaker]
        speakers[speaker] = max(window.logit, speakers.get(speaker, ABSTAINED))
    abstained = report.probability is None
    return Assessed(logit, abstained, reading.statistics.strongest_tactic, first_flags, speakers)


def _report(encoded: EncodedConversation, artifact: Artifact, point: OperatingPoint) -> RiskReport:
    return assess(encoded, Judgement(artifact, point), explain=False)
