"""What every reader is given and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from grooming_risk.conversation import Conversation, Limits
from grooming_risk.errors import GroomingRiskError
from grooming_risk.readers.base.export import Export, ExportLimits


class DateOrder(str, Enum):
    """Order of day, month and year in an export that writes dates in figures."""

    DAY_MONTH_YEAR = "dmy"
    MONTH_DAY_YEAR = "mdy"
    YEAR_MONTH_DAY = "ymd"


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of a table's columns, or their positions from 1 as "#1"; None to look for the usual names."""

    speaker: str | None = None
    text: str | None = None
    sent_at: str | None = None
    conversation: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """What a file cannot say of itself.

    Attributes:
        date_order: of dates in figures; None to infer it from the whole file.
        columns: of a table.
        limits: what a conversation may hold. Longer messages are split, more messages or speakers refused.
        export_limits: what is read of files.
    """

    date_order: DateOrder | None = None
    columns: Columns = field(default_factory=Columns)
    limits: Limits = field(default_factory=Limits)
    export_limits: ExportLimits = field(default_factory=ExportLimits)


@dataclass(frozen=True, slots=True)
class ExportedConversation:
    """One conversation of an export. Its `repr` hides what people wrote and are called.

    Attributes:
        identifier: the conversation's own id, or its position in the export.
        conversation: its messages; speakers have the neutral names that reports use (a, b, ...).
        speakers: neutral name → what the export calls the speaker ("" when it does not say).
        warnings: what the reader noticed, without text.
    """

    identifier: str = field(repr=False)
    conversation: Conversation
    speakers: Mapping[str, str] = field(repr=False)
    warnings: tuple[str, ...] = ()

    def with_names(self) -> Conversation:
        """The conversation with the speakers' own names, for the places that show text; scores are the same."""
        taken: dict[str, str] = {}
        for neutral, name in self.speakers.items():
            taken[neutral] = f"{name} ({neutral})" if not name or name in taken.values() else name
        return Conversation(tuple(replace(message, speaker=taken[message.speaker]) for message in self.conversation))


@dataclass(frozen=True, slots=True)
class UnreadableConversation:
    """One conversation of an export that cannot be used; those beside it can.

    Attributes:
        identifier: as in `ExportedConversation`.
        error: what is wrong and what to do.
    """

    identifier: str = field(repr=False)
    error: GroomingRiskError


ReadConversation = ExportedConversation | UnreadableConversation


@dataclass(frozen=True, slots=True)
class Reader:
    """One format.

    Attributes:
        name: how `--from` calls it.
        description: one line for people: which program writes it, which file of it to give.
        accepts: the shapes an export of it has: "file", "folder", "zip".
        keeps: which of "times", "edits", "deletions", "media", "system notices" it tells apart.
        limit: what it cannot know, one line for people; "" when nothing.
        recognizes: whether an export looks like this format, by names of members and how they begin.
        read: its conversations, in order. Memory is bounded by the largest member, or by the largest conversation where
            its messages are in several; a format that mixes conversations in one member is held whole. What damages
            the whole export is raised as `UnsupportedFormatError` or `InputTooLargeError`, what damages one
            conversation is yielded.
    """

    name: str
    description: str
    accepts: tuple[str, ...]
    keeps: tuple[str, ...]
    limit: str
    recognizes: Callable[[Export], bool]
    read: Callable[[Export, ReadingOptions], Iterator[ReadConversation]]
