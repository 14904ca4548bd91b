"""The types that every reader receives and returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from grooming_risk.conversation import Attribution, Conversation, Limits
from grooming_risk.errors import GroomingRiskError, InvalidOptionError
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.work import ExportLimits


class DateOrder(str, Enum):
    """Order of day, month and year in exports that write numeric dates."""

    DAY_MONTH_YEAR = "dmy"
    MONTH_DAY_YEAR = "mdy"
    YEAR_MONTH_DAY = "ymd"


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of a table's columns, or their positions from 1 as "#1"; None selects the usual names.

    Attributes:
        speaker: Column that distinguishes speakers.
        text: Column of the message text.
        sent_at: Column of the time a message was sent.
        conversation: Column of the conversation identifier.
        kind: Column of the message kind.
    """

    speaker: str | None = None
    text: str | None = None
    sent_at: str | None = None
    conversation: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """Settings that cannot be read from the file itself.

    Attributes:
        date_order: Order of numeric dates; None infers it from the whole file.
        columns: Columns of a table.
        limits: Limits of one conversation. Longer messages are split; more messages or speakers are refused.
        export_limits: Limits on the files of an export.
        clock_hours: 12 or 24 for clocks without AM or PM; None infers it from the whole file.
    """

    date_order: DateOrder | None = None
    columns: Columns = field(default_factory=Columns)
    limits: Limits = field(default_factory=Limits)
    export_limits: ExportLimits = field(default_factory=ExportLimits)
    clock_hours: int | None = None

    def __post_init__(self) -> None:
        """Check what a caller may get wrong.

        Raises:
            InvalidOptionError: `clock_hours` is neither 12 nor 24.
        """
        if self.clock_hours not in (None, 12, 24):
            raise InvalidOptionError(f"clock_hours must be 12, 24 or None, got {self.clock_hours!r}")


@dataclass(frozen=True, slots=True)
class ExportedConversation:
    """One conversation of an export. Its `repr` hides message text and speaker names.

    Attributes:
        identifier: Identifier from the export, or the position of the conversation in it.
        conversation: The messages. Speakers have the neutral names that reports use (a, b, ...).
        speakers: Neutral name → name in the export ("" when the export has none).
        warnings: Observations of the reader, without message text.
    """

    identifier: str = field(repr=False)
    conversation: Conversation
    speakers: Mapping[str, str] = field(repr=False)
    warnings: tuple[str, ...] = ()

    def with_names(self) -> Conversation:
        """Return the conversation with the speakers' own names, for output that shows text; scores do not change."""
        names: dict[str, str] = {}
        for neutral, name in self.speakers.items():
            names[neutral] = f"{name} ({neutral})" if not name or name in names.values() else name
        renamed = (replace(message, speaker=names[message.speaker]) for message in self.conversation)
        return Conversation(tuple(renamed), self.conversation.attribution)


@dataclass(frozen=True, slots=True)
class UnreadableConversation:
    """One conversation of an export that cannot be used, although others in the export can.

    Attributes:
        identifier: Identifier, as in `ExportedConversation`.
        error: Error that says what is wrong and what to do.
    """

    identifier: str = field(repr=False)
    error: GroomingRiskError


ReadConversation = ExportedConversation | UnreadableConversation


@dataclass(frozen=True, slots=True)
class Guide:
    """How to make an export, and what it contains, for users and for the documentation.

    Attributes:
        steps: How to export, in order; menu items are separated by " > ".
        kept: What the export contains that matters here.
        lost: What the export does not contain, or what the reader cannot recover.
        source: Where the schema was read, and what is unverified.
        seen: Versions of the program, or dates of exports, that the reader was written for.
    """

    steps: tuple[str, ...]
    kept: tuple[str, ...]
    lost: tuple[str, ...]
    source: str
    seen: str


@dataclass(frozen=True, slots=True)
class Reader:
    """One export format.

    Attributes:
        name: Name used by `--from`.
        description: One line for users: which program writes the export and which file to pass.
        accepts: Shapes of an export: "file", "folder", "zip".
        keeps: Which of "times", "edits", "deletions", "media", "system notices" the reader distinguishes.
        limit: One line for users on what the format does not contain; "" when nothing is missing.
        recognizes: Returns whether an export looks like this format, from member names and the start of members.
        read: Yields the conversations in order. Memory is bounded by the largest member, or by the largest
            conversation where its messages are spread over several members; a format that mixes conversations in one
            member is held in memory as a whole. Damage to the whole export raises `UnsupportedFormatError` or
            `InputTooLargeError`; damage to one conversation is yielded as an `UnreadableConversation`.
        guide: How to make the export, and what it contains.
        attribution: What distinguishes the speakers of the format: ids of accounts, printed names, or what the caller
            or a table gave. A reader may set another one for a single conversation.
    """

    name: str
    description: str
    accepts: tuple[str, ...]
    keeps: tuple[str, ...]
    limit: str
    recognizes: Callable[[Export], bool]
    read: Callable[[Export, ReadingOptions], Iterator[ReadConversation]]
    guide: Guide
    attribution: Attribution = Attribution.GIVEN
