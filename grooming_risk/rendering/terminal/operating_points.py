"""Operating points and capacity plans as tables for a terminal: every figure with its bound."""

from __future__ import annotations

from collections.abc import Callable

from grooming_risk.decision.operating_points import CapacityPlan, Estimate, OperatingPoint
from grooming_risk.model.artifact import Artifact
from grooming_risk.rendering.numbers import number_text, per_cent, threshold_text
from grooming_risk.rendering.operating_points import prevalence, purpose
from grooming_risk.rendering.terminal.columns import aligned, definitions, prose

_HEADER = ("point", "threshold", "false flags", "rate", "95 % bound", "target", "recall")
_POINT_NOTES = {
    "threshold": "a conversation is flagged from this probability on",
    "rate": "share of real benign conversations that were flagged; none of them was used in training",
    "95 % bound": "one-sided Clopper-Pearson upper bound of that rate; it had to stay within the target",
    "recall": "share of composed positives that were flagged; recall on real grooming is unmeasured",
}
_PLAN_NOTES = {
    "alerts a day": "within your capacity with 95 % confidence, even if everything you look for were flagged",
    "PPV": "share of alerts that are what you look for, at the prevalence you gave",
    "recall": "share of composed positives that were flagged; recall on real grooming is unmeasured, so the PPV and "
    "the misses computed from it are no better known",
    "misses a day": "conversations you look for that are not flagged",
}


def render_points(artifact: Artifact, prior: float | None, columns: int) -> str:
    """Return the named points as a table with a heading and notes.

    Args:
        artifact: the artefact that the points belong to.
        prior: prevalence in (0, 1) that probabilities refer to; the artefact's reference when None.
        columns: width of the terminal.

    Returns:
        Lines that fit into 80 columns or more, joined by line ends.
    """
    heading = (
        f"Operating points of model {artifact.model_version}, artefact {artifact.digest[:12]}; probabilities at a "
        f"prevalence of {per_cent(prevalence(artifact, prior))}"
    )
    lines = [*prose(heading, columns), "", *point_lines(artifact, prior, columns), ""]
    return "\n".join([*lines, *definitions([(term, [note]) for term, note in _POINT_NOTES.items()], columns)])


def point_lines(artifact: Artifact, prior: float | None, columns: int) -> list[str]:
    """Return the table of the named points alone; `render_points` describes the arguments."""
    points = artifact.operating_points.values()
    rows = [_HEADER, *(_cells(point, artifact, prior) for point in points)]
    purposes = ["purpose", *(purpose(point, points) for point in points)]
    table = aligned([(*row, words) for row, words in zip(rows, purposes, strict=True)], left=(0, len(_HEADER)))
    if max(map(len, table)) <= columns:
        return table
    header, *lines = aligned(rows)
    return [header, *(part for line, words in zip(lines, purposes[1:], strict=True) for part in (line, f"  {words}"))]


def render_plan(plan: CapacityPlan, artifact: Artifact, prior: float | None, columns: int) -> str:
    """Return what a threshold chosen by capacity is expected to cost and to miss.

    Args:
        plan: the threshold with its estimates.
        artifact: the artefact that the plan was made for.
        prior: prevalence in (0, 1) that the threshold's probability refers to; the artefact's reference when None.
        columns: width of the terminal.

    Returns:
        Lines that fit into 80 columns or more, joined by line ends.
    """
    point = plan.operating_point
    heading = (
        f"Plan for {number_text(plan.alerts_per_day)} alerts a day of {number_text(plan.conversations_per_day)} "
        f"conversations at a prevalence of {per_cent(plan.prevalence)}"
    )
    threshold = threshold_text(artifact.calibrator.probability(point.threshold, prior))
    notes = dict(_PLAN_NOTES)
    if not point.false_flags:
        notes["PPV"] += "; no benign conversation was flagged when it was measured, so only its lower bound is known"
    notes["false-flag rate"] = (
        f"{point.false_flags:,} of {point.conversations:,} real benign conversations; your capacity allows "
        f"{per_cent(point.target)}"
    )
    lines = [*prose(heading, columns), "", f"threshold: probability {threshold}", ""]
    lines += [*aligned(_plan_rows(plan), left=(0, 2)), ""]
    return "\n".join([*lines, *definitions([(term, [note]) for term, note in notes.items()], columns)])


def _plan_rows(plan: CapacityPlan) -> list[tuple[str, str, str]]:
    point = plan.operating_point
    ppv = _estimate(plan.ppv, per_cent)
    if not point.false_flags:  # the value would be 100 %, which shows a gap in the measurement, not a result
        ppv = "-", f"at least {per_cent(plan.ppv.low)}"
    rate = per_cent(point.false_flags / point.conversations), f"at most {per_cent(point.upper_bound)}"
    return [
        ("", "expected", "95 % bounds"),
        ("alerts a day", *_estimate(plan.expected_alerts, number_text)),
        ("PPV", *ppv),
        ("recall", *_estimate(plan.recall, per_cent)),
        ("misses a day", *_estimate(plan.expected_misses, number_text)),
        ("false-flag rate", *rate),
    ]


def _cells(point: OperatingPoint, artifact: Artifact, prior: float | None) -> tuple[str, ...]:
    return (
        point.name,
        threshold_text(artifact.calibrator.probability(point.threshold, prior)),
        f"{point.false_flags:,} of {point.conversations:,}",
        per_cent(point.false_flags / point.conversations),
        per_cent(point.upper_bound),
        per_cent(point.target),
        per_cent(point.recall),
    )


def _estimate(estimate: Estimate, text: Callable[[float], str]) -> tuple[str, str]:
    return text(estimate.value), f"{text(estimate.low)} to {text(estimate.high)}"
