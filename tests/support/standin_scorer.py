"""A scorer whose networks are cheap and exact: vectors from hashes, window logits from sums that no order changes.

Everything else is the library's: reading, windows, abstention, calibration, decisions. Windows are of six messages.
"""

import hashlib
from types import SimpleNamespace

import numpy as np

from grooming_risk import OperatingPoint, RiskScorer
from grooming_risk.decision.abstention import AbstentionThresholds
from grooming_risk.decision.calibration import Calibrator
from grooming_risk.model.artifact import Taxonomy
from grooming_risk.model.encoder import EncodedTexts
from grooming_risk.model.window_model import window_features
from grooming_risk.model.windowing import WindowSpec
from grooming_risk.tactics import LABELS
from grooming_risk.text.masking import ExplicitVocabulary
from grooming_risk.text.word_division import WordDivision

WIDTH = 4
SPEC = WindowSpec(6, 3)


class StandinTokenizer:
    words = WordDivision([("▁how", -3.0), ("▁old", -3.0), ("▁well", -3.0), ("o", -9.0)])

    def encode(self, texts):
        return list(texts)


class StandinEncoder:
    """Sixteenths and whole numbers, so that float32 sums are exact."""

    def encode_texts(self, texts, count):
        assert len(texts) == count
        found = [hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=32).digest() for text in texts]
        numbers = np.array([list(digest) for digest in found], dtype=np.float32).reshape(count, 32)
        tokens = np.array([len(text.split()) for text in texts], dtype=np.int64)
        return EncodedTexts(
            embeddings=(numbers[:, :WIDTH] - 128) / 16,
            logits=(numbers[:, WIDTH : WIDTH + len(LABELS)] - 160) / 16,
            tokens=tokens,
            language=((numbers[:, -1] - 100) / 16 * tokens).astype(np.float32),
        )


class StandinWindowModel:
    """Looks at every feature of every kept message, in the order they have."""

    def logits(self, vectors, windows):
        return np.array([self._logit(vectors, window) for window in windows], dtype=np.float64)

    def _logit(self, vectors, window):
        rows = slice(window.span.start, window.span.stop)
        features = window_features(vectors, window).astype(np.float64)
        value = vectors.embeddings[rows].astype(np.float64) @ np.arange(1, WIDTH + 1) / 8
        value += vectors.logits[rows].max(1) - 5  # so that about half of the conversations are flagged
        value *= 1 + 2 * features[:, 0] + features[:, 1] / 2 - features[:, 3] / 4 + features[:, 4]
        kept = np.ones(len(value)) if window.kept is None else window.kept
        return np.tanh((value * kept).sum() / 64) * 8


class StandinScorer(RiskScorer):
    """Takes the place of a scorer with an artefact."""

    def __init__(self, folder=None, *, digest="0" * 64, abstention=(3, 0.99, 6, -0.5), **options):
        super().__init__(folder, **options)
        points = {
            name: OperatingPoint(name, at, 0.5, 10, 0, 0.3, 0.5) for name, at in (("balanced", 2.0), ("strict", 4.0))
        }
        self._standin = SimpleNamespace(
            digest=digest,
            model_version="0",
            vocabulary=ExplicitVocabulary.from_terms(["old well"], b"salt"),
            tokenizer=StandinTokenizer(),
            encoder=StandinEncoder(),
            window_model=StandinWindowModel(),
            window_spec=SPEC,
            calibrator=Calibrator(0.7, -1.0, 0.5, 0.01, (-1.0, 2.0), (0.0, 0.3, 0.6), (0.2, 0.5, 1.0)),
            taxonomy=Taxonomy(LABELS, (0.9,) * len(LABELS)),
            abstention=AbstentionThresholds(*abstention),
            operating_points=points,
        )

    @property
    def artifact(self):
        return self._standin
