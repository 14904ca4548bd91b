"""Operating points and capacity plans as tables for a terminal and as JSON: figures with their bounds, no bare ones."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from grooming_risk.decision.operating_points import DEFAULT, CapacityPlan, Estimate, OperatingPoint
from grooming_risk.model.artifact import Artifact
from grooming_risk.version import __version__

RECALL_NOTE = "Recall is that on composed positives; recall on real grooming is unmeasured."
READABLE = 100  # columns that prose fills at most, however wide the terminal
_POINTS = ("point", "threshold", "false flags", "rate", "95 % bound", "target", "recall")
_POINT_NOTES = {
    "threshold": "a conversation is flagged from this probability on",
    "rate": "false flags among real benign conversations, none of them trained on",
    "95 % bound": "one-sided Clopper-Pearson upper bound of that rate; it had to stay within the target",
    "recall": "share of composed positives flagged; recall on real grooming is unmeasured",
}
_PLAN_NOTES = {
    "alerts a day": "within your capacity with 95 % confidence, even if everything sought were flagged",
    "PPV": "share of alerts that are what is sought, at the prevalence you gave",
    "recall": "share of composed positives flagged; recall on real grooming is unmeasured, and what is reckoned from "
    "it (PPV, misses) no better known",
    "misses a day": "conversations sought that are not flagged",
}


def per_cent(share: float) -> str:
    """Three significant digits; only a share of nothing or of all is shown as 0 % or 100 %."""
    if 0 < share < 1 and float(f"{share:.3g}") == 1:
        return ">99.9 %"
    text = f"{100 * share:.3g}"
    return f"{float(text):.10f}".rstrip("0").rstrip(".") + " %" if share >= 1e-9 else f"{text} %"


def threshold_text(probability: float) -> str:
    """Four significant digits, never rounded to 0 or 1."""
    text = f"{probability:.4g}"
    return ">0.9999" if float(text) == 1 else text


def number_text(value: float) -> str:
    """A number of conversations: digits that matter, thousands apart."""
    if value == int(value) or value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def purpose(point: OperatingPoint, points: Iterable[OperatingPoint]) -> str:
    """What a point is for, told from where its threshold lies among the others."""
    thresholds = [other.threshold for other in points]
    if point.threshold == min(thresholds):
        place = "for teams that can read much: misses least"
    elif point.threshold == max(thresholds):
        place = "for teams that can read little: misses most"
    else:
        place = "between the others"
    return f"{place} (the default)" if point.name == DEFAULT else place


def point_to_dict(point: OperatingPoint, artifact: Artifact, prior: float | None) -> dict[str, Any]:
    """JSON of a point: threshold as logit and as probability, counts, rate, bound, target, recall."""
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
    """JSON of the artefact's named points, and of a plan where there is one.

    Args:
        artifact: whose points they are.
        prior: prevalence in (0, 1) that probabilities refer to; the artefact's reference when None.
        plan: a threshold chosen by capacity.
    """
    points = artifact.operating_points.values()
    content: dict[str, Any] = {
        "library_version": __version__,
        "model_version": artifact.model_version,
        "artifact_digest": artifact.digest,
        "prior": _prevalence(artifact, prior),
        "points": [point_to_dict(point, artifact, prior) | {"purpose": purpose(point, points)} for point in points],
        "recall_note": RECALL_NOTE,
    }
    if plan is not None:
        content["plan"] = {
            "operating_point": point_to_dict(plan.operating_point, artifact, prior),
            "alerts_per_day": plan.alerts_per_day,
            "conversations_per_day": plan.conversations_per_day,
            "prevalence": plan.prevalence,
            **{
                name: {"value": estimate.value, "low": estimate.low, "high": estimate.high}
                for name, estimate in (
                    ("expected_alerts", plan.expected_alerts),
                    ("ppv", plan.ppv),
                    ("recall_on_composed_positives", plan.recall),
                    ("expected_misses", plan.expected_misses),
                )
            },
        }
    return content


def render_points(artifact: Artifact, prior: float | None, width: int) -> str:
    """The named points as a table.

    Args:
        artifact: whose points they are.
        prior: prevalence in (0, 1) that probabilities refer to; the artefact's reference when None.
        width: columns of the terminal.
    """
    points = artifact.operating_points.values()
    rows = [_POINTS, *(_cells(point, artifact, prior) for point in points)]
    purposes = ["for", *(purpose(point, points) for point in points)]
    table = _columns(rows)
    lines = [f"{line}  {note}" for line, note in zip(table, purposes, strict=True)]
    if max(map(len, lines)) > width:  # what a point is for stands below its row
        lines = [table[0]]
        for line, note in zip(table[1:], purposes[1:], strict=True):
            lines += [line, f"  {note}"]
    heading = (
        f"Operating points of model {artifact.model_version}, artefact {artifact.digest[:12]}; probabilities at a "
        f"prevalence of {per_cent(_prevalence(artifact, prior))}"
    )
    return "\n".join([*_wrapped(heading, width), "", *lines, "", *_definitions(_POINT_NOTES, width)])


def render_plan(plan: CapacityPlan, artifact: Artifact, prior: float | None, width: int) -> str:
    """What a threshold chosen by capacity is expected to cost and to miss; arguments as for `render_points`."""
    point = plan.operating_point
    probability = threshold_text(artifact.calibrator.probability(point.threshold, prior))
    heading = (
        f"Plan for {number_text(plan.alerts_per_day)} alerts a day of {number_text(plan.conversations_per_day)} "
        f"conversations at a prevalence of {per_cent(plan.prevalence)}"
    )
    rows = [
        ("", "expected", "95 % bounds"),
        ("alerts a day", *_estimate(plan.expected_alerts, number_text)),
        ("PPV", *_estimate(plan.ppv, per_cent)),
        ("recall", *_estimate(plan.recall, per_cent)),
        ("misses a day", *_estimate(plan.expected_misses, number_text)),
        (
            "false-flag rate",
            per_cent(point.false_flags / point.conversations),
            f"at most {per_cent(point.upper_bound)}",
        ),
    ]
    notes = dict(_PLAN_NOTES)
    if not point.false_flags:
        # The value would be 100 %, which is a gap of the measurement and not a finding.
        rows[2] = ("PPV", "-", f"at least {per_cent(plan.ppv.low)}")
        notes["PPV"] += "; no benign conversation was flagged when it was measured, so only its lower bound is known"
    notes["false-flag rate"] = (
        f"{point.false_flags:,} of {point.conversations:,} real benign conversations; your capacity allows "
        f"{per_cent(point.target)}"
    )
    table = [line.rstrip() for line in _columns(rows, left=(0, 2))]
    head = [*_wrapped(heading, width), "", f"threshold: probability {probability}"]
    return "\n".join([*head, "", *table, "", *_definitions(notes, width)])


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


def _prevalence(artifact: Artifact, prior: float | None) -> float:
    return artifact.calibrator.reference_prevalence if prior is None else prior


def _estimate(estimate: Estimate, text: Callable[[float], str]) -> tuple[str, str]:
    return text(estimate.value), f"{text(estimate.low)} to {text(estimate.high)}"


def _columns(rows: Sequence[Sequence[str]], left: Sequence[int] = (0,)) -> list[str]:
    """Rows as lines with aligned columns: those of `left` to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if place in left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def _definitions(notes: dict[str, str], width: int) -> list[str]:
    margin = max(map(len, notes)) + 2
    lines: list[str] = []
    for term, meaning in notes.items():
        wrapped = _wrapped(meaning, min(width, READABLE) - margin)
        lines += [f"{name:<{margin}}{part}" for name, part in zip([term] + [""] * len(wrapped), wrapped, strict=False)]
    return lines


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of a text; no line ends between a number and its per cent sign."""
    kept = text.replace(" %", "\N{NO-BREAK SPACE}%")
    lines = textwrap.wrap(kept, max(20, min(width, READABLE)), break_on_hyphens=False)
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]
