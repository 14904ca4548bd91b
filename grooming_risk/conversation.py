"""Conversation input: rows of several shapes become ordered messages, or a named refusal by index."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum

from grooming_risk.errors import GroomingRiskError, InputTooLargeError, InvalidConversationError

# Key spellings of common exports; the first that is present wins.
_SPEAKER_KEYS = ("speaker", "author", "user", "from", "sender")
_TEXT_KEYS = ("text", "content", "body")
_TIME_KEYS = ("sent_at", "timestamp", "ts", "created_at")

_FRACTION = re.compile(r"\.(\d{1,9})(?!\d)")

# Bits of a number that names a speaker; the longest ids in use have 128. Thousands of digits cannot be written out.
_LONGEST_NUMBER = 1_024

# Seconds since 1970 above this are milliseconds (the year 5138 in seconds, 1973 in milliseconds).
_MILLISECONDS_FROM = 1e11


class MessageKind(str, Enum):
    """What a message is; kinds without text keep their place but are not scored.

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


@dataclass(frozen=True, slots=True)
class Limits:
    """What is accepted; more is refused, never cut.

    Attributes:
        messages: most messages in a conversation.
        characters: most characters (code points) in a message.
        speakers: most distinct speakers in a conversation.
    """

    messages: int = 200_000
    characters: int = 8_000
    speakers: int = 1_000


@dataclass(frozen=True, slots=True)
class Message:
    """One message. Its `repr` hides the text and the speaker, so it is safe to log.

    Attributes:
        speaker: any stable identifier of who wrote it.
        text: what was written; empty for kinds that carry none.
        sent_at: aware datetime, or None when unknown.
        kind: text, edited text, system notice, media or deleted.
    """

    speaker: str
    text: str
    sent_at: datetime | None = None
    kind: MessageKind = MessageKind.TEXT

    def __repr__(self) -> str:
        return f"Message(kind={self.kind.value}, characters={len(self.text)}, sent_at={self.sent_at is not None})"


@dataclass(frozen=True, slots=True)
class Conversation:
    """Messages in the order they were given. Reports address them by zero-based position."""

    messages: tuple[Message, ...]

    @classmethod
    def from_messages(cls, rows: Iterable[object], limits: Limits | None = None) -> Conversation:
        """Read rows into a conversation.

        Args:
            rows: `Message`, a mapping (keys speaker/author/user/from/sender, text/content/body,
                sent_at/timestamp/ts/created_at), or a (speaker, text) or (speaker, text, sent_at) sequence.
            limits: what is accepted; `Limits()` when None.

        Raises:
            InvalidConversationError: no row, a row that cannot be used, or whose own code raises; its index is in the
                error.
            InputTooLargeError: more messages, characters or speakers than the limits allow.
        """
        if isinstance(rows, (str, bytes, Mapping)) or not isinstance(rows, Iterable):
            raise InvalidConversationError("a conversation is a list of messages; wrap a single message in a list")
        allowed = limits or Limits()
        messages = tuple(_checked(_each(rows), allowed))
        if not messages:
            raise InvalidConversationError("the conversation is empty; pass at least one message")
        speakers = len({message.speaker for message in messages})
        if speakers > allowed.speakers:
            raise InputTooLargeError(f"{speakers} speakers, more than {allowed.speakers}; split the conversation")
        return cls(messages)

    def __len__(self) -> int:
        return len(self.messages)

    def __iter__(self) -> Iterator[Message]:
        return iter(self.messages)

    def __repr__(self) -> str:
        return f"Conversation({len(self.messages)} messages)"


def _each(rows: Iterable[object]) -> Iterator[object]:
    """The rows; what their source raises is named by its type and not tied to ours, since its words may be theirs."""
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


def _checked(rows: Iterable[object], limits: Limits) -> Iterator[Message]:
    for index, row in enumerate(rows):
        if index >= limits.messages:
            raise InputTooLargeError(f"more than {limits.messages} messages; split the conversation")
        yield read_message(row, index, limits)


def read_message(row: object, index: int, limits: Limits) -> Message:
    """Read one row, as `Conversation.from_messages` reads each.

    Args:
        row: as there.
        index: which message of its conversation it is; errors cite it.
        limits: what is accepted.

    Raises:
        InvalidConversationError: the row cannot be used.
        InputTooLargeError: it has more characters than the limits allow.
    """
    message, sent_at = read_untimed(row, index, limits)
    return replace(message, sent_at=read_time(sent_at, index))


