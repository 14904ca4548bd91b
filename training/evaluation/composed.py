"""Figures on composed test conversations: ranking and baselines, calibration, slices, hard negatives, earliness.

Composed conversations are easier than real ones. These figures compare models and slices; they do not say how much is
found in real conversations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from grooming_risk.decision.operating_points import OperatingPoint
from grooming_risk.model.artifact import Artifact
from training.composer.compose import digest
from training.composer.composed import Composed
from training.evaluation.baselines import Score
from training.evaluation.benign import Benign
from training.evaluation.curves import curve, reliability
from training.evaluation.early_detection import Detections, Signs, early_results, latency
from training.evaluation.estimates import Estimate, LanguageSlice, PointRates, Ranking, Slice
from training.evaluation.metrics import (
    Metric,
    Resampling,
    adaptive_calibration_error,
    auroc,
    brier_skill,
    rates,
    recall_and_false_flags,
    with_interval,
)
from training.evaluation.ranking import has_both_classes, ranking, select_metrics
from training.evaluation.results import ComposedFigures, EarlyDetection
from training.evaluation.scoring import Assessed

GENERATED = ("counterfactual", "carrier")  # kinds whose negatives are made with look-alikes
AUTHORED = "authored"  # carriers that are dialogues of the corpus, of all families together
SLICE = select_metrics("auroc", "average_precision", "recall_at_1_percent_false_flags")
HARD = select_metrics("auroc", "recall_at_1_percent_false_flags")


@dataclass(frozen=True, slots=True)
class ScoredSet:
    """Composed conversations and the assessment of each by the shipped pipeline, in the same order."""

    items: list[Composed] = field(repr=False)
    assessed: list[Assessed]

    @property
    def labels(self) -> np.ndarray:
        """Labels, int, shape (n,)."""
        return np.array([item.label for item in self.items])

    @property
    def groups(self) -> np.ndarray:
        """Carrier or dialogue of each conversation, shape (n,)."""
        return np.array([item.group for item in self.items])

    @property
    def logits(self) -> np.ndarray:
        """Highest window logits, float64, shape (n,)."""
        return np.array([item.logit for item in self.assessed])


def composed_results(
    scored: ScoredSet,
    artifact: Artifact,
    baselines: Mapping[str, Score],
    real_sources: frozenset[str],
    resampling: Resampling,
) -> ComposedFigures:
    """Compute ranking, calibration, recall and slices.

    Args:
        scored: The test set.
        artifact: The artefact whose calibration and thresholds are measured.
        baselines: Fitted baselines; each scores the same conversations.
        real_sources: Carrier sources that are public conversations.
        resampling: Number of resamples, and their seed.

    Returns:
        All figures on composed conversations, except hard negatives and early detection.
    """
    labels, groups, logits = scored.labels, scored.groups, scored.logits
    prevalence = float(labels.mean())
    probabilities = np.array([artifact.calibrator.probability(logit, prevalence) for logit in logits])
    points = artifact.operating_points

    def calibrated(metric: Metric) -> Estimate:
        return with_interval(metric, labels, probabilities, groups, resampling.resamples, resampling.seed)

    sources, contexts = _recall_by_source(scored, points, real_sources)
    return {
        "n": len(labels),
        "positives": int(labels.sum()),
        "prevalence": prevalence,
        "digest": digest(scored.items),
        "abstained": sum(item.abstained for item in scored.assessed),
        **ranking(labels, logits, groups, resampling),
        "adaptive_calibration_error": calibrated(adaptive_calibration_error),
        "brier_skill": calibrated(brier_skill),
        "kinds": _auroc_by_kind(scored),
        "operating_points": rates(logits[labels == 1], points),
        "baselines": _baseline_results(scored, baselines, resampling),
        "languages": language_results(scored, points, resampling),
        "sources": sources,
        "contexts": contexts,
        "reliability": reliability(labels, probabilities),
        "curve": curve(labels, logits),
    }


def _auroc_by_kind(scored: ScoredSet) -> dict[str, float]:
    """Return the AUROC of the positives of each generated kind against all negatives."""
    labels, logits = scored.labels, scored.logits
    kinds = np.array([item.kind for item in scored.items])
    return {
        kind: auroc(labels[chosen], logits[chosen])
        for kind in GENERATED
        if has_both_classes(labels[chosen := (kinds == kind) | (labels == 0)])
    }


def _baseline_results(scored: ScoredSet, baselines: Mapping[str, Score], resampling: Resampling) -> dict[str, Ranking]:
    """Rank the conversations by each baseline, and by the strongest tactic of any message."""
    conversations = [item.conversation() for item in scored.items]
    rivals = {name: score(conversations) for name, score in baselines.items()}
    rivals["max_of_tactics"] = np.array([item.strongest_tactic for item in scored.assessed])
    return {name: ranking(scored.labels, scores, scored.groups, resampling) for name, scores in rivals.items()}


def language_results(
    scored: ScoredSet, points: Mapping[str, OperatingPoint], resampling: Resampling
) -> dict[str, LanguageSlice]:
    """Compute ranking, recall and false flags of each language that has positives and negatives."""
    labels, groups, logits = scored.labels, scored.groups, scored.logits
    languages = np.array([item.language for item in scored.items])
    results: dict[str, LanguageSlice] = {}
    for language in sorted(set(languages)):
        rows = languages == language
        if has_both_classes(labels[rows]):
            results[str(language)] = {
                "n": int(rows.sum()),
                "positives": int(labels[rows].sum()),
                **ranking(labels[rows], logits[rows], groups[rows], resampling, SLICE),
                "operating_points": recall_and_false_flags(labels[rows], logits[rows], points),
            }
    return results


def hard_negative_results(scored: ScoredSet, benign: Sequence[Benign], resampling: Resampling) -> dict[str, Slice]:
    """Rank the composed positives of each language against its hard negatives alone.

    Hard negatives are those composed with look-alikes from the same carriers and dialogues, and whole authored hard
    dialogues.

    Args:
        scored: The test set.
        benign: Scored benign conversations; only authored hard dialogues are used.
        resampling: Number of resamples, and their seed.

    Returns:
        Language → ranking, for languages that have both classes.
    """
    rows = [
        (item.language, item.label, item.group, assessed.logit)
        for item, assessed in zip(scored.items, scored.assessed, strict=True)
        if item.label or item.kind in GENERATED
    ]
    rows += [(item.language, 0, item.group, item.logit) for item in benign if item.hard]
    results: dict[str, Slice] = {}
    for language in sorted({row[0] for row in rows}):
        _, labels, groups, logits = map(np.array, zip(*(row for row in rows if row[0] == language), strict=True))
        if has_both_classes(labels):
            results[language] = {
                "n": len(labels),
                "positives": int(labels.sum()),
                **ranking(labels, logits, groups, resampling, HARD),
            }
    return results


def early_composed(scored: ScoredSet, points: Mapping[str, OperatingPoint], resampling: Resampling) -> EarlyDetection:
    """Measure early detection; the composer recorded where it inserted the warning signs."""
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
    """Return the index of the first tactic line and of the first line with another tactic; -1 if there is none."""
    first = next(iter(item.tactic_messages), (-1, ""))
    return first[0], next((index for index, tactic in item.tactic_messages if tactic != first[1]), -1)


def _recall_by_source(
    scored: ScoredSet, points: Mapping[str, OperatingPoint], real_sources: frozenset[str]
) -> tuple[dict[str, PointRates], dict[str, PointRates]]:
    """Return recall by source of the carriers, and by context family of the authored carriers."""
    labels, logits = scored.labels, scored.logits
    names = np.array([item.source for item in scored.items])
    real = np.isin(names, sorted(real_sources))
    sources = np.where(real, names, AUTHORED)

    def by_name(slices: np.ndarray, among: np.ndarray) -> dict[str, PointRates]:
        return {str(name): rates(logits[among & (slices == name)], points) for name in sorted(set(slices[among]))}

    return by_name(sources, labels == 1), by_name(names, (labels == 1) & ~real)
