"""The case: everything a hand-over holds about one reviewed conversation, as frozen values.

A case speaks of messages and accounts. What only a person can know (`facts`) stays empty until a person has answered
it, and nothing of a score appears outside `Internal`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from grooming_risk.handover.case.facts import (
    Account,
    Answer,
    CyberTip,
    Event,
    Order,
    Participant,
    Platform,
    Preservation,
    Reporter,
    Role,
    Zone,
)

SCHEMA_VERSION = 1


class TextScope(str, Enum):
    """Which messages a case holds, and whether their text is in it."""

    FLAGGED = "flagged"  # the flagged stretches and some messages around them
    WHOLE = "whole"  # every message
    NONE = "none"  # the flagged stretches without text and without names


@dataclass(frozen=True, slots=True)
class Review:
    """What a person decided.

    Attributes:
        decision: about the flag, as in the review record.
        decided_at: UTC.
        role: what the reviewer does, such as "trust and safety reviewer"; not a name.
        note: the reviewer's note to whoever reads the case; None when there is none.
        viewed: indices of the messages that a person viewed.
    """

    decision: str
    decided_at: str
    role: str
    note: str | None = field(repr=False)
    viewed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CaseMessage:
    """One message.

    Attributes:
        index: zero-based place in the conversation.
        message_id: the platform's id.
        speaker: neutral name of who wrote it.
        sent_at: RFC 3339 with an offset; without one when the time zone is unknown; None when there is no time.
        kind: text, edited, system, media or deleted.
        edited: whether the text is a later version.
        deleted: whether it was deleted.
        flagged: whether it is part of a flagged stretch, not of the context around one.
        tactics: tactics that the message shows.
        text: None when the case holds no text or the message has none.
    """

    index: int
    message_id: str | None
    speaker: str
    sent_at: str | None
    kind: str
    edited: bool
    deleted: bool
    flagged: bool
    tactics: tuple[str, ...]
    text: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Messages `start` to `stop` (exclusive) that a person was asked to read."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Source:
    """The export that the messages were read from.

    Attributes:
        name: file name; None in a case without text, because names of exports often hold names of people.
        bytes: size of the file, or of all files of a folder.
        sha256: of the file; of a folder, that of the list `<sha256>  <name>` of its files, one a line, sorted.
        reader: name of the format.
        reader_version: version of this library.
    """

    name: str | None = field(repr=False)
    bytes: int
    sha256: str
    reader: str
    reader_version: str


@dataclass(frozen=True, slots=True)
class Internal:
    """Where the flag came from. It is not evidence: no addressee should rely on it. No text and no name is in it."""

    notice: str
    library_version: str
    model_version: str
    artifact_digest: str
    operating_point: str
    threshold: float
    prior: float
    probability: float | None
    interval: tuple[float, ...] | None
    input_digest: str
    report_digest: str
    record_id: str
    record_digest: str


@dataclass(frozen=True, slots=True)
class Case:
    """A reviewed conversation, ready to be handed over by a person.

    Attributes:
        schema_version: of case_schema.json.
        case_id: id of the case, chosen by the person or derived from the review record.
        created_at: time of the decision, UTC. The case holds no clock time, so that the same input gives the same file.
        review: the decision.
        explanation: why the conversation is handed over, in the reviewer's own words.
        tactics: tactic → indices of the messages that show it, among the messages of the case.
        platform: where it took place.
        conversation_id: the platform's id of the conversation.
        participants: the accounts, in the order in which they first write.
        countries: countries that the people or the offence may be in, as far as a person knows (ISO 3166-1).
        messages_total: messages of the whole conversation.
        text_scope: which messages are in the case.
        text_masked: whether explicit terms are replaced by `[EXPLICIT]`.
        context: messages kept on each side of a stretch.
        stretches: what a person was asked to read.
        zone: time zone of the messages.
        messages: in order.
        meeting_planned: whether a meeting in person is planned.
        images_exchanged: whether images were sent or asked for.
        threats: whether there are threats.
        immediate_danger: whether a child may be in danger now.
        accounts_elsewhere: accounts on other services.
        events: what the platform recorded about the accounts.
        source: the export.
        preservation: what the platform should keep.
        reporter: who reports.
        order: the order that is answered; None when there is none.
        cybertip: what a CyberTipline report asks a person to decide.
        internal: where the flag came from.
    """

    schema_version: int
    case_id: str
    created_at: str
    review: Review
    explanation: str = field(repr=False)
    tactics: Mapping[str, tuple[int, ...]]
    platform: Platform
    conversation_id: str | None = field(repr=False)
    participants: tuple[Participant, ...]
    countries: tuple[str, ...]
    messages_total: int
    text_scope: TextScope
    text_masked: bool
    context: int
    stretches: tuple[Stretch, ...]
    zone: Zone
    messages: tuple[CaseMessage, ...]
    meeting_planned: Answer
    images_exchanged: Answer
    threats: Answer
    immediate_danger: Answer
    accounts_elsewhere: tuple[Account, ...]
    events: tuple[Event, ...]
    source: Source | None
    preservation: Preservation
    reporter: Reporter
    order: Order | None
    cybertip: CyberTip
    internal: Internal

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types, as case_schema.json describes them."""
        return {name: _plain(value) for name, value in dataclasses.asdict(self).items()}

    def role_of(self, role: Role) -> tuple[Participant, ...]:
        """Return the participants of this role."""
        return tuple(participant for participant in self.participants if participant.role is role)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value
