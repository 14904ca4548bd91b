"""A threshold that was calibrated on traffic of one's own, as a table for a terminal."""

from __future__ import annotations

from grooming_risk.model.artifact import Artifact
from grooming_risk.rendering.numbers import count, per_cent, threshold_text
from grooming_risk.rendering.terminal.columns import aligned, definitions, prose
from grooming_risk.scoring.own_traffic import OwnTrafficCalibration, SourceRate

_NOTES = {
    "held out": "rate on this source of a threshold that was chosen on the other sources alone: what to expect of "
    "traffic that is like none of yours; the bound does not cover it",
    "all alike": "mean of the sources' rates, in which every source weighs alike",
    "recall": "at least this share of composed positives is flagged; recall on real grooming is unmeasured",
}


def render_calibration(found: OwnTrafficCalibration, artifact: Artifact, prior: float | None, columns: int) -> str:
    """Return the threshold with its bound, and the rates by source.

    Args:
        found: The operating point and the sources.
        artifact: The artefact that gave the logits.
        prior: Prevalence in (0, 1) that the threshold's probability refers to; the artefact's reference when None.
        columns: Width of the terminal.

    Returns:
        Lines, joined by line ends.
    """
    point = found.point
    heading = (
        f"Calibrated on {count(point.conversations, 'benign conversation')} of your own, for a false-flag rate of at "
        f"most {per_cent(point.target)}"
    )
    rows = [
        ("threshold", f"probability {threshold_text(artifact.calibrator.probability(point.threshold, prior))}"),
        ("false flags", f"{point.false_flags:,} of {point.conversations:,}"),
        ("rate", per_cent(point.false_flags / point.conversations)),
        ("95 % bound", per_cent(point.upper_bound)),
        ("recall", f"at least {per_cent(point.recall)}"),
    ]
    lines = [*prose(heading, columns), "", *aligned(rows, left=(0, 1)), ""]
    several = len(found.sources) > 1
    if several:
        lines += [*_source_lines(found), ""]
    notes = [(term, [note]) for term, note in _NOTES.items() if several or term == "recall"]
    bound = "holds with 95 % confidence for traffic like these conversations together, if they are benign"
    return "\n".join([*lines, *definitions([("95 % bound", [bound]), *notes], columns)])


def _source_lines(found: OwnTrafficCalibration) -> list[str]:
    held_out = "-" if found.held_out_rate is None else per_cent(found.held_out_rate)
    rows = [("source", "false flags", "rate", "held out"), *map(_cells, found.sources)]
    return aligned([*rows, ("all alike", "", per_cent(found.mean_rate), held_out)])


def _cells(source: SourceRate) -> tuple[str, ...]:
    held_out = "-" if source.held_out_flags is None else per_cent(source.held_out_flags / source.conversations)
    flags = f"{source.false_flags:,} of {source.conversations:,}"
    return source.name, flags, per_cent(source.false_flags / source.conversations), held_out
