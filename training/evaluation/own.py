"""Figures on labelled conversations of somebody's own; nothing of their text is in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grooming_risk.decision.operating_points import OperatingPoint
from grooming_risk.scoring.scorer import RiskScorer
from training.evaluation.baselines import Score, keyword_rules
from training.evaluation.composed import rates
from training.evaluation.curves import curve
from training.evaluation.metrics import Resampling
from training.evaluation.ranking import both, ranking, some
from training.evaluation.scoring import assess_all
from training.sources.labelled_conversations import LabelledConversation


def own_results(
    scorer: RiskScorer, own: Sequence[LabelledConversation], resampling: Resampling,
    baselines: Mapping[str, Score] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Ranking, by tier too, recall, and false flags by family.

    Args:
        scorer: the shipped scorer.
        own: labelled conversations; of one label only there is no ranking.
        resampling: of the intervals; conversations are drawn.
        baselines: fitted ones; only the keyword rules, which need no fitting, when None.
    """
    conversations = [item.conversation for item in own]
    assessed = list(assess_all(scorer, conversations, "own conversations", len(own)))
    rivals = {name: score(conversations) for name, score in (baselines or {"keyword_rules": keyword_rules}).items()}
    rivals["max_of_tactics"] = np.array([item.strongest_tactic for item in assessed])
    logits, labels = np.array([item.logit for item in assessed]), np.array([item.label for item in own])
    points = scorer.artifact.operating_points
    groups = np.arange(len(own))
    results = labelled_results(labels, logits, groups, points, rivals, resampling)
    for tier in sorted({item.tier for item in own if item.label and item.tier}):
        chosen = np.array([not item.label or item.tier == tier for item in own])
        if both(labels[chosen]):
            found = ranking(labels[chosen], logits[chosen], groups[chosen], resampling, some("auroc"))
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
) -> dict[str, Any]:
    """What every labelled set has: ranking beside baselines, recall and false flags; JSON types.

    Args:
        labels: int, shape (n,), 0 or 1.
        logits: float64, shape (n,).
        groups: shape (n,), what the bootstrap draws.
        points: operating points of the artefact.
        rivals: baseline → scores, shape (n,).
        resampling: of the intervals.
    """
    results: dict[str, Any] = {
        "n": len(labels), "positives": int(labels.sum()), "all": {}, "tiers": {}, "families": {}, "baselines": {},
    }  # fmt: skip
    flagged = {"recall": rates(logits[labels == 1], points), "false_flags": rates(logits[labels == 0], points)}
    results["operating_points"] = {
        point: {name: found[point] for name, found in flagged.items() if found} for point in points
    }
    if both(labels):
        results["all"] = ranking(labels, logits, groups, resampling)
        results["baselines"] = {
            name: ranking(labels, scores, groups, resampling, some("auroc"))["auroc"] for name, scores in rivals.items()
        }
        results["curve"] = curve(labels, logits)
    return results
