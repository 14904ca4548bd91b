"""The report of a conversation: message indices and neutral speaker names, never text."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from grooming_risk.conversation import Conversation
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.outcome import AbstentionReason, Outcome
from grooming_risk.schemas.report_form import report_fields

SCHEMA_VERSION = 2


@dataclass(frozen=True, slots=True)
class WindowRisk:
    """One window, scored for what one focus speaker writes to the others.

    Attributes:
        start: Index of the first of its last fifty texts.
        stop: Index after its last message.
        remembered: Indices of the messages before `start` that it reads as well, ascending.
        focus_speaker: Neutral name of the speaker with the highest logit in this window.
        logit: Output of the window model.
        probability: Calibrated probability, in [0, 1].
        interval: Venn-Abers interval of the probability.
        flagged: Whether the logit reaches the threshold of the operating point.
    """

    start: int
    stop: int
    remembered: tuple[int, ...]
    focus_speaker: str
    logit: float
    probability: float
    interval: tuple[float, float]
    flagged: bool


@dataclass(frozen=True, slots=True)
class Span:
    """What a reviewer opens: the stretches around the messages that carry flagged windows, which may lie far apart.

    Attributes:
        start: Index of the first message of its first stretch.
        stop: Index after the last message of its last stretch.
        probability: Highest probability of its windows, in [0, 1].
        stretches: Half-open ranges of message indices to show, ascending and apart; not what lies between.
    """

    start: int
    stop: int
    probability: float
    stretches: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """How much one message moved the logit of a window.

    Attributes:
        message: Index of the message; of a run of short messages that are read as one text, the last.
        speaker: Neutral name of its speaker.
        tactics: Tactics it shows, strongest first.
        cues: Cues it shows, strongest first.
        delta_logit: Logit of the window with the message minus its logit without; a positive value raised it, a
            negative one is counter-evidence.
    """

    message: int
    speaker: str
    tactics: tuple[str, ...]
    cues: tuple[str, ...]
    delta_logit: float


@dataclass(frozen=True, slots=True)
class Provenance:
    """What produced a report.

    Attributes:
        library_version: Version of this package.
        model_version: Version of the artefact.
        artifact_digest: SHA-256 of its manifest, hexadecimal.
        operating_point: Name of the operating point.
        threshold: Probability at or above which a window is flagged, at the prior.
        prior: Prevalence in (0, 1) that probabilities refer to.
        input_digest: HMAC-SHA-256 of the input under the scorer's key, hexadecimal.
    """

    library_version: str
    model_version: str
    artifact_digest: str
    operating_point: str
    threshold: float
    prior: float
    input_digest: str


@dataclass(frozen=True, slots=True)
class RiskReport:
    """Result of scoring one conversation.

    Attributes:
        outcome: Review, no review, or abstained.
        abstention: The reason when the scorer abstained, else None.
        probability: Highest window probability, in [0, 1]; None only when the scorer abstained.
        interval: Its interval; None only when the scorer abstained.
        windows: All windows, in order.
        spans: Flagged windows merged, in order.
        first_flag: Index of the message after which the first flagged window reaches the threshold, read from its
            start; None when no window is flagged.
        evidence: Messages by the size of their contribution, counter-evidence included; empty when not explained.
        timeline: Tactic → indices of the messages that show it; tactics in the order in which they were first seen.
        unread: Neutral names of speakers whose messages are in a language that is not scored.
        messages: Number of messages in the conversation.
        provenance: What produced the report.
        beyond_limits: Limits that the conversation is beyond, of "messages", "characters" and "speakers" (`Limits`):
            everything is read, but long messages in parts, and speakers who were long silent count as new.
    """

    outcome: Outcome
    abstention: AbstentionReason | None
    probability: float | None
    interval: tuple[float, float] | None
    windows: tuple[WindowRisk, ...]
    spans: tuple[Span, ...]
    first_flag: int | None
    evidence: tuple[Evidence, ...]
    timeline: Mapping[str, tuple[int, ...]]
    unread: tuple[str, ...]
    messages: int
    provenance: Provenance
    beyond_limits: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        abstained = self.outcome is Outcome.ABSTAINED
        if abstained != (self.abstention is not None) or abstained != (self.probability is None):
            raise ValueError("a report has either a reason to abstain or a probability")
        if self.probability is not None and not 0.0 <= self.probability <= 1.0:
            raise ValueError(f"probability must be in [0, 1], got {self.probability}")
        if (self.outcome is Outcome.REVIEW) != bool(self.spans):
            raise ValueError("a report asks for review exactly when it has spans")

    @property
    def flagged(self) -> bool:
        """Whether a trained person should read the conversation: the outcome is a review."""
        return self.outcome is Outcome.REVIEW

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON types, as report_schema.json describes them."""
        values = dataclasses.asdict(self)
        if not self.beyond_limits:
            del values["beyond_limits"]
        values["timeline"] = {tactic: list(indices) for tactic, indices in self.timeline.items()}
        return {"schema_version": SCHEMA_VERSION, **{name: _plain(value) for name, value in values.items()}}

    def to_json(self, indent: int | None = None) -> str:
        """Return the report as JSON text."""
        return json.dumps(self.to_dict(), indent=indent, allow_nan=False)

    def to_html(
        self,
        conversation: Iterable[object],
        *,
        title: str = "Conversation",
        keys: Mapping[str, str] | None = None,
    ) -> str:
        """Render a self-contained page for a trained reviewer: evidence first, messages masked until shown.

        The page contains the texts of the messages: store it as safely as the conversation.

        Args:
            conversation: The messages that were scored, as they were given to the scorer.
            title: Heading and window title.
            keys: Names of your own for the fields of messages, as in `score_conversation`.

        Returns:
            An HTML document, ASCII only.

        Raises:
            InvalidConversationError: A row cannot be used, or the report belongs to other messages.
            InputTooLargeError: The messages exceed the default limits; pass a `Conversation` made with limits of your
                own.
        """
        # Imported here, and from a room above: importing the library stays light.
        from grooming_risk.rendering.html.review_page import review_page

        return review_page(self, Conversation.from_messages(conversation, keys=keys), title=title)

    def _repr_html_(self) -> str:
        """Return the compact view that notebooks show, without text."""
        from grooming_risk.rendering.html.compact import compact_view

        return compact_view(self)

    @classmethod
    def from_json(cls, text: str) -> RiskReport:
        """Read a report that `to_json` wrote.

        Args:
            text: JSON text.

        Returns:
            The report.

        Raises:
            UnsupportedFormatError: The text is not a report of this schema version, or the report contradicts itself.
        """
        fields = report_fields(text, SCHEMA_VERSION)
        try:
            return cls(
                outcome=Outcome(fields["outcome"]),
                abstention=_optional(AbstentionReason, fields["abstention"]),
                probability=_optional(float, fields["probability"]),
                interval=_optional(tuple, fields["interval"]),
                windows=_many(WindowRisk, fields["windows"]),
                spans=_many(Span, fields["spans"]),
                first_flag=_optional(int, fields["first_flag"]),
                evidence=_many(Evidence, fields["evidence"]),
                timeline={name: tuple(map(int, indices)) for name, indices in fields["timeline"].items()},
                unread=tuple(fields["unread"]),
                messages=int(fields["messages"]),
                provenance=Provenance(**fields["provenance"]),
                beyond_limits=tuple(fields.get("beyond_limits", ())),
            )
        except ValueError as error:
            reason = str(error)
        raise UnsupportedFormatError(f"the report contradicts itself: {reason}")


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value


def _optional(kind: Any, value: Any) -> Any:
    return None if value is None else kind(value)


def _many(kind: Any, rows: list[dict[str, Any]]) -> tuple[Any, ...]:
    """Build results from their fields. JSON has one type of number, so each is converted to the type of its field."""
    read = {field.name: _READ.get(str(field.type), tuple) for field in dataclasses.fields(kind)}
    return tuple(kind(**{name: read[name](value) for name, value in row.items()}) for row in rows)


_READ: dict[str, Callable[[Any], Any]] = {
    "int": int,
    "float": float,
    "str": str,
    "bool": bool,
    "tuple[int, ...]": lambda values: tuple(map(int, values)),
    "tuple[tuple[int, int], ...]": lambda pairs: tuple((int(start), int(stop)) for start, stop in pairs),
}
