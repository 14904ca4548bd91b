"""Names of fields in rows, the same in every entry point, and names of the caller's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeGuard, TypeVar, cast

from grooming_risk.errors import InvalidOptionError

# Names in common exports and programming interfaces; the first that is present is used.
SPEAKER_KEYS = ("speaker", "author", "user", "from", "sender", "sender_id", "user_id", "author_id", "from_id", "role")
TEXT_KEYS = ("text", "content", "body", "message")
TIME_KEYS = ("sent_at", "timestamp", "ts", "created_at", "date", "time")
MESSAGE_ID_KEYS = ("message_id", "id")
# In a row with one message of many conversations, "id" is that of the message.
CONVERSATION_OF_MESSAGE_KEYS = ("conversation", "conversation_id")
CONVERSATION_KEYS = (*CONVERSATION_OF_MESSAGE_KEYS, "id")

MESSAGE_FIELDS = ("speaker", "text", "sent_at", "kind", "message_id")
CONVERSATION_FIELDS = ("conversation", "messages")  # of a row with a whole conversation
FIELDS = (*MESSAGE_FIELDS, *CONVERSATION_FIELDS, "sequence")

LONGEST_ID = 1_000  # characters
_LONGEST_NUMBER = 3_321  # bits: a number of as many digits. Python refuses to print numbers of several thousand.
# UTF-8 does not have them, so that answers, databases and tables could not hold such an id.
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")

Row = TypeVar("Row")


def named(row: Row, keys: Mapping[str, str] | None, fields: Sequence[str] = FIELDS) -> Row:
    """Return a row whose fields have the names that the library reads.

    Args:
        row: A message or a conversation; what is not a mapping stays as it is.
        keys: Field → its name in the row, as `check_keys` accepts it. Fields that it does not name keep their usual
            names. None for the usual names only.
        fields: The fields to look for.

    Returns:
        The row, or a copy with other names.
    """
    if not keys or not isinstance(row, Mapping):
        return row
    names = {field: keys[field] for field in fields if field in keys}
    if not names:
        return row
    given = {field: row[name] for field, name in names.items() if name in row}
    own = set(names.values())
    others: dict[Any, Any] = {key: value for key, value in row.items() if key not in own}
    return cast("Row", {**others, **given})


def renamed(rows: Iterable[Row], keys: Mapping[str, str] | None) -> Iterator[Row]:
    """Give the fields of rows the names that the library reads.

    Args:
        rows: The rows, as `named` takes each.
        keys: As in `named`.

    Yields:
        The rows.

    Raises:
        InvalidOptionError: A field is unknown, or its name is not a string.
    """
    check_keys(keys)
    for row in rows:
        yield named(row, keys)


def check_keys(keys: Mapping[str, str] | None) -> None:
    """Check the caller's own names of fields.

    Args:
        keys: Field → its name in the rows; None for the usual names.

    Raises:
        InvalidOptionError: It is not a mapping, a field is unknown, or its name is not a string of one character or
            more.
    """
    if keys is None:
        return
    if not isinstance(keys, Mapping):
        raise InvalidOptionError('keys must be a mapping such as {"speaker": "who"}')
    for field, name in keys.items():
        if field not in FIELDS:
            raise InvalidOptionError(f"keys names {field!r}, which is not a field; use {', '.join(FIELDS)}")
        if not isinstance(name, str) or not name:
            raise InvalidOptionError(f"keys must have the name of {field} in the rows, a string that is not empty")


def is_identifier(value: object, *, halves: bool = False) -> TypeGuard[str | int]:
    """Check whether a value can be an id: a whole number or a string, of 1 to 1,000 characters.

    Args:
        value: Any value.
        halves: Whether a string may have half a surrogate pair, as JSON may.

    Returns:
        Whether it can.
    """
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return value.bit_length() <= _LONGEST_NUMBER and len(str(value)) <= LONGEST_ID
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_ID:
        return False
    return halves or value.isascii() or _HALF_A_PAIR.search(value) is None