def read_untimed(row: object, index: int, limits: Limits) -> tuple[Message, object]:
    """A row without its time, and what stands for its time.

    Args and errors are those of `read_message`; the time is not looked at.
    """
    message, sent_at, fault = None, None, ""
    try:
        message, sent_at = _read_row(row, index)
    except GroomingRiskError:
        raise
    except Exception as error:  # the row's own code; its words may be the message's
        fault = type(error).__name__
    if message is None:
        raise InvalidConversationError(
            f"message {index} raised {fault} when it was read; pass plain strings, dicts or tuples", index
        )
    if len(message.text) > limits.characters:
        raise InputTooLargeError(
            f"message {index} has {len(message.text)} characters, more than {limits.characters}; split it"
        )
    return message, sent_at


def _read_row(row: object, index: int) -> tuple[Message, object]:
    speaker: object
    text: object
    sent_at: object
    if isinstance(row, Message):
        speaker, text, sent_at, kind = row.speaker, row.text, row.sent_at, _read_kind(row.kind, index)
    elif isinstance(row, Mapping):
        speaker, text = _first(row, _SPEAKER_KEYS, index), _first(row, _TEXT_KEYS, index)
        sent_at = next((row[key] for key in _TIME_KEYS if row.get(key) is not None), None)
        kind = _read_kind(row.get("kind"), index)
    elif isinstance(row, (tuple, list)) and len(row) in (2, 3):
        speaker, text, sent_at, kind = row[0], row[1], row[2] if len(row) == 3 else None, MessageKind.TEXT
    else:
        raise InvalidConversationError(
            f"message {index} is a {type(row).__name__}; pass a Message, a mapping or (speaker, text)", index
        )
    if not isinstance(text, str):
        raise InvalidConversationError(f"message {index}: text is a {type(text).__name__}; pass a string", index)
    # `str.__str__` and `int.__repr__` ask the value itself, not what a subclass says of it.
    return Message(_read_speaker(speaker, index), str.__str__(text), None, kind), sent_at


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


def read_time(value: object, index: int) -> datetime | None:
    """Read a time: an aware or naive datetime, ISO 8601, or seconds or milliseconds since 1970; naive means UTC.

    Raises:
        InvalidConversationError: the value is no time; the index of the message is in the error.
    """
    if value is None:
        return None
    try:
        return _in_utc(_parse_time(value))
    except Exception:  # a time zone's own code may raise anything
        pass
    # Not raised in the handler: Python would tie the parser's error to this one, and that quotes the value.
    raise InvalidConversationError(
        f"message {index}: its time is not ISO 8601, a datetime or seconds since 1970; correct it or leave it out",
        index,
    )


def _parse_time(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, str):
        return _parse_text_time(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_seconds(float(value))
    raise TypeError


def _in_utc(moment: datetime) -> datetime:
    """A plain datetime; a subclass may say anything about itself, as pandas' NaT does."""
    shifted = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    if shifted.tzinfo is not UTC:
        raise ValueError
    return datetime(*shifted.timetuple()[:6], shifted.microsecond, tzinfo=UTC)


def _parse_text_time(value: str) -> datetime:
    text = value.strip()
    if text.replace(".", "", 1).isdecimal() and text.isascii():
        return _from_seconds(float(text))
    if text.endswith(("Z", "z")):  # datetime.fromisoformat reads Z only from Python 3.11 on
        text = text[:-1] + "+00:00"
    # Exporters write one to nine digits of a second; Python 3.10 reads exactly three or six.
    return datetime.fromisoformat(_FRACTION.sub(lambda match: f".{match.group(1)[:6]:0<6}", text))


def _from_seconds(value: float) -> datetime:
    return datetime.fromtimestamp(value / 1000 if abs(value) >= _MILLISECONDS_FROM else value, tz=UTC)


def speaker_name(position: int) -> str:
    """Neutral name of the speaker who appears as number `position`: a, b, …, z, aa, ab, …"""
    name = ""
    position += 1
    while position:
        position, letter = divmod(position - 1, 26)
        name = chr(ord("a") + letter) + name
    return name
