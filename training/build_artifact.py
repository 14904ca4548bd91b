"""Building an artefact: numbers as JSON, networks as ONNX, and a manifest of all of them."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

from grooming_risk.decision.abstention import AbstentionThresholds
from grooming_risk.decision.calibration import Calibrator
from grooming_risk.decision.operating_points import OperatingPoint, ThresholdCurve
from grooming_risk.model.artifact import Artifact
from grooming_risk.model.manifest import FILES, write_manifest
from grooming_risk.model.memory import WindowSpec
from grooming_risk.tactics import LABELS
from grooming_risk.text.masking import ExplicitVocabulary, pack_checksums
from training.provenance import Provenance

MODEL_VERSION = "2.0.0"


@dataclasses.dataclass(frozen=True, slots=True)
class Numbers:
    """Everything in an artefact that is not a network.

    Attributes:
        tokenizer: Content of tokenizer.json.
        max_tokens: Length of the pieces that longer messages are read in.
        languages: Codes of the languages that the model was trained on.
        vocabulary: Explicit terms, hashed.
        label_thresholds: Probability from which each tactic or cue is shown, in the order of `LABELS`.
        calibrator: Function from a logit to a probability.
        operating_points: Named thresholds.
        threshold_curve: False flags and recall by threshold.
        abstention: Thresholds below which the model abstains.
    """

    tokenizer: str
    max_tokens: int
    languages: list[str]
    vocabulary: ExplicitVocabulary
    label_thresholds: list[float]
    calibrator: Calibrator
    operating_points: list[OperatingPoint]
    threshold_curve: ThresholdCurve
    abstention: AbstentionThresholds


def save_numbers(numbers: Numbers, folder: Path) -> None:
    """Write the JSON files of an artefact."""
    (folder / "tokenizer.json").write_text(numbers.tokenizer, encoding="utf-8")
    for name, content in _json_files(numbers).items():
        (folder / name).write_text(json.dumps(content, sort_keys=True) + "\n", encoding="utf-8")


def build_artifact(sources: list[Path], provenance: Provenance, target: Path) -> str:
    """Put an artefact together beside `target`, open it to verify it, then move it into place.

    Args:
        sources: Files of the artefact, or folders that hold them under their own names.
        provenance: Record of what trained it, kept in the manifest.
        target: Folder of the artefact, replaced.

    Returns:
        Digest of the artefact.
    """
    draft = target.with_name(target.name + ".part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    for source in sources:
        for path in sorted(source.iterdir()) if source.is_dir() else [source]:
            if path.name in FILES:
                shutil.copyfile(path, draft / path.name)
    digest = write_manifest(draft, MODEL_VERSION, dict(provenance))
    loaded = Artifact(draft)
    _ = loaded.tokenizer, loaded.encoder, loaded.language, loaded.window_model, loaded.threshold_curve
    shutil.rmtree(target, ignore_errors=True)
    draft.replace(target)
    return digest


def _json_files(numbers: Numbers) -> dict[str, Any]:
    return {
        "taxonomy.json": {
            "labels": LABELS,
            "thresholds": numbers.label_thresholds,
            "window": dataclasses.asdict(WindowSpec()),
            "languages": numbers.languages,
            "max_tokens": numbers.max_tokens,
        },
        "masking.json": {
            "salt": numbers.vocabulary.salt.hex(),
            "hashes": sorted(value.hex() for value in numbers.vocabulary.hashes),
            "longest": numbers.vocabulary.longest,
            "first_words": pack_checksums(numbers.vocabulary.first_words),
        },
        "calibration.json": dataclasses.asdict(numbers.calibrator),
        "operating_points.json": {
            "points": [dataclasses.asdict(point) for point in numbers.operating_points],
            "curve": [dataclasses.asdict(step) for step in numbers.threshold_curve.steps],
            "conversations": numbers.threshold_curve.conversations,
            "positives": numbers.threshold_curve.positives,
        },
        "abstention.json": dataclasses.asdict(numbers.abstention),
    }
