"""Operating points and capacity plans as JSON, and the words for what each point is for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from grooming_risk.decision.operating_points import DEFAULT, CapacityPlan, OperatingPoint
from grooming_risk.model.artifact import Artifact
from grooming_risk.scoring.own_traffic import OwnTrafficCalibration
from grooming_risk.version import __version__

RECALL_NOTE = "Recall was measured on composed positives; recall on real grooming is unmeasured."


def purpose(point: OperatingPoint, points: Iterable[OperatingPoint]) -> str:
    """Return what a point is for, judged by where its threshold lies among those of `points`."""
    thresholds = [other.threshold for other in points]
    if point.threshold == min(thresholds):
        place = "most alerts, fewest misses"
    elif point.threshold == max(thresholds):
        place = "fewest alerts, most misses"
    else:
        place = "between the others"
    return f"{place} (the default)" if point.name == DEFAULT else place


def prevalence(artifact: Artifact, prior: float | None) -> float:
    """Return the prevalence that probabilities refer to: `prior`, or the artefact's reference when it is None."""
    return artifact.calibrator.prevalence(prior)


def point_to_dict(point: OperatingPoint, artifact: Artifact, prior: float | None) -> dict[str, Any]:
    """Return a point as JSON: its threshold as logit and as probability, counts, rate, bound, target and recall."""
    return {
        "name": point.name,
        "threshold_probability": artifact.calibrator.probability(point.threshold, prior),
        "threshold_logit": point.threshold,
        "false_flags": point.false_flags,
        "benign_conversations": point.conversations,
        "false_flag_rate": point.false_flags / point.conversations,
        "false_flag_rate_upper_bound": point.upper_bound,
        "target": point.target,
        "recall_on_composed_positives": point.recall,
    }


def points_to_dict(artifact: Artifact, prior: float | None, plan: CapacityPlan | None = None) -> dict[str, Any]:
    """Return the artefact's named points, and a plan if there is one, as JSON.

    Args:
        artifact: the artefact that the points belong to.
        prior: prevalence in (0, 1) that probabilities refer to; the artefact's reference when None.
        plan: a threshold chosen by review capacity.

    Returns:
        Plain JSON types.
    """
    points = artifact.operating_points.values()
    content: dict[str, Any] = {
        "library_version": __version__,
        "model_version": artifact.model_version,
        "artifact_digest": artifact.digest,
        "prior": prevalence(artifact, prior),
        "points": [point_to_dict(point, artifact, prior) | {"purpose": purpose(point, points)} for point in points],
        "recall_note": RECALL_NOTE,
    }
    return content if plan is None else content | {"plan": _plan_to_dict(plan, artifact, prior)}


def calibration_to_dict(found: OwnTrafficCalibration, artifact: Artifact, prior: float | None) -> dict[str, Any]:
    """Return an operating point for traffic of one's own as JSON, with the rates by source.

    Args:
        found: the operating point and the sources.
        artifact: the artefact that gave the logits.
        prior: prevalence in (0, 1) that probabilities refer to; the artefact's reference when None.

    Returns:
        Plain JSON types; "held_out_rate" is null where the other sources have too few conversations.
    """
    sources = [
        {
            "name": source.name,
            "benign_conversations": source.conversations,
            "false_flags": source.false_flags,
            "false_flag_rate": source.false_flags / source.conversations,
            "held_out_rate": None if source.held_out_flags is None else source.held_out_flags / source.conversations,
        }
        for source in found.sources
    ]
    return {
        "library_version": __version__,
        "model_version": artifact.model_version,
        "artifact_digest": artifact.digest,
        "prior": prevalence(artifact, prior),
        "operating_point": point_to_dict(found.point, artifact, prior),
        "sources": sources,
        "mean_rate": found.mean_rate,
        "held_out_rate": found.held_out_rate,
        "recall_note": RECALL_NOTE,
    }


def _plan_to_dict(plan: CapacityPlan, artifact: Artifact, prior: float | None) -> dict[str, Any]:
    estimates = {
        "expected_alerts": plan.expected_alerts,
        "ppv": plan.ppv,
        "recall_on_composed_positives": plan.recall,
        "expected_misses": plan.expected_misses,
    }
    return {
        "operating_point": point_to_dict(plan.operating_point, artifact, prior),
        "alerts_per_day": plan.alerts_per_day,
        "conversations_per_day": plan.conversations_per_day,
        "prevalence": plan.prevalence,
        **{
            name: {"value": estimate.value, "low": estimate.low, "high": estimate.high}
            for name, estimate in estimates.items()
        },
    }
