"""Figures on PAN-2012, for those who have lawful access to it: conversations, authors, earliness; no text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, tee
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from grooming_risk.decision.operating_points import OperatingPoint
from grooming_risk.scoring.scorer import RiskScorer
from training.evaluation.baselines import Score, keyword_rules
from training.evaluation.early_detection import Detections, Signs, early_results, latency
from training.evaluation.metrics import Resampling, draws, metric_of, rate_of
from training.evaluation.own import labelled_results
from training.evaluation.ranking import both, ranking, some
from training.evaluation.scoring import ABSTAINED, Assessed, assess_all
from training.sources.pan12 import Pan12Conversation, read_pan12

TOGETHER = 256  # conversations of the corpus that are in memory at once
BETA = 0.5  # of the author task (Inches & Crestani 2012): a false name costs more than a missed one


@dataclass(frozen=True, slots=True)
class _Row:
    """What is kept of one conversation: numbers and the corpus's own author ids, no message."""

    label: int
    authors: tuple[str, ...]
    listed: frozenset[str]
    first_listed_message: int
    latencies: Mapping[str, int]
    assessed: Assessed
    rivals: tuple[float, ...]


def pan12_results(
    scorer: RiskScorer, folder: Path, resampling: Resampling, baselines: Mapping[str, Score] | None = None
) -> dict[str, Any]:
    """The figures of `evaluate_own`, those by author, and early detection, read in constant memory.

    A conversation is positive when a listed author takes part. Conversations that share an author are drawn together.

    Args:
        scorer: the shipped scorer.
        folder: training or test folder of the corpus.
        resampling: of the intervals.
        baselines: fitted ones; only the keyword rules, which need no fitting, when None.

    Raises:
        ValueError: the folder does not hold the corpus; nothing of its text is in the message.
    """
    scores = dict(baselines or {"keyword_rules": keyword_rules})
    rows = list(_rows(scorer, read_pan12(folder), scores))
    points = scorer.artifact.operating_points
    labels, logits = np.array([row.label for row in rows]), np.array([row.assessed.logit for row in rows])
    groups = components([row.authors for row in rows])
    rivals = {name: np.array([row.rivals[place] for row in rows]) for place, name in enumerate(scores)}
    rivals["max_of_tactics"] = np.array([row.assessed.strongest_tactic for row in rows])
    results = labelled_results(labels, logits, groups, points, rivals, resampling)
    results["abstained"] = sum(row.assessed.abstained for row in rows)
    results["authors"] = _author_results(rows, groups, points, resampling)
    if both(labels):
        signs = Signs(np.array([row.first_listed_message for row in rows]), np.full(len(rows), -1))
        detections = {name: _detections(rows, name) for name in points}
        results["early_detection"] = early_results(labels, groups, detections, signs, resampling)
    return results


def components(authors: Iterable[tuple[str, ...]]) -> np.ndarray:
    """Number of the group of each conversation: those linked by shared authors, however far, are one group.

    Args:
        authors: who takes part in each of n conversations.

    Returns:
        int, shape (n,).
    """
    talks: list[int] = []
    people: list[int] = []
    numbers: dict[str, int] = {}
    count = 0
    for names in authors:
        talks += [count] * len(names)
        people += [numbers.setdefault(name, len(numbers)) for name in names]
        count += 1
    size = count + len(numbers)
    links = coo_array((np.ones(len(talks)), (talks, np.array(people, dtype=int) + count)), shape=(size, size))
    return np.asarray(connected_components(links, directed=False)[1][:count])


def _rows(scorer: RiskScorer, source: Iterator[Pan12Conversation], scores: Mapping[str, Score]) -> Iterator[_Row]:
    kept, asked = tee(source)
    pairs = zip(kept, assess_all(scorer, (item.conversation for item in asked), "PAN12"), strict=True)
    while found := list(islice(pairs, TOGETHER)):
        columns = [score([item.conversation for item, _ in found]) for score in scores.values()]
        for place, (item, assessed) in enumerate(found):
            messages = item.conversation.messages
            yield _Row(
                label=item.label,
                authors=tuple({message.speaker for message in messages}),
                listed=item.listed_authors,
                first_listed_message=min(item.listed_messages, default=-1),
                latencies={point: latency(messages, index) for point, index in assessed.first_flags.items()},
                assessed=assessed,
                rivals=tuple(float(column[place]) for column in columns),
            )


def _detections(rows: list[_Row], point: str) -> Detections:
    return Detections(
        np.array([row.latencies.get(point, 0) for row in rows]),
        np.array([row.assessed.first_flags.get(point, -1) for row in rows]),
    )


def _author_results(
    rows: list[_Row], groups: np.ndarray, points: Mapping[str, OperatingPoint], resampling: Resampling
) -> dict[str, Any]:
    """The author task: an author's score is the highest logit of the windows, anywhere, whose score is theirs."""
    highest: dict[str, float] = {}
    group_of: dict[str, int] = {}
    listed: set[str] = set()
    for row, group in zip(rows, groups, strict=True):
        listed |= row.listed
        for author in row.authors:
            logit = row.assessed.speakers.get(author, ABSTAINED)
            highest[author] = max(logit, highest.get(author, ABSTAINED))
            group_of[author] = int(group)
    labels = np.array([author in listed for author in highest], dtype=int)
    logits = np.array(list(highest.values()))
    results: dict[str, Any] = {"n": len(labels), "positives": int(labels.sum()), "operating_points": {}}
    if both(labels):
        results |= ranking(
            labels, logits, np.array([*group_of.values()]), resampling, some("auroc", "average_precision")
        )
    for name, point in points.items():
        flagged = logits >= point.threshold
        found: dict[str, Any] = {"f0.5": _f_beta(labels, flagged, np.array([*group_of.values()]), resampling)}
        if labels.any():
            found["recall"] = rate_of(flagged[labels == 1])
        if flagged.any():
            found["precision"] = rate_of(labels[flagged] == 1)
        results["operating_points"][name] = found
    return results


def _f_beta(labels: np.ndarray, flagged: np.ndarray, groups: np.ndarray, resampling: Resampling) -> dict[str, float]:
    """(1 + β²)PR / (β²P + R), 0 when nothing is found; precision and recall depend on the share of listed authors."""

    def figures(weights: np.ndarray) -> np.ndarray:
        hits, missed, false = (
            weights[:, chosen].sum(1)
            for chosen in ((labels == 1) & flagged, (labels == 1) & ~flagged, (labels == 0) & flagged)
        )
        weighted = (1 + BETA**2) * hits
        return np.asarray(weighted / np.maximum(weighted + BETA**2 * missed + false, BETA**2))

    whole = figures(np.ones((1, len(labels)), dtype=np.int32))[0]
    return metric_of(whole, np.concatenate([figures(weights) for weights in draws(labels, groups, resampling)]))
