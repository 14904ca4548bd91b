"""A threshold chosen by capacity as a file: `operating-points --save` writes it, --operating-point takes it.

The file holds what was asked, and what the artefact answered. Reading it asks the artefact again and compares, so that
a file of another artefact, or one whose threshold was edited, is refused.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from grooming_risk.decision.operating_points import CapacityPlan, OperatingPoint
from grooming_risk.errors import InvalidOptionError, UnsupportedFormatError
from grooming_risk.model.artifact import Artifact
from grooming_risk.scoring.scorer import RiskScorer

FORMAT = 1
SUFFIX = ".json"  # tells a file from the name of a point
_ASKED = ("alerts_per_day", "conversations_per_day", "prevalence")
_AGAIN = "choose the point again with `grooming-risk operating-points --capacity … --save FILE.json`"
_MOST_BYTES = 100_000


def save_point(path: Path, plan: CapacityPlan, artifact: Artifact) -> None:
    """Write the point of a plan as JSON.

    Args:
        path: file to write; its name must end in .json.
        plan: of `OperatingPoint.for_review_capacity`, from the curve of this artefact.
        artifact: the artefact that will score.

    Raises:
        InvalidOptionError: the file cannot be written, or would not be told from a name.
    """
    if path.suffix != SUFFIX:
        raise InvalidOptionError(
            f"{path.name} does not end in {SUFFIX}; name it so, or --operating-point cannot read it"
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
    """The point that `save_point` wrote.

    Args:
        path: the file.
        artifact: the artefact that will score; it must be the one that the point was chosen for.

    Raises:
        UnsupportedFormatError: the file cannot be read, or is none that `save_point` wrote.
        InvalidOptionError: it was chosen for another artefact, or its threshold is not what its artefact gives.
    """
    content = _read(path)
    try:
        digest, asked = content["artifact_digest"], {name: content["asked"][name] for name in _ASKED}
        threshold = content["operating_point"]["threshold_logit"]
        if digest != artifact.digest:
            raise InvalidOptionError(
                f"{path.name} was chosen for artefact {str(digest)[:12]}, this is {artifact.digest[:12]}; {_AGAIN}"
            )
        point = OperatingPoint.for_review_capacity(artifact.threshold_curve, **asked).operating_point
    except (KeyError, TypeError):
        raise UnsupportedFormatError(f"{path.name} is no saved operating point; {_AGAIN}") from None
    if point.threshold != threshold:
        raise InvalidOptionError(f"the threshold in {path.name} is not what its artefact gives; {_AGAIN}")
    return point


def chosen_point(asked: str, scorer: RiskScorer) -> str | OperatingPoint:
    """What `--operating-point` asks for: the name of a point, or the point of a file whose name ends in .json.

    Raises:
        UnsupportedFormatError, InvalidOptionError: as `load_point`.
    """
    return load_point(Path(asked), scorer.artifact) if asked.endswith(SUFFIX) else asked


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
        content: dict[str, Any] = json.loads(data.decode("utf-8")) if len(data) <= _MOST_BYTES else {}
        if content["format"] != FORMAT:
            raise UnsupportedFormatError(f"{path.name} is of another format; {_AGAIN}")
    except OSError as error:
        raise UnsupportedFormatError(f"{path.name} cannot be opened ({error.strerror}); check the path") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise UnsupportedFormatError(f"{path.name} is no saved operating point; {_AGAIN}") from None
    return dict(content)
