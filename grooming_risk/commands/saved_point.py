"""A threshold chosen by review capacity, as a file: `operating-points --save` writes it, `--operating-point` reads it.

The file contains the question and the artefact's answer. Reading it asks the artefact again and compares, so that a
file for another artefact, or one whose threshold was edited, is refused.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from grooming_risk.decision.operating_points import CapacityPlan, OperatingPoint
from grooming_risk.errors import InvalidOptionError, UnsupportedFormatError
from grooming_risk.model.artifact import Artifact
from grooming_risk.scoring.scorer import RiskScorer

FORMAT = 1
SUFFIX = ".json"  # distinguishes a file from the name of a point
_ASKED = ("alerts_per_day", "conversations_per_day", "prevalence")
_AGAIN = "choose the point again with `grooming-risk operating-points --capacity … --save FILE.json`"
_MOST_BYTES = 100_000


def save_point(path: Path, plan: CapacityPlan, artifact: Artifact) -> None:
    """Write the point of a plan as JSON.

    Args:
        path: file to write; its name must end in .json.
        plan: result of `OperatingPoint.for_review_capacity` for the curve of this artefact.
        artifact: the artefact that will score.

    Raises:
        InvalidOptionError: the file cannot be written, or its name does not end in .json.
    """
    if path.suffix != SUFFIX:
        raise InvalidOptionError(
            f"{path.name} must end in {SUFFIX}, so that --operating-point can tell it from the name of a point"
        )
    content = {
        "format": FORMAT,
        "artifact_digest": artifact.digest,
        "asked": {name: getattr(plan, name) for name in _ASKED},
        "operating_point": {
            "name": plan.operating_point.name,
            "threshold_logit": plan.operating_point.threshold,
            "threshold_probability": artifact.calibrator.probability(plan.operating_point.threshold),
            "prior": artifact.calibrator.reference_prevalence,
        },
    }
    try:
        path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise InvalidOptionError(f"{path.name} cannot be written ({error.strerror}); choose another path") from None


def load_point(path: Path, artifact: Artifact) -> OperatingPoint:
    """Read the point that `save_point` wrote.

    Args:
        path: the file.
        artifact: the artefact that will score; the point must have been chosen for it.

    Returns:
        The point.

    Raises:
        UnsupportedFormatError: the file cannot be read, or `save_point` did not write it.
        InvalidOptionError: it was chosen for another artefact, or its threshold is not what this artefact gives.
    """
    content = _read(path)
    point: OperatingPoint | None = None
    try:
        digest, asked = content["artifact_digest"], {name: content["asked"][name] for name in _ASKED}
        threshold = content["operating_point"]["threshold_logit"]
        if digest != artifact.digest:
            raise InvalidOptionError(
                f"{path.name} was chosen for artefact {str(digest)[:12]}, not for {artifact.digest[:12]}; {_AGAIN}"
            )
        point = OperatingPoint.for_review_capacity(artifact.threshold_curve, **asked).operating_point
    except (KeyError, TypeError):
        pass  # raised below: in here, Python would tie the error to one that may quote the file
    if point is None:
        raise UnsupportedFormatError(f"{path.name} is not a saved operating point; {_AGAIN}")
    if point.threshold != threshold:
        raise InvalidOptionError(f"the threshold in {path.name} is not what its artefact gives; {_AGAIN}")
    return point


def chosen_point(asked: str, scorer: RiskScorer) -> str | OperatingPoint:
    """Return what `--operating-point` asks for: the name of a point, or the point in a file that ends in .json.

    Args:
        asked: value of the option.
        scorer: scorer that will use the point.

    Returns:
        The name or the point.

    Raises:
        UnsupportedFormatError: as for `load_point`.
        InvalidOptionError: as for `load_point`.
    """
    return load_point(Path(asked), scorer.artifact) if asked.endswith(SUFFIX) else asked


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise UnsupportedFormatError(f"{path.name} cannot be opened ({error.strerror}); check the path") from None
    content: object = None
    if len(data) <= _MOST_BYTES:
        with suppress(ValueError, RecursionError):  # the decoder's error quotes the file, which may be a chat
            content = json.loads(data.decode("utf-8"))
    if not isinstance(content, dict) or "format" not in content:
        raise UnsupportedFormatError(f"{path.name} is not a saved operating point; {_AGAIN}")
    if content["format"] != FORMAT:
        raise UnsupportedFormatError(f"{path.name} is a saved operating point of another version; {_AGAIN}")
    return content
