"""The shipped scorer with a cache: each distinct text is encoded once in a session, so that much padding is cheap.

The shipped encoder gives a text the same vector alone and in a batch, so no score changes.
"""

import numpy as np

from grooming_risk import RiskScorer
from grooming_risk.model.encoder import EncodedTexts


class _Texts:
    def __init__(self, words):
        self.words = words

    def encode(self, texts):
        return list(texts)


class _Remembering:
    def __init__(self, artifact):
        self._artifact = artifact
        self._known = {}

    def encode_texts(self, texts, count):
        new = [text for text in texts if text not in self._known]
        if new:
            found = self._artifact.encoder.encode_texts(self._artifact.tokenizer.encode(new), len(new))
            parts = (found.embeddings, found.logits, found.tokens, found.language)
            self._known.update(zip(new, zip(*parts, strict=True), strict=True))
        return EncodedTexts(*map(np.array, zip(*(self._known[text] for text in texts), strict=True)))


class _Artifact:
    def __init__(self, artifact):
        self._artifact = artifact
        self.tokenizer, self.encoder = _Texts(artifact.tokenizer.words), _Remembering(artifact)

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
