"""The artefact: verified files become the parts of the pipeline. All fitted numbers are in it, none in code."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from grooming_risk.decision.abstention import AbstentionThresholds
from grooming_risk.decision.calibration import Calibrator
from grooming_risk.decision.operating_points import CurveStep, OperatingPoint, ThresholdCurve
from grooming_risk.errors import ArtifactIntegrityError
from grooming_risk.model.encoder import Encoder
from grooming_risk.model.forking import LOADING, reopen_in_children
from grooming_risk.model.language import LanguageModel
from grooming_risk.model.manifest import read_verified
from grooming_risk.model.memory import WindowSpec
from grooming_risk.model.screen import Screen, ScreenWeights
from grooming_risk.model.tokenization import Tokenizer
from grooming_risk.model.window_model import WindowModel
from grooming_risk.tactics import LABELS
from grooming_risk.text.masking import ExplicitVocabulary, unpack_checksums

BUNDLED = Path(__file__).parents[1] / "artifact_v3"

_Part = TypeVar("_Part")


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Labels of the encoder's outputs.

    Attributes:
        labels: Tactics, then cues, in the order of the outputs.
        thresholds: Probability from which a message shows each label.
    """

    labels: tuple[str, ...]
    thresholds: tuple[float, ...]


class Artifact:
    """A verified artefact. Tokenizer and networks are opened when first used, and again in a forked child.

    Attributes:
        manifest: Content of the manifest.
        digest: SHA-256 of the manifest, hexadecimal.
        taxonomy: Labels of the encoder's outputs.
        window_spec: Length and stride of the windows.
        languages: Codes of the languages that are scored.
        vocabulary: Explicit terms.
        calibrator: From a logit to a probability and its interval.
        operating_points: Name → operating point.
        abstention: Thresholds of the abstention rules.
    """

    manifest: dict[str, Any]
    digest: str
    taxonomy: Taxonomy
    window_spec: WindowSpec
    languages: tuple[str, ...]
    vocabulary: ExplicitVocabulary
    calibrator: Calibrator
    operating_points: dict[str, OperatingPoint]
    abstention: AbstentionThresholds

    def __init__(self, folder: Path = BUNDLED, threads: int = 1) -> None:
        """Read and verify an artefact.

        Args:
            folder: A folder with a manifest.
            threads: Number of batches that the encoder runs at the same time.

        Raises:
            ArtifactIntegrityError: The folder does not match its manifest.
        """
        self.manifest, self._files, self.digest = read_verified(folder)
        self._threads = threads
        self._parts: dict[str, Any] = {}
        self._of_parents: list[dict[str, Any]] = []
        with _fitting_numbers():
            self._read_numbers()
        reopen_in_children(self)

    def _read_numbers(self) -> None:
        taxonomy = self._json("taxonomy.json")
        self.taxonomy = Taxonomy(tuple(taxonomy["labels"]), tuple(taxonomy["thresholds"]))
        if self.taxonomy.labels != LABELS or len(self.taxonomy.thresholds) != len(LABELS):
            raise ValueError("labels differ")
        self.window_spec = WindowSpec(**taxonomy["window"])
        self.languages = tuple(taxonomy["languages"])
        masking = self._json("masking.json")
        self.vocabulary = ExplicitVocabulary(
            bytes.fromhex(masking["salt"]),
            frozenset(map(bytes.fromhex, masking["hashes"])),
            masking["longest"],
            unpack_checksums(masking["first_words"]),
        )
        calibration = self._json("calibration.json")
        steps = {name: tuple(calibration.pop(name)) for name in ("steps", "low", "high")}
        self.calibrator = Calibrator(**{**calibration, **steps})
        points = [OperatingPoint(**row) for row in self._json("operating_points.json")["points"]]
        self.operating_points = {point.name: point for point in points}
        self.abstention = AbstentionThresholds(**self._json("abstention.json"))

    @property
    def model_version(self) -> str:
        """Version of the model, independent of the library's."""
        return str(self.manifest["model_version"])

    @property
    def threshold_curve(self) -> ThresholdCurve:
        """False flags and recall by threshold, for `OperatingPoint.for_review_capacity`.

        Raises:
            ArtifactIntegrityError: The artefact has no curve, or one that contradicts itself.
        """
        return self._part("threshold_curve", self._read_curve)

    def _read_curve(self) -> ThresholdCurve:
        content = self._json("operating_points.json")
        with _fitting_numbers():
            steps = tuple(CurveStep(**step) for step in content["curve"])
            return ThresholdCurve(steps, content["conversations"], content["positives"])

    @property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer."""
        return self._part(
            "tokenizer",
            lambda: Tokenizer(self._files["tokenizer.json"].decode("utf-8"), self._json("taxonomy.json")["max_tokens"]),
        )

    @property
    def encoder(self) -> Encoder:
        """The encoder."""
        return self._part("encoder", lambda: Encoder(self._files["encoder.onnx"], self._threads))

    @property
    def screen(self) -> Screen:
        """The screen."""
        return self._part("screen", lambda: Screen(ScreenWeights.from_bytes(self._files["screen.npz"])))

    @property
    def language(self) -> LanguageModel:
        """The language model."""
        name = "language.npz"
        return self._part("language", lambda: LanguageModel(ScreenWeights.from_bytes(self._files[name], name)))

    @property
    def window_model(self) -> WindowModel:
        """The window model."""
        return self._part("window_model", lambda: WindowModel(self._files["window_model.onnx"]))

    def reopen(self) -> None:
        """Forget what is open, in a forked child.

        What the parent opened is kept and never used, because a thread that no longer exists may have been inside it.
        """
        self._of_parents.append(self._parts)
        self._parts = {}

    def _part(self, name: str, make: Callable[[], _Part]) -> _Part:
        """Make a part once; `cached_property` has a lock up to Python 3.11, which a fork could leave held."""
        if name not in self._parts:
            with LOADING:
                if name not in self._parts:
                    self._parts[name] = make()
        part: _Part = self._parts[name]
        return part

    def _json(self, name: str) -> dict[str, Any]:
        return dict(json.loads(self._files[name]))


@contextmanager
def _fitting_numbers() -> Iterator[None]:
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        raise ArtifactIntegrityError(
            f"the artefact's numbers do not fit this version ({type(error).__name__}); install the version that matches"
        ) from None
