"""A chosen threshold as a file: `operating-points --save` writes it, `--operating-point` reads it.

A threshold chosen by review capacity is kept with the question: reading it asks the artefact again and compares. One
that was calibrated on traffic of one's own is kept with its counts, from which the bound is computed again, and with a
checksum. A file for another artefact is refused, and so is one that was edited.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from grooming_risk.decision.operating_points import CapacityPlan, OperatingPoint, upper_bound
from grooming_risk.errors import GroomingRiskError, InvalidOptionError, UnsupportedFormatError
from grooming_risk.model.artifact import Artifact
from grooming_risk.scoring.own_traffic import BY_OWN_TRAFFIC, recall_at
from grooming_risk.scoring.scorer import RiskScorer, default_scorer

# The form of a file: with the question of a capacity, or with the counts of a calibration.
BY_CAPACITY, BY_COUNTS = 1, 2
SUFFIX = ".json"  # distinguishes a file from the name of a point
_ASKED = ("alerts_per_day", "conversations_per_day", "prevalence")
_AGAIN = (
    "choose the point again with `grooming-risk operating-points --save FILE.json` and --capacity … or --calibrate …"
)
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
    _write(path, _content(BY_CAPACITY, plan.operating_point, artifact, asked={n: getattr(plan, n) for n in _ASKED}))


def save_calibrated_point(path: Path, point: OperatingPoint, artifact: Artifact) -> None:
    """Write a point that was calibrated on traffic of one's own as JSON.

    Args:
        path: file to write; its name must end in .json.
        point: point that `calibrate_on_own_traffic` found with logits of this artefact.
        artifact: the artefact that will score.

    Raises:
        InvalidOptionError: the file cannot be written, or its name does not end in .json.
    """
    measured = {
        "target": point.target,
        "benign_conversations": point.conversations,
        "false_flags": point.false_flags,
        "false_flag_rate_upper_bound": point.upper_bound,
    }
    content = _content(BY_COUNTS, point, artifact, measured=measured)
    _write(path, {**content, "checksum": _checksum(content)})


def load_operating_point(path: str | os.PathLike[str], scorer: RiskScorer | None = None) -> OperatingPoint:
    """Read an operating point that `grooming-risk operating-points --save` wrote.

    Args:
        path: The file.
        scorer: The scorer that will use the point; None for the shared default scorer.

    Returns:
        The operating point, for `operating_point=` of this scorer.

    Raises:
        UnsupportedFormatError: The file cannot be read, or is not a saved operating point.
        InvalidOptionError: It belongs to another artefact, or was edited.
    """
    return load_point(Path(path), (scorer or default_scorer()).artifact)


def load_point(path: Path, artifact: Artifact) -> OperatingPoint:
    """Read a point that was saved.

    Args:
        path: the file.
        artifact: the artefact that will score; the point must have been chosen for it.

    Returns:
        The point.

    Raises:
        UnsupportedFormatError: the file cannot be read, or is not a saved operating point.
        InvalidOptionError: it was chosen for another artefact, or was edited.
    """
    content = _read(path)
    point: OperatingPoint | None = None
    try:
        digest, threshold = content["artifact_digest"], content["operating_point"]["threshold_logit"]
        if digest != artifact.digest:
            raise InvalidOptionError(
                f"{path.name} was chosen for artefact {str(digest)[:12]}, not for {artifact.digest[:12]}; {_AGAIN}"
            )
        if content["format"] == BY_COUNTS:
            point = _calibrated(content, artifact)
        else:
            asked = {name: content["asked"][name] for name in _ASKED}
            point = OperatingPoint.for_review_capacity(artifact.threshold_curve, **asked).operating_point
    except GroomingRiskError:
        raise
    except (KeyError, TypeError, ValueError, OverflowError, ZeroDivisionError):
        pass  # raised below: in here, Python would tie the error to one that may quote the file
    if point is None:
        raise UnsupportedFormatError(f"{path.name} is not a saved operating point; {_AGAIN}")
    if point.threshold != threshold or content.get("checksum") != _expected_checksum(content):
        raise InvalidOptionError(f"the threshold in {path.name} is not what was saved for its artefact; {_AGAIN}")
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


def _calibrated(content: dict[str, Any], artifact: Artifact) -> OperatingPoint:
    measured, threshold = content["measured"], float(content["operating_point"]["threshold_logit"])
    flags, conversations = int(measured["false_flags"]), int(measured["benign_conversations"])
    target = float(measured["target"])
    return OperatingPoint(
        name=BY_OWN_TRAFFIC,
        threshold=threshold,
        target=target,
        conversations=conversations,
        false_flags=flags,
        upper_bound=min(upper_bound(flags, conversations), float(measured["false_flag_rate_upper_bound"])),
        recall=recall_at(artifact.threshold_curve, threshold),
    )


def _content(form: int, point: OperatingPoint, artifact: Artifact, **why: Any) -> dict[str, Any]:
    return {
        "format": form,
        "artifact_digest": artifact.digest,
        **why,
        "operating_point": {
            "name": point.name,
            "threshold_logit": point.threshold,
            "threshold_probability": artifact.calibrator.probability(point.threshold),
            "prior": artifact.calibrator.reference_prevalence,
        },
    }


def _expected_checksum(content: dict[str, Any]) -> str | None:
    """Return the checksum that a file must have; None for a form whose threshold the artefact gives again."""
    if content["format"] == BY_CAPACITY:
        return content.get("checksum")
    return _checksum({name: value for name, value in content.items() if name != "checksum"})


def _checksum(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _write(path: Path, content: dict[str, Any]) -> None:
    if path.suffix != SUFFIX:
        raise InvalidOptionError(
            f"{path.name} must end in {SUFFIX}, so that --operating-point can tell it from the name of a point"
        )
    try:
        path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise InvalidOptionError(f"{path.name} cannot be written ({error.strerror}); choose another path") from None


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
    if content["format"] not in (BY_CAPACITY, BY_COUNTS):
        raise UnsupportedFormatError(f"{path.name} is a saved operating point of another version; {_AGAIN}")
    return content
