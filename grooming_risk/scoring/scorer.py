"""The scorer: configuration in, reports out. Thread-safe; only its configuration travels to other processes.
A forked child may go on with its parent's scorer: it opens the networks again when it first scores.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from grooming_risk.conversation import Conversation, Limits
from grooming_risk.decision.operating_points import DEFAULT, OperatingPoint, select
from grooming_risk.errors import InvalidOptionError
from grooming_risk.keys import check_key
from grooming_risk.model.artifact import BUNDLED, Artifact
from grooming_risk.model.forking import LOADING
from grooming_risk.report import Provenance, RiskReport
from grooming_risk.scoring.assessment import Question, assess
from grooming_risk.scoring.message_encoding import read_conversations, speaker_numbers
from grooming_risk.version import __version__


class RiskScorer:
    """Scores conversations with one artefact."""

    def __init__(
        self,
        artifact: str | os.PathLike[str] | None = None,
        *,
        threads: int | None = None,
        digest_key: bytes | None = None,
        limits: Limits | None = None,
    ) -> None:
        """Nothing is read before the first conversation or attribute of the artefact is asked for.

        Args:
            artifact: folder of an artefact; the bundled one when None.
            threads: that run the networks; the processor's cores, four at most, when None.
            digest_key: key of the input digests, 16 bytes or more; random for this scorer when None.
            limits: what input is accepted.

        Raises:
            InvalidOptionError: the key is too short.
        """
        check_key(digest_key)
        self._folder = BUNDLED if artifact is None else Path(artifact)
        self._threads = threads or min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 4)
        self._digest_key = digest_key or secrets.token_bytes(32)
        self._limits = limits or Limits()
        self._loaded: Artifact | None = None

    def __getstate__(self) -> tuple[Path, int, bytes, Limits]:
        return self._folder, self._threads, self._digest_key, self._limits

    def __setstate__(self, state: tuple[Path, int, bytes, Limits]) -> None:
        self._folder, self._threads, self._digest_key, self._limits = state
        self._loaded = None

    @property
    def artifact(self) -> Artifact:
        """The verified artefact.

        Raises:
            ArtifactIntegrityError: it is not what its manifest says.
        """
        if self._loaded is None:
            with LOADING:
                if self._loaded is None:
                    loaded = Artifact(self._folder, self._threads)
                    # Opened here, so that what is shared is whole.
                    _ = loaded.tokenizer, loaded.encoder, loaded.window_model
                    self._loaded = loaded
        return self._loaded

    @property
    def limits(self) -> Limits:
        """What input is accepted."""
        return self._limits

    def score(
        self,
        messages: Iterable[object],
        *,
        operating_point: str | OperatingPoint = DEFAULT,
        prior: float | None = None,
        explain: bool = True,
    ) -> RiskReport:
        """Score one conversation; see `score_conversation`."""
        conversation = Conversation.from_messages(messages, self._limits)
        return self.score_batch([conversation], operating_point=operating_point, prior=prior, explain=explain)[0]

    def score_batch(
        self,
        conversations: Sequence[Conversation],
        *,
        operating_point: str | OperatingPoint = DEFAULT,
        prior: float | None = None,
        explain: bool = True,
    ) -> list[RiskReport]:
        """Score several conversations, their texts encoded together; one report each, in order."""
        if prior is not None and not 0 < prior < 1:
            raise InvalidOptionError(f"prior {prior} is no prevalence; pass a number between 0 and 1, both excluded")
        artifact = self.artifact
        point = select(artifact.operating_points, operating_point)
        readings = read_conversations(conversations, artifact)
        return [
            assess(
                reading,
                len(conversation),
                artifact,
                Question(point, prior, explain, self._provenance(conversation, artifact, point, prior)),
            )
            for conversation, reading in zip(conversations, readings, strict=True)
        ]

    def _provenance(
        self, conversation: Conversation, artifact: Artifact, point: OperatingPoint, prior: float | None
    ) -> Provenance:
        return Provenance(
            library_version=__version__,
            model_version=artifact.model_version,
            artifact_digest=artifact.digest,
            operating_point=point.name,
            threshold=artifact.calibrator.probability(point.threshold, prior),
            prior=artifact.calibrator.reference_prevalence if prior is None else prior,
            input_digest=_digest(conversation, self._digest_key),
        )


@lru_cache(maxsize=1)
def default_scorer() -> RiskScorer:
    """The scorer that `score_conversation` uses: bundled artefact, one for the process."""
    return RiskScorer()


def score_conversation(
    messages: Iterable[object],
    *,
    operating_point: str | OperatingPoint = DEFAULT,
    prior: float | None = None,
    explain: bool = True,
    scorer: RiskScorer | None = None,
) -> RiskReport:
    """Read a conversation and say which stretches a trained person should read.

    Args:
        messages: `Message`s, mappings (speaker/author/user/from/sender, text/content/body,
            sent_at/timestamp/ts/created_at) or (speaker, text) pairs, in order.
        operating_point: named threshold (see `grooming-risk info`), or one of your own, as
            `OperatingPoint.for_review_capacity` gives it.
        prior: prevalence in (0, 1) that probabilities refer to; the artefact's reference when None. It never moves
            what is flagged.
        explain: whether to compute evidence.
        scorer: a configured scorer; the shared default when None.

    Raises:
        InvalidConversationError: a row cannot be used; its index is in the error.
        InputTooLargeError: the input is over a limit.
        UnknownOperatingPointError: there is no such operating point.
        InvalidOptionError: the prior is no prevalence.
        ArtifactIntegrityError: the artefact was changed.
    """
    return (scorer or default_scorer()).score(messages, operating_point=operating_point, prior=prior, explain=explain)


def _digest(conversation: Conversation, key: bytes) -> str:
    numbers = speaker_numbers(conversation)
    digest = hmac.new(key, digestmod=hashlib.sha256)
    for message in conversation:
        sent_at = message.sent_at.isoformat() if message.sent_at else None
        row = [numbers[message.speaker], message.kind.value, message.text, sent_at]
        digest.update(json.dumps(row).encode() + b"\n")
    return digest.hexdigest()
