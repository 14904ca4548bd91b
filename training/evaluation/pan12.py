"""Figures on PAN12, for people who have lawful access to it: conversations, authors, earliness; no text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, tee
from pathlib import Path
from typing import cast

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from grooming_risk.decision.operating_points import OperatingPoint
from grooming_risk.scoring.scorer import RiskScorer
from training.evaluation.baselines import Score, keyword_rules
from training.evaluation.early_detection import Detections, Signs, early_results, latency
from training.evaluation.estimates import Estimate
from training.evaluation.metrics import Resampling, draws, metric_of, rate_of
from training.evaluation.own import labelled_results
from training.evaluation.ranking import has_both_classes, ranking, select_metrics
from training.evaluation.results import AuthorRates, Authors, Pan12
from training.evaluation.scoring import ABSTAINED, Assessed, assess_all
from training.sources.pan12 import Pan12Conversation, read_pan12

CONVERSATIONS_IN_MEMORY = 256  # of the corpus, at once
BETA = 0.5  # of the author task (Inches & Crestani 2012), where a false name costs more than a missed one


@dataclass(frozen=True, slots=True)
class _Scored:
    """What is kept of one conversation: numbers and the author identifiers of the corpus, but no message."""

    label: int
    authors: tuple[str, ...]
    listed: frozenset[str]
    first_listed_message: int
    latencies: Mapping[str, int]
    assessed: Assessed
    rivals: tuple[float, ...]


def pan12_results(
    scorer: RiskScorer, folder: Path, resampling: Resampling, baselines: Mapping[str, Score] | None = None
) -> Pan12:
    """Compute the figures of `labelled_results`, those by author, and early detection, in constant memory.

    A conversation is positive when a listed author takes part. Conversations that share an author are drawn together.

    Args:
        scorer: The shipped scorer.
        folder: Training or test folder of the corpus.
        resampling: Number of resamples, and their seed.
        baselines: Fitted baselines; None for the keyword rules alone, which need no fitting.

    Returns:
        All figures.

    Raises:
        ValueError: The folder does not hold the corpus; the message contains none of its text.
    """
    scores = dict(baselines or {"keyword_rules": keyword_rules})
    rows = list(_scored(scorer, read_pan12(folder), scores))
    points = scorer.artifact.operating_points
    labels, logits = np.array([row.label for row in rows]), np.array([row.assessed.logit for row in rows])
    groups = components([row.authors for row in rows])
    rivals = {name: np.array([row.rivals[place] for row in rows]) for place, name in enumerate(scores)}
    rivals["max_of_tactics"] = np.array([row.assessed.strongest_tactic for row in rows])
    found = {
        **labelled_results(labels, logits, groups, points, rivals, resampling),
        "abstained": sum(row.assessed.abstained for row in rows),
        "authors": _author_results(rows, groups, points, resampling),
    }
    results = cast(Pan12, found)
    if has_both_classes(labels):
        signs = Signs(np.array([row.first_listed_message for row in rows]), np.full(len(rows), -1))
        detections = {name: _detections(rows, name) for name in points}
        results["early_detection"] = early_results(labels, groups, detections, signs, resampling)
    return results


def components(authors: Iterable[tuple[str, ...]]) -> np.ndarray:
    """Group conversations that are linked by shared authors, directly or through other conversations.

    Args:
        authors: Who takes part in each of n conversations.

    Returns:
        Number of the group of each conversation, int, shape (n,).
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


def _scored(scorer: RiskScorer, source: Iterator[Pan12Conversation], scores: Mapping[str, Score]) -> Iterator[_Scored]:
    kept, asked = tee(source)
    pairs = zip(kept, assess_all(scorer, (item.conversation for item in asked), "PAN12"), strict=True)
    while found := list(islice(pairs, CONVERSATIONS_IN_MEMORY)):
        columns = [score([item.conversation for item, _ in found]) for score in scores.values()]
        for place, (item, assessed) in enumerate(found):
            messages = item.conversation.messages
            yield _Scored(
                label=item.label,
                authors=tuple({message.speaker for message in messages}),
                listed=item.listed_authors,
                first_listed_message=min(item.listed_messages, default=-1),
                latencies={point: latency(messages, index) for point, index in assessed.first_flags.items()},
                assessed=assessed,
                rivals=tuple(float(column[place]) for column in columns),
            )


def _detections(rows: list[_Scored], point: str) -> Detections:
    return Detections(
        np.array([row.latencies.get(point, 0) for row in rows]),
        np.array([row.assessed.first_flags.get(point, -1) for row in rows]),
    )


def _author_results(
    rows: list[_Scored], groups: np.ndarray, points: Mapping[str, OperatingPoint], resampling: Resampling
) -> Authors:
    """Rank authors by the highest logit of all windows in which they are the focus speaker."""
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
    logits, drawn = np.array(list(highest.values())), np.array(list(group_of.values()))
    metrics = select_metrics("auroc", "average_precision")
    ranked = ranking(labels, logits, drawn, resampling, metrics) if has_both_classes(labels) else {}
    by_point: dict[str, AuthorRates] = {}
    for name, point in points.items():
        flagged = logits >= point.threshold
        by_point[name] = {"f0.5": _f_beta(labels, flagged, drawn, resampling)}
        if labels.any():
            by_point[name]["recall"] = rate_of(flagged[labels == 1])
        if flagged.any():
            by_point[name]["precision"] = rate_of(labels[flagged] == 1)
    results = {"n": len(labels), "positives": int(labels.sum()), **ranked, "operating_points": by_point}
    return cast(Authors, results)


def _f_beta(labels: np.ndarray, flagged: np.ndarray, groups: np.ndarray, resampling: Resampling) -> Estimate:
    """Return (1 + β²)PR / (β²P + R), 0 when nothing is found; it depends on the share of listed authors."""

    def figures(weights: np.ndarray) -> np.ndarray:
        hits, missed, false = (
            weights[:, chosen].sum(1)
            for chosen in ((labels == 1) & flagged, (labels == 1) & ~flagged, (labels == 0) & flagged)
        )
        weighted = (1 + BETA**2) * hits
        return np.asarray(weighted / np.maximum(weighted + BETA**2 * missed + false, BETA**2))

    whole = figures(np.ones((1, len(labels)), dtype=np.int32))[0]
    return metric_of(whole, np.concatenate([figures(weights) for weights in draws(labels, groups, resampling)]))
