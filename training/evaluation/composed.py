"""Figures on composed test conversations: ranking beside its baselines, calibration, slices, hard negatives, earliness.

What is composed flatters: these figures compare models and slices, they do not say what is found among real ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grooming_risk.decision.operating_points import OperatingPoint
from grooming_risk.model.artifact import Artifact
from training.composer.compose import digest
from training.composer.composed import Composed
from training.evaluation.baselines import Score
from training.evaluation.benign import Benign
from training.evaluation.curves import curve, reliability
from training.evaluation.early_detection import Detections, Signs, early_results, latency
from training.evaluation.metrics import (
    Resampling,
    adaptive_calibration_error,
    auroc,
    brier_skill,
    rate_of,
    with_interval,
)
from training.evaluation.ranking import both, ranking, some
from training.evaluation.scoring import Assessed

GENERATED = ("counterfactual", "carrier")  # kinds whose negatives are made with look-alikes
AUTHORED = "authored"  # carriers that are dialogues of the corpus, all of their families together
SLICE = some("auroc", "average_precision", "recall_at_1_percent_false_flags")
HARD = some("auroc", "recall_at_1_percent_false_flags")


@dataclass(frozen=True, slots=True)
class ScoredSet:
    """Composed conversations with what the shipped pipeline says of each, in the same order."""

    items: list[Composed] = field(repr=False)
    assessed: list[Assessed]

    @property
    def labels(self) -> np.ndarray:
        """int, shape (n,)."""
        return np.array([item.label for item in self.items])

    @property
    def groups(self) -> np.ndarray:
        """Carrier or dialogue of each, shape (n,)."""
        return np.array([item.group for item in self.items])

    @property
    def logits(self) -> np.ndarray:
        """Highest window logits, float64, shape (n,)."""
        return np.array([item.logit for item in self.assessed])


def composed_results(
    scored: ScoredSet, artifact: Artifact, baselines: Mapping[str, Score], real_sources: frozenset[str],
    resampling: Resampling,
) -> dict[str, Any]:  # fmt: skip
    """Ranking, calibration, recall and slices.

    Args:
        scored: the test set.
        artifact: whose calibration and thresholds are measured.
        baselines: fitted; each scores the same conversations.
        real_sources: names of the carriers' sources that are public conversations.
        resampling: of the intervals.
    """
    labels, groups, logits = scored.labels, scored.groups, scored.logits
    prevalence = float(labels.mean())
    probabilities = np.array([artifact.calibrator.probability(logit, prevalence) for logit in logits])
    results: dict[str, Any] = {
        "n": len(labels), "positives": int(labels.sum()), "prevalence": prevalence, "digest": digest(scored.items),
        "abstained": sum(item.abstained for item in scored.assessed),
        **ranking(labels, logits, groups, resampling),
    }  # fmt: skip
    for name, metric in (("adaptive_calibration_error", adaptive_calibration_error), ("brier_skill", brier_skill)):
        results[name] = with_interval(metric, labels, probabilities, groups, resampling.resamples, resampling.seed)
    kinds = np.array([item.kind for item in scored.items])
    results["kinds"] = {
        kind: auroc(labels[chosen], logits[chosen])
        for kind in GENERATED
        if both(labels[chosen := (kinds == kind) | (labels == 0)])
    }
    points = artifact.operating_points
    results["operating_points"] = rates(logits[labels == 1], points)
    conversations = [item.conversation() for item in scored.items]
    rivals = {name: score(conversations) for name, score in baselines.items()}
    rivals["max_of_tactics"] = np.array([item.strongest_tactic for item in scored.assessed])
    results["baselines"] = {name: ranking(labels, scores, groups, resampling) for name, scores in rivals.items()}
    results["languages"] = language_results(scored, points, resampling)
    results["sources"], results["contexts"] = _recall_by_source(scored, points, real_sources)
    results["reliability"], results["curve"] = reliability(labels, probabilities), curve(labels, logits)
    return results


def rates(logits: np.ndarray, points: Mapping[str, OperatingPoint]) -> dict[str, Any]:
    """Share of these conversations that each operating point flags; {} of none."""
    return {name: rate_of(logits >= point.threshold) for name, point in points.items()} if len(logits) else {}


def language_results(scored: ScoredSet, points: Mapping[str, OperatingPoint], resampling: Resampling) -> dict[str, Any]:
    """Ranking, recall and false flags of each language that has positives and negatives."""
    labels, groups, logits = scored.labels, scored.groups, scored.logits
    languages = np.array([item.language for item in scored.items])
    results: dict[str, Any] = {}
    for language in sorted(set(languages)):
        rows = languages == language
        if not both(labels[rows]):
            continue
        recall, false_flags = (rates(logits[rows & (labels == label)], points) for label in (1, 0))
        results[str(language)] = {
            "n": int(rows.sum()), "positives": int(labels[rows].sum()),
            **ranking(labels[rows], logits[rows], groups[rows], resampling, SLICE),
            "operating_points": {
                name: {"recall": recall[name], "false_flags": false_flags[name]} for name in points
            },
        }  # fmt: skip
    return results


def hard_negative_results(scored: ScoredSet, benign: Sequence[Benign], resampling: Resampling) -> dict[str, Any]:
    """Composed positives of each language against its hard negatives only.

    These are composed from the same carriers and dialogues with look-alikes, or are whole authored hard dialogues.
    """
    rows = [
        (item.language, item.label, item.group, assessed.logit)
        for item, assessed in zip(scored.items, scored.assessed, strict=True)
        if item.label or item.kind in GENERATED
    ]
    rows += [(item.language, 0, item.group, item.logit) for item in benign if item.hard]
    results: dict[str, Any] = {}
    for language in sorted({row[0] for row in rows}):
        _, labels, groups, logits = map(np.array, zip(*(row for row in rows if row[0] == language), strict=True))
        if both(labels):
            results[language] = {
                "n": len(labels), "positives": int(labels.sum()), **ranking(labels, logits, groups, resampling, HARD),
            }  # fmt: skip
    return results


def early_composed(scored: ScoredSet, points: Mapping[str, OperatingPoint], resampling: Resampling) -> dict[str, Any]:
    """Early detection; the warning signs stand where the composer put them."""
    detections = {name: _detections(scored, name) for name in points}
    firsts, seconds = zip(*(_signs(item) for item in scored.items), strict=True)
    signs = Signs(np.array(firsts), np.array(seconds))
    return early_results(scored.labels, scored.groups, detections, signs, resampling)


def _detections(scored: ScoredSet, point: str) -> Detections:
    index = np.array([item.first_flags.get(point, -1) for item in scored.assessed])
    latencies = [
        latency(item.messages, int(at)) if at >= 0 else 0 for item, at in zip(scored.items, index, strict=True)
    ]
    return Detections(np.array(latencies), index)


def _signs(item: Composed) -> tuple[int, int]:
    """Index of the first tactic line and of the first one with a second tactic; -1 where there is none."""
    first = next(iter(item.tactic_messages), (-1, ""))
    return first[0], next((index for index, tactic in item.tactic_messages if tactic != first[1]), -1)


def _recall_by_source(
    scored: ScoredSet, points: Mapping[str, OperatingPoint], real_sources: frozenset[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Recall by source of the carriers, and by context family of those that are authored."""
    labels, logits = scored.labels, scored.logits
    names = np.array([item.source for item in scored.items])
    real = np.isin(names, sorted(real_sources))
    sources = np.where(real, names, AUTHORED)
    found = []
    for slices, among in ((sources, labels == 1), (names, (labels == 1) & ~real)):
        found.append(
            {str(name): rates(logits[among & (slices == name)], points) for name in sorted(set(slices[among]))}
        )
    return found[0], found[1]
