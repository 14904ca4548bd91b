"""Figures on labelled conversations that somebody brings; none of their text is in the figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from grooming_risk.decision.operating_points import OperatingPoint
from grooming_risk.scoring.scorer import RiskScorer
from training.evaluation.baselines import Score, keyword_rules
from training.evaluation.curves import curve
from training.evaluation.dilution import at_unseen
from training.evaluation.metrics import Resampling, rates, recall_and_false_flags
from training.evaluation.ranking import has_both_classes, ranking, select_metrics
from training.evaluation.results import Labelled
from training.evaluation.scoring import assess_all
from training.sources.labelled_conversations import LabelledConversation

AUROC = select_metrics("auroc")


def own_results(
    scorer: RiskScorer,
    own: Sequence[LabelledConversation],
    resampling: Resampling,
    baselines: Mapping[str, Score] | None = None,
    unseen: np.ndarray | None = None,
) -> Labelled:
    """Compute ranking, overall and by tier, recall, and false flags, overall and by family.

    Args:
        scorer: The shipped scorer.
        own: Labelled conversations; if all have the same label, nothing is ranked.
        resampling: Number of resamples, and their seed; conversations are drawn.
        baselines: Fitted baselines; None for the keyword rules alone, which need no fitting.
        unseen: Logits of real conversations of unseen sources, which set the threshold of a further recall; or None.

    Returns:
        All figures.
    """
    conversations = [item.conversation for item in own]
    assessed = list(assess_all(scorer, conversations, "own conversations", len(own)))
    rivals = {name: score(conversations) for name, score in (baselines or {"keyword_rules": keyword_rules}).items()}
    rivals["max_of_tactics"] = np.array([item.strongest_tactic for item in assessed])
    logits, labels = np.array([item.logit for item in assessed]), np.array([item.label for item in own])
    points = scorer.artifact.operating_points
    groups = np.arange(len(own))
    results = labelled_results(labels, logits, groups, points, rivals, resampling)
    if unseen is not None and len(unseen) and labels.any():
        results["at_unseen"] = at_unseen(logits[labels == 1], unseen)
    for tier in sorted({item.tier for item in own if item.label and item.tier}):
        chosen = np.array([not item.label or item.tier == tier for item in own])
        if has_both_classes(labels[chosen]):
            found = ranking(labels[chosen], logits[chosen], groups[chosen], resampling, AUROC)
            results["tiers"][tier] = found["auroc"]
    for family in sorted({item.family for item in own if not item.label and item.family}):
        chosen = np.array([not item.label and item.family == family for item in own])
        results["families"][family] = rates(logits[chosen], points)
    return results


def labelled_results(
    labels: np.ndarray,
    logits: np.ndarray,
    groups: np.ndarray,
    points: Mapping[str, OperatingPoint],
    rivals: Mapping[str, np.ndarray],
    resampling: Resampling,
) -> Labelled:
    """Compute what every labelled set has: ranking beside baselines, recall and false flags.

    Args:
        labels: int, shape (n,), 0 or 1.
        logits: float64, shape (n,), highest window logits.
        groups: Shape (n,), the unit that the bootstrap draws.
        points: Operating points of the artefact.
        rivals: Scores of each baseline, shape (n,).
        resampling: Number of resamples, and their seed.

    Returns:
        All figures, without tiers and families.
    """
    results: Labelled = {
        "n": len(labels),
        "positives": int(labels.sum()),
        "all": {},
        "tiers": {},
        "families": {},
        "baselines": {},
        "operating_points": recall_and_false_flags(labels, logits, points),
    }
    if has_both_classes(labels):
        results["all"] = ranking(labels, logits, groups, resampling)
        results["baselines"] = {
            name: ranking(labels, scores, groups, resampling, AUROC)["auroc"] for name, scores in rivals.items()
        }
        results["curve"] = curve(labels, logits)
    return results
