"""The shipped scorer with a cache: each distinct text is encoded once in a session, so that much padding is cheap.

The shipped encoder gives a text the same vector alone and in a batch, so no score changes.
"""

from grooming_risk import RiskScorer
from grooming_risk.model.artifact import BUNDLED
from training.encodings import RememberingEncoder


class _Artifact:
    def __init__(self, artifact):
        self._artifact = artifact
        self.encoder = RememberingEncoder((BUNDLED / "encoder.onnx").read_bytes(), 2)

    def __getattr__(self, name):
        return getattr(self._artifact, name)


class RememberingScorer(RiskScorer):
    """A scorer whose encoder remembers texts."""

    def __init__(self, **options):
        super().__init__(**options)
        self._remembering = _Artifact(super().artifact)

    @property
    def artifact(self):
        return self._remembering
