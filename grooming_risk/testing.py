"""A scorer to test your own integration with: fast, deterministic, without the model.

`StandInScorer` is a `RiskScorer` whose networks are replaced by hashes of the texts. Everything else is the library's:
limits, errors, windows, abstention, calibration, decisions, evidence and the form of the reports. Its answers mean
nothing, but the same messages always get the same report, in every process and on every machine. `CONVERSATIONS` has a
harmless conversation for each outcome:

    from grooming_risk import Outcome
    from grooming_risk.testing import CONVERSATIONS, StandInScorer

    report = StandInScorer().score(CONVERSATIONS[Outcome.REVIEW])
    assert report.outcome is Outcome.REVIEW

Pass it wherever the library takes a scorer, `ConversationMonitor` and `ConversationWatch` included.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from grooming_risk.conversation import Limits
from grooming_risk.decision.abstention import AbstentionThresholds
from grooming_risk.decision.calibration import Calibrator
from grooming_risk.decision.operating_points import CurveStep, OperatingPoint, ThresholdCurve
from grooming_risk.model.artifact import Artifact, Taxonomy
from grooming_risk.model.encoder import EncodedTexts, Encoder
from grooming_risk.model.language import LanguageModel
from grooming_risk.model.memory import WindowSpec
from grooming_risk.model.screen import Screen, ScreenedTexts
from grooming_risk.model.tokenization import TokenBatch, TokenizedTexts, Tokenizer
from grooming_risk.model.window_model import MessageVectors, WindowInput, WindowModel, window_features
from grooming_risk.outcome import Outcome
from grooming_risk.scoring.scorer import RiskScorer
from grooming_risk.tactics import LABELS
from grooming_risk.text.masking import ExplicitVocabulary
from grooming_risk.text.word_division import WordDivision

__all__ = ["CONVERSATIONS", "WINDOWS", "StandInScorer"]

WINDOWS = WindowSpec(6, 3, 4)  # short, so that short conversations have several windows
DIGEST = "0" * 64
ABSTENTION = AbstentionThresholds(12, 0.99, 24, -0.5)
_WIDTH = 4

# For each outcome a harmless conversation that a `StandInScorer` with the default options answers with it.
CONVERSATIONS: Mapping[Outcome, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        Outcome.REVIEW: (
            ("ann", "are you coming to practice?"),
            ("ben", "yes, see you at six"),
            ("ann", "bring the ball please"),
            ("ben", "ok, and the water too"),
            ("ann", "great, until later"),
            ("ben", "see you there"),
            ("ann", "my bus is late today"),
            ("ben", "no problem, we wait"),
        ),
        Outcome.NO_REVIEW: (
            ("ann", "are you coming to practice?"),
            ("ben", "yes, see you at six"),
            ("ann", "bring the ball please"),
            ("ben", "great, until later"),
        ),
        Outcome.ABSTAINED: (("ann", "hello"),),
    }
)


class StandInScorer(RiskScorer):
    """A scorer without a model, for tests. Its operating points are "balanced" and "strict"."""

    def __init__(
        self,
        artifact: str | os.PathLike[str] | None = None,
        *,
        threads: int | None = None,
        digest_key: bytes | None = None,
        limits: Limits | None = None,
        digest: str = DIGEST,
        abstention: AbstentionThresholds = ABSTENTION,
    ) -> None:
        """Store the configuration.

        Args:
            artifact: Accepted as by `RiskScorer`, and not used.
            threads: Accepted as by `RiskScorer`, and not used.
            digest_key: Key of the input digests, at least 16 bytes; None for a random key of this scorer.
            limits: Limits of the input; None for the default limits.
            digest: Digest of the artefact that reports name; another one looks like another artefact.
            abstention: Thresholds of the abstention rules; a token is a byte here, and ASCII is the language that is
                scored.

        Raises:
            InvalidOptionError: `threads` is below 1, or the key is too short.
        """
        super().__init__(artifact, threads=threads, digest_key=digest_key, limits=limits)
        self._digest, self._abstention = digest, abstention

    def _load(self) -> Artifact:
        return _Artifact(self._digest, self._abstention)


class _Artifact(Artifact):
    """An artefact of constants, with networks that need no files."""

    def __init__(self, digest: str, abstention: AbstentionThresholds) -> None:
        self.manifest = {"model_version": "0", "files": {}}
        self.digest = digest
        self.taxonomy = Taxonomy(LABELS, (0.9,) * len(LABELS))
        self.window_spec = WINDOWS
        self.languages = ("en",)
        self.vocabulary = ExplicitVocabulary.from_terms(["old well"], b"salt")
        self.calibrator = Calibrator(0.7, -1.0, 0.5, 0.01, (-1.0, 2.0), (0.0, 0.3, 0.6), (0.2, 0.5, 1.0))
        points = (OperatingPoint(name, at, 0.5, 10, 0, 0.3, 0.5) for name, at in (("balanced", 2.0), ("strict", 4.0)))
        self.operating_points = {point.name: point for point in points}
        self.abstention = abstention
        self._networks = _Tokenizer(), _Encoder(), _WindowModel(), _Screen(), _Language()

    @property
    def threshold_curve(self) -> ThresholdCurve:
        return ThresholdCurve((CurveStep(4.0, 0, 5), CurveStep(2.0, 0, 5)), conversations=10, positives=10)

    @property
    def tokenizer(self) -> Tokenizer:
        return self._networks[0]

    @property
    def encoder(self) -> Encoder:
        return self._networks[1]

    @property
    def window_model(self) -> WindowModel:
        return self._networks[2]

    @property
    def screen(self) -> Screen:
        return self._networks[3]

    @property
    def language(self) -> LanguageModel:
        return self._networks[4]


class _Tokenizer(Tokenizer):
    """The bytes of a text as token ids."""

    def __init__(self) -> None:
        self._words = WordDivision([("▁how", -3.0), ("▁old", -3.0), ("▁well", -3.0), ("o", -9.0)])

    @property
    def vocabulary_size(self) -> int:
        return 256

    def tokenize(self, texts: list[str]) -> TokenizedTexts:
        read = [np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8) for text in texts]
        return TokenizedTexts(
            ids=np.concatenate([np.empty(0, dtype=np.int32), *read]).astype(np.int32),
            starts=np.cumsum([0, *map(len, read)], dtype=np.int64),
            owners=np.arange(len(texts), dtype=np.int64),
            count=len(texts),
        )


class _Screen(Screen):
    """Passes on three texts of four, by their hashes."""

    def __init__(self) -> None:
        pass

    def screen(self, texts: TokenizedTexts) -> ScreenedTexts:
        numbers = np.stack([_numbers(texts.ids[a:b]) for a, b in pairwise(texts.starts)]) if texts.count else _NOTHING
        return ScreenedTexts(_logits(numbers), numbers[:, 0] >= 64)


class _Language(LanguageModel):
    """ASCII is the language that is scored."""

    def __init__(self) -> None:
        pass

    def log_odds(self, texts: TokenizedTexts) -> npt.NDArray[np.float32]:
        found = np.zeros(texts.count, dtype=np.float32)
        np.add.at(found, np.repeat(texts.owners, np.diff(texts.starts)), np.where(texts.ids < 128, 0.5, -2.0))
        return np.asarray(found / np.maximum(texts.tokens(), 1), dtype=np.float32)


class _Encoder(Encoder):
    """Vectors from hashes, in sixteenths, so that float32 sums of them are exact in any order."""

    def __init__(self) -> None:
        pass

    @property
    def width(self) -> int:
        return _WIDTH

    def encode_texts(self, batches: Iterable[TokenBatch], texts: int) -> EncodedTexts:
        numbers = np.full((texts, 32), 128, dtype=np.float32)
        for batch in batches:
            for text, ids, kept in zip(batch.texts, batch.token_ids, batch.attention_mask, strict=True):
                numbers[text] = _numbers(ids[kept.astype(bool)][1:-1])
        return EncodedTexts(((numbers[:, :_WIDTH] - 128) / 16).astype(np.float16), _logits(numbers))


_NOTHING = np.empty((0, 32), dtype=np.float32)


def _numbers(ids: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.float32]:
    digest = hashlib.blake2b(ids.astype(np.uint8).tobytes(), digest_size=32).digest()
    return np.array(list(digest), dtype=np.float32)


def _logits(numbers: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return ((numbers[:, _WIDTH : _WIDTH + len(LABELS)] - 160) / 16).astype(np.float32)


class _WindowModel(WindowModel):
    """A sum over every feature of every message that is kept, which depends on their order."""

    def __init__(self) -> None:
        pass

    def logits(self, vectors: MessageVectors, windows: Sequence[WindowInput]) -> npt.NDArray[np.float64]:
        return np.array([np.tanh(_values(vectors, window).sum() / 64) * 8 for window in windows], dtype=np.float64)

    def contributions(self, vectors: MessageVectors, windows: Sequence[WindowInput]) -> list[npt.NDArray[np.float64]]:
        return [_values(vectors, window) for window in windows]


def _values(vectors: MessageVectors, window: WindowInput) -> npt.NDArray[np.float64]:
    features = window_features(vectors, window).astype(np.float64)
    value = vectors.embeddings[window.rows].astype(np.float64) @ np.arange(1, _WIDTH + 1) / 8
    value += vectors.logits[window.rows].max(1) - 5  # so that about half of the conversations are flagged
    value *= 1 + 2 * features[:, 0] + features[:, 1] / 2 - features[:, 3] / 4 + features[:, 4]
    return value * (np.ones(len(value)) if window.kept is None else window.kept)
