"""A template for a data-protection impact assessment (Article 35 GDPR), filled with the facts of an artefact.

The text is dpia.md beside this file. What only the controller knows stays a field in brackets. It is not legal advice.
"""

from __future__ import annotations

from pathlib import Path

from grooming_risk.model.artifact import Artifact
from grooming_risk.records.review_record import RETENTION_DAYS
from grooming_risk.rendering.numbers import per_cent
from grooming_risk.rendering.operating_points import RECALL_NOTE, purpose

TEMPLATE = Path(__file__).with_name("dpia.md")


def dpia(artifact: Artifact) -> str:
    """Return the template as Markdown; the same artefact gives the same text."""
    points = artifact.operating_points.values()
    rows = (
        f"| {point.name} | {purpose(point, points)} | {point.false_flags:,} of {point.conversations:,} | "
        f"{per_cent(point.upper_bound)} | {per_cent(point.recall)} |"
        for point in points
    )
    return TEMPLATE.read_text(encoding="utf-8").format(
        model_version=artifact.model_version,
        digest=artifact.digest,
        languages=", ".join(artifact.languages),
        labels=", ".join(artifact.taxonomy.labels),
        operating_points="\n".join(rows),
        recall_note=RECALL_NOTE,
        prevalence=per_cent(artifact.calibrator.reference_prevalence),
        retention_days=RETENTION_DAYS,
    )
