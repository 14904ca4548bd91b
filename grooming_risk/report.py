"""The report: frozen results that hold message indices and neutral speaker names, never text."""

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

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class WindowRisk:
    """One window as written by one focus speaker to the others.

    Attributes:
        start: index of its first message.
        stop: index after its last message.
        focus_speaker: neutral name of the speaker with the highest logit in this window.
        logit: raw answer of the window model.
        probability: calibrated, in [0, 1].
        interval: Venn-Abers interval of the probability.
        flagged: whether the logit reaches the operating point.
    """

    start: int
    stop: int
    focus_speaker: str
    logit: float
    probability: float
    interval: tuple[float, float]
    flagged: bool


@dataclass(frozen=True, slots=True)
class Span:
    """Overlapping or adjoining flagged windows, merged: what a reviewer opens. `probability` is the highest in it."""

    start: int
    stop: int
    probability: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """How much one message moved the score.

    Attributes:
        message: its index; the last of several short ones that were read as one text.
        speaker: neutral name of who wrote it.
        tactics: tactics it shows, strongest first.
        cues: cues it shows, strongest first.
        delta_logit: window logit with the message minus without it; positive raised the score, negative is
            counter-evidence.
    """

    message: int
    speaker: str
    tactics: tuple[str, ...]
    cues: tuple[str, ...]
    delta_logit: float


@dataclass(frozen=True, slots=True)
class Provenance:
    """What produced the report.

    Attributes:
        library_version: version of this package.
        model_version: version of the artefact.
        artifact_digest: SHA-256 of its manifest, hexadecimal.
        operating_point: name of the threshold.
        threshold: probability at or above which a window is flagged, at the prior in use.
        prior: prevalence that the probabilities refer to.
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
        outcome: review, no review or abstained.
        abstention: the reason when abstained, else None.
        probability: highest window probability, in [0, 1]; None only when abstained.
        interval: its interval; None only when abstained.
        windows: every window, in order.
        spans: flagged windows merged, in order.
        first_flag: index of the message at which a live reader of the first flagged window would have flagged.
        evidence: messages by the size of their contribution, counter-evidence included; empty when not explained.
        timeline: tactic → indices of the messages that show it; tactics in the order they were first seen.
        messages: number of messages in the conversation.
        provenance: what produced this.
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
    messages: int
    provenance: Provenance

    def __post_init__(self) -> None:
        abstained = self.outcome is Outcome.ABSTAINED
        if abstained != (self.abstention is not None) or abstained != (self.probability is None):
            raise ValueError("a report either abstains with a reason or has a probability")
        if self.probability is not None and not 0.0 <= self.probability <= 1.0:
            raise ValueError(f"probability {self.probability} is not in [0, 1]")
        if (self.outcome is Outcome.REVIEW) != bool(self.spans):
            raise ValueError("a report asks for review exactly when it has spans")

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types, as described by report_schema.json."""
        values = dataclasses.asdict(self)
        values["timeline"] = {tactic: list(indices) for tactic, indices in self.timeline.items()}
        return {"schema_version": SCHEMA_VERSION, **{name: _plain(value) for name, value in values.items()}}

    def to_json(self, indent: int | None = None) -> str:
        """The report as JSON text."""
        return json.dumps(self.to_dict(), indent=indent, allow_nan=False)

    def to_html(self, conversation: Iterable[object], *, title: str = "Conversation") -> str:
        """A self-contained page for a trained reviewer: evidence first, messages masked until shown, score folded.

        The texts of the messages are in it: store it as the conversation itself. It is ASCII only.

        Args:
            conversation: the messages that were scored, as they were given to the scorer.
            title: heading and window title.

        Raises:
            InvalidConversationError: a row cannot be used, or the report is about other messages.
            InputTooLargeError: the messages are over the default limits; pass a `Conversation` made with your own.
        """
        # Late, and upwards: a report draws itself only when asked to, and importing the library stays light.
        from grooming_risk.rendering.html.review_page import review_page

        return review_page(self, Conversation.from_messages(conversation), title=title)

    def _repr_html_(self) -> str:
        """The compact view that notebooks show, without text."""
        from grooming_risk.rendering.html.compact import compact_view

        return compact_view(self)

    @classmethod
    def from_json(cls, text: str) -> RiskReport:
        """Read what `to_json` wrote.

        Raises:
            UnsupportedFormatError: the text is no report of this schema version, or one that contradicts itself.
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
                messages=int(fields["messages"]),
                provenance=Provenance(**fields["provenance"]),
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
    """JSON has one kind of number, so each is read as what the field says it is."""
    read = {field.name: _READ.get(str(field.type), tuple) for field in dataclasses.fields(kind)}
    return tuple(kind(**{name: read[name](value) for name, value in row.items()}) for row in rows)


_READ: dict[str, Callable[[Any], Any]] = {"int": int, "float": float, "str": str, "bool": bool}
