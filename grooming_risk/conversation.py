"""Conversation input: rows of several shapes become ordered messages, or an error that names a row by its index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum

from grooming_risk.errors import GroomingRiskError, InputTooLargeError, InvalidConversationError
from grooming_risk.limits import Limits as Limits
from grooming_risk.limits import written_length
from grooming_risk.message_time import read_time
from grooming_risk.row_keys import MESSAGE_FIELDS, SPEAKER_KEYS, TEXT_KEYS, TIME_KEYS, check_keys, named

# Bits of a number that identifies a speaker. The longest ids in use have 128; Python refuses to print thousands of
# digits.
_LONGEST_NUMBER = 1_024


class MessageKind(str, Enum):
    """Kind of a message. Kinds without text keep their place in a conversation but are not scored.

    An edited message carries its latest text.
    """

    TEXT = "text"
    EDITED = "edited"
    SYSTEM = "system"
    MEDIA = "media"
    DELETED = "deleted"

    @property
    def carries_text(self) -> bool:
        """Whether messages of this kind are scored by their text."""
        return self in (MessageKind.TEXT, MessageKind.EDITED)


class Attribution(str, Enum):
    """What shows who wrote the messages of a conversation."""

    GIVEN = "given"
    ACCOUNT = "account_id"
    NAME = "printed_name"


class Doubt(str, Enum):
    """Why it is doubtful who wrote a message; each value is a name for programs."""

    HEAD_INSIDE = "head_inside"
    MAY_BE_INSIDE = "may_be_inside"
    OUT_OF_ORDER = "out_of_order"
    NO_NAME = "no_name"


@dataclass(frozen=True, slots=True)
class Message:
    """One message. Its `repr` hides the text and the speaker, so it is safe to log.

    Attributes:
        speaker: Any stable identifier of its author.
        text: Its text; empty for kinds that carry none.
        sent_at: Time of sending, timezone-aware; None when unknown.
        kind: Text, edited text, system notice, media or deleted message.
        doubt: Why its reader doubts who wrote it; None when it does not. It changes no score and no comparison.
    """

    speaker: str
    text: str
    sent_at: datetime | None = None
    kind: MessageKind = MessageKind.TEXT
    doubt: Doubt | None = field(default=None, compare=False)

    def __repr__(self) -> str:
        return f"Message(kind={self.kind.value}, characters={len(self.text)}, sent_at={self.sent_at is not None})"


@dataclass(frozen=True, slots=True)
class Conversation:
    """Messages in the order in which they were given. Reports refer to them by zero-based index.

    Attributes:
        messages: The messages.
        attribution: What shows who wrote them. It changes no score and no comparison.
    """

    messages: tuple[Message, ...]
    attribution: Attribution = field(default=Attribution.GIVEN, compare=False)

    @classmethod
    def from_messages(
        cls, rows: Iterable[object], limits: Limits | None = None, *, keys: Mapping[str, str] | None = None
    ) -> Conversation:
        """Read rows into a conversation.

        Args:
            rows: Each a `Message`, a mapping with the keys that `grooming_risk.row_keys` lists, or a (speaker, text) or
                (speaker, text, sent_at) sequence.
            limits: Limits of the input; None for the default limits.
            keys: Names of your own for the fields of messages, as in `score_conversation`.

        Returns:
            The conversation.

        Raises:
            InvalidConversationError: There are no rows, or a row cannot be used or raises an error of its own; the
                error has its index.
            InputTooLargeError: There are more than `Limits.most_messages`, or a message is longer than
                `Limits.longest`.
            InvalidOptionError: `keys` names an unknown field.
        """
        check_keys(keys)
        if isinstance(rows, (str, bytes, Mapping)) or not isinstance(rows, Iterable):
            raise InvalidConversationError("a conversation must be a list of messages; wrap a single message in a list")
        allowed = limits or Limits()
        messages = tuple(_checked(_each(rows), allowed, keys))
        if not messages:
            raise InvalidConversationError("the conversation is empty; pass at least one message")
        return cls(messages)

    def __len__(self) -> int:
        return len(self.messages)

    def __iter__(self) -> Iterator[Message]:
        return iter(self.messages)

    def __repr__(self) -> str:
        return f"Conversation({len(self.messages)} messages)"


def _each(rows: Iterable[object]) -> Iterator[object]:
    """Yield the rows. An error of their source is named by its type alone, because its words may quote a message."""
    index = 0
    try:
        for row in rows:
            yield row
            index += 1
        return
    except GroomingRiskError:
        raise
    except Exception as error:
        fault = type(error).__name__
    raise InvalidConversationError(
        f"message {index} could not be read from its source ({fault}); pass an iterable of messages", index
    )


def _checked(rows: Iterable[object], limits: Limits, keys: Mapping[str, str] | None) -> Iterator[Message]:
    for index, row in enumerate(rows):
        if index >= limits.most_messages:
            raise InputTooLargeError(f"more than {limits.most_messages} messages; split the conversation")
        yield read_message(row, index, limits, keys)


def read_message(row: object, index: int, limits: Limits, keys: Mapping[str, str] | None = None) -> Message:
    """Read one row, as `Conversation.from_messages` reads each.

    Args:
        row: A row as that method accepts it.
        index: Index of the message in its conversation; errors cite it.
        limits: Limits of the input.
        keys: Names of the caller's own for fields of the row, checked; None for the usual names.

    Returns:
        The message.

    Raises:
        InvalidConversationError: The row cannot be used.
        InputTooLargeError: The message is longer than `Limits.longest`.
    """
    message, sent_at = read_untimed(row, index, limits, keys)
    return replace(message, sent_at=read_time(sent_at, index))


def read_untimed(
    row: object, index: int, limits: Limits, keys: Mapping[str, str] | None = None
) -> tuple[Message, object]:
    """Read one row without interpreting its time.

    Args:
        row: As in `read_message`.
        index: As in `read_message`.
        limits: As in `read_message`.
        keys: As in `read_message`.

    Returns:
        The message without its time, and the value that the row gives as its time.

    Raises:
        InvalidConversationError: The row cannot be used.
        InputTooLargeError: The message is longer than `Limits.longest`.
    """
    message, sent_at, fault = None, None, ""
    try:
        message, sent_at = _read_row(named(row, keys, MESSAGE_FIELDS), index)
    except GroomingRiskError:
        raise
    except Exception as error:  # from the row's own code; its words may quote the message
        fault = type(error).__name__
    if message is None:
        raise InvalidConversationError(
            f"message {index} raised {fault} when it was read; pass plain strings, dicts or tuples", index
        )
    characters = written_length(message.text)
    if characters > limits.longest:
        raise InputTooLargeError(f"message {index} has {characters} characters, more than {limits.longest}; split it")
    return message, sent_at


def _read_row(row: object, index: int) -> tuple[Message, object]:
    speaker: object
    text: object
    sent_at: object
    if isinstance(row, Message):
        speaker, text, sent_at, kind = row.speaker, row.text, row.sent_at, _read_kind(row.kind, index)
    elif isinstance(row, Mapping):
        speaker, text = _first(row, SPEAKER_KEYS, index), _first(row, TEXT_KEYS, index)
        sent_at = next((row[key] for key in TIME_KEYS if row.get(key) is not None), None)
        kind = _read_kind(row.get("kind"), index)
    elif isinstance(row, (tuple, list)) and len(row) in (2, 3):
        speaker, text, sent_at, kind = row[0], row[1], row[2] if len(row) == 3 else None, MessageKind.TEXT
    else:
        raise InvalidConversationError(
            f"message {index} is a {type(row).__name__}; pass a Message, a mapping or (speaker, text)", index
        )
    if not isinstance(text, str):
        raise InvalidConversationError(f"message {index}: text is a {type(text).__name__}; pass a string", index)
    # `str.__str__` and `int.__repr__` read the value itself, whatever a subclass overrides.
    doubt = row.doubt if isinstance(row, Message) and isinstance(row.doubt, Doubt) else None
    return Message(_read_speaker(speaker, index), str.__str__(text), None, kind, doubt), sent_at


def _first(row: Mapping[object, object], keys: tuple[str, ...], index: int) -> object:
    for key in keys:
        if key in row:
            return row[key]
    raise InvalidConversationError(f"message {index} has none of the keys {', '.join(keys)}; add one", index)


def _read_kind(value: object, index: int) -> MessageKind:
    if value is None:
        return MessageKind.TEXT
    known = [kind.value for kind in MessageKind]
    if value not in known:
        raise InvalidConversationError(f"message {index}: unknown kind; use one of {', '.join(known)}", index)
    return MessageKind(value)


def _read_speaker(value: object, index: int) -> str:
    if isinstance(value, Mapping):  # exports that nest {"id": …, "name": …}
        value = value.get("id", value.get("name"))
    if isinstance(value, str):
        name = str.__str__(value)
    elif isinstance(value, int) and not isinstance(value, bool) and value.bit_length() <= _LONGEST_NUMBER:
        name = int.__repr__(value)
    else:
        name = ""
    if not name:
        raise InvalidConversationError(
            f"message {index}: speaker is missing or not a name; pass a non-empty string", index
        )
    return name


def speaker_name(position: int) -> str:
    """Return the neutral name of the speaker at a position in order of appearance: a, b, …, z, aa, ab and so on."""
    name = ""
    position += 1
    while position:
        position, letter = divmod(position - 1, 26)
        name = chr(ord("a") + letter) + name
    return name
