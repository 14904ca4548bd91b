"""The scorer: conversations in, reports out."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from grooming_risk.conversation import Conversation, Limits
from grooming_risk.decision.operating_points import DEFAULT, OperatingPoint
from grooming_risk.errors import InvalidConversationError, InvalidOptionError
from grooming_risk.keys import check_key
from grooming_risk.limits import speaker_numbers
from grooming_risk.model.artifact import BUNDLED, Artifact
from grooming_risk.model.forking import LOADING
from grooming_risk.report import RiskReport
from grooming_risk.scoring.assessment import assess
from grooming_risk.scoring.judgement import Judgement
from grooming_risk.scoring.message_encoding import EncodedConversation, encode_conversations

_LOGGER = logging.getLogger("grooming_risk.scoring")  # never text of messages, nor ids
_MOST_THREADS = 4  # by default; more cores are left to the caller


class RiskScorer:
    """Scores conversations with one artefact.

    A scorer is thread-safe. Only its configuration is pickled: another process loads the artefact again. A forked child
    may use its parent's scorer, and opens the networks again when it first scores.
    """

    def __init__(
        self,
        artifact: str | os.PathLike[str] | None = None,
        *,
        threads: int | None = None,
        digest_key: bytes | None = None,
        limits: Limits | None = None,
    ) -> None:
        """Store the configuration; the artefact is loaded when it is first needed.

        Args:
            artifact: Folder of an artefact; None for the bundled one.
            threads: Number of inference threads, at least 1; None for the available cores, at most 4.
            digest_key: Key of the input digests, at least 16 bytes; None for a random key of this scorer.
            limits: What is kept in mind of a conversation at once; None for the default limits.

        Raises:
            InvalidOptionError: `threads` is below 1, or the key is too short.
        """
        if threads is not None and threads < 1:
            raise InvalidOptionError(f"threads must be at least 1, got {threads}; leave it out for the default")
        check_key(digest_key)
        self._folder = BUNDLED if artifact is None else Path(artifact)
        self._threads = min(_MOST_THREADS, _available_cores()) if threads is None else threads
        self._digest_key = digest_key or secrets.token_bytes(32)
        self._limits = limits or Limits()
        self._loaded: Artifact | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_loaded": None}

    @property
    def artifact(self) -> Artifact:
        """The verified artefact.

        Raises:
            ArtifactIntegrityError: The folder does not match its manifest.
        """
        if self._loaded is None:
            with LOADING:
                if self._loaded is None:
                    self._loaded = self._load()
        return self._loaded

    @property
    def limits(self) -> Limits:
        """Limits of the input."""
        return self._limits

    @property
    def threads(self) -> int:
        """Number of inference threads."""
        return self._threads

    def score(
        self,
        messages: Iterable[object],
        *,
        operating_point: str | OperatingPoint = DEFAULT,
        prior: float | None = None,
        explain: bool = True,
        keys: Mapping[str, str] | None = None,
    ) -> RiskReport:
        """Score one conversation; see `score_conversation`."""
        conversation = Conversation.from_messages(messages, self._limits, keys=keys)
        return self.score_batch([conversation], operating_point=operating_point, prior=prior, explain=explain)[0]

    def score_batch(
        self,
        conversations: Sequence[Conversation],
        *,
        operating_point: str | OperatingPoint = DEFAULT,
        prior: float | None = None,
        explain: bool = True,
    ) -> list[RiskReport]:
        """Score several conversations whose texts are encoded together.

        Args:
            conversations: The conversations, as `Conversation.from_messages` returns them.
            operating_point: As in `score_conversation`.
            prior: As in `score_conversation`.
            explain: As in `score_conversation`.

        Returns:
            One report for each, in order.

        Raises:
            InvalidConversationError: An item is not a `Conversation`; the error names its place in the batch.
        """
        for place, conversation in enumerate(conversations):
            if not isinstance(conversation, Conversation):
                raise InvalidConversationError(
                    f"conversation {place} of the batch is a {type(conversation).__name__}; pass "
                    "Conversation.from_messages(...), or use score_conversations"
                )
        judgement = Judgement(self.artifact, operating_point, prior)
        started = time.perf_counter()
        reports = [assess(encoded, judgement, explain=explain) for encoded in self.encode(conversations)]
        messages, seconds = sum(report.messages for report in reports), time.perf_counter() - started
        _LOGGER.debug("%d conversations, %d messages scored in %.3f s", len(reports), messages, seconds)
        return reports

    def encode(self, conversations: Sequence[Conversation]) -> list[EncodedConversation]:
        """Encode conversations once, to judge them at several operating points or priors.

        Args:
            conversations: The conversations; a text that occurs in several of them is encoded once.

        Returns:
            One encoded conversation for each, in order, for `judge` of this scorer. They hold no text, but vectors from
            which short texts may be guessed.

        Raises:
            ArtifactIntegrityError: The artefact does not match its manifest.
        """
        return [
            replace(encoded, input_digest=_digest(conversation, self._digest_key, self._limits))
            for conversation, encoded in zip(
                conversations, encode_conversations(conversations, self.artifact, self._limits), strict=True
            )
        ]

    def judge(
        self,
        encoded: EncodedConversation,
        *,
        operating_point: str | OperatingPoint = DEFAULT,
        prior: float | None = None,
        explain: bool = True,
    ) -> RiskReport:
        """Judge an encoded conversation: `score` without encoding the messages again.

        Args:
            encoded: What `encode` of this scorer returned.
            operating_point: As in `score_conversation`.
            prior: As in `score_conversation`.
            explain: As in `score_conversation`.

        Returns:
            The report that `score` gives of the conversation.

        Raises:
            UnknownOperatingPointError: The artefact has no operating point of this name.
            InvalidOptionError: The prior is not strictly between 0 and 1.
        """
        return assess(encoded, Judgement(self.artifact, operating_point, prior), explain=explain)

    def _load(self) -> Artifact:
        """Load the artefact and open its networks, so that threads never share a half-opened one."""
        started = time.perf_counter()
        artifact = Artifact(self._folder, self._threads)
        _ = artifact.tokenizer, artifact.encoder, artifact.window_model
        seconds = time.perf_counter() - started
        _LOGGER.info("model %s loaded in %.2f s", artifact.manifest["model_version"], seconds)
        return artifact


@lru_cache(maxsize=1)
def default_scorer() -> RiskScorer:
    """Return the scorer that `score_conversation` uses: one per process, with the bundled artefact."""
    return RiskScorer()


def score_conversation(
    messages: Iterable[object],
    *,
    operating_point: str | OperatingPoint = DEFAULT,
    prior: float | None = None,
    explain: bool = True,
    scorer: RiskScorer | None = None,
    keys: Mapping[str, str] | None = None,
) -> RiskReport:
    """Score a conversation, and report which parts of it a trained person should read.

    Args:
        messages: `Message`s, mappings or (speaker, text) pairs, in order. Mappings have a speaker ("speaker", "author",
            "user", "from", "sender", "sender_id", "user_id", "author_id", "from_id" or "role"), a text ("text",
            "content", "body" or "message") and, where it is known, a time ("sent_at", "timestamp", "ts", "created_at",
            "date" or "time").
        operating_point: Name of an operating point (see `grooming-risk info`), or an operating point of your own, such
            as `OperatingPoint.for_review_capacity` returns.
        prior: Prevalence in (0, 1) that probabilities refer to; None for the artefact's reference prevalence. The prior
            never changes what is flagged.
        explain: Whether to compute evidence.
        scorer: A configured scorer; None for the shared default scorer.
        keys: Names of your own for the fields "speaker", "text", "sent_at", "kind" and "message_id", as in
            `{"speaker": "who", "text": "what"}`; None for the usual names.

    Returns:
        The report. It holds message indices and neutral speaker names, never text.

    Raises:
        InvalidConversationError: A message cannot be used; the error has its index.
        InputTooLargeError: A message is too long.
        UnknownOperatingPointError: The artefact has no operating point of this name.
        InvalidOptionError: The prior is not strictly between 0 and 1, or `keys` names an unknown field.
        ArtifactIntegrityError: The artefact does not match its manifest.
    """
    asked = {"operating_point": operating_point, "prior": prior, "explain": explain, "keys": keys}
    return (scorer or default_scorer()).score(messages, **asked)  # type: ignore[arg-type]


def _available_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return _MOST_THREADS


def _digest(conversation: Conversation, key: bytes, limits: Limits) -> str:
    """Compute the keyed digest of a conversation, hexadecimal; speakers count by number, not by name."""
    numbers = speaker_numbers((message.speaker for message in conversation), limits.speakers)
    digest = hmac.new(key, digestmod=hashlib.sha256)
    for number, message in zip(numbers, conversation, strict=True):
        sent_at = message.sent_at.isoformat() if message.sent_at else None
        row = [number, message.kind.value, message.text, sent_at]
        digest.update(json.dumps(row).encode() + b"\n")
    return digest.hexdigest()
