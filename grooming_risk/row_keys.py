"""Names of the fields of a message, the same in every entry point, and names of one's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from grooming_risk.errors import InvalidOptionError

# Names in common exports and programming interfaces; the first that is present is used.
SPEAKER_KEYS = ("speaker", "author", "user", "from", "sender", "sender_id", "user_id", "author_id", "from_id", "role")
TEXT_KEYS = ("text", "content", "body", "message")
TIME_KEYS = ("sent_at", "timestamp", "ts", "created_at", "date", "time")
FIELDS = ("speaker", "text", "sent_at", "kind", "message_id")


def renamed(rows: Iterable[object], keys: Mapping[str, str]) -> Iterator[object]:
    """Give the fields of messages the names that the library reads.

    Args:
        rows: Messages; those that are not mappings stay as they are.
        keys: Field ("speaker", "text", "sent_at", "kind", "message_id") → its name in the rows. Fields that it does not
            name keep their usual names.

    Yields:
        The messages.

    Raises:
        InvalidOptionError: A name is not that of a field.
    """
    check_keys(keys)
    for row in rows:
        if isinstance(row, Mapping):
            given = {field: row[name] for field, name in keys.items() if name in row}
            yield {**{key: value for key, value in row.items() if key not in keys.values()}, **given}
        else:
            yield row


def check_keys(keys: Mapping[str, str]) -> None:
    """Check names of one's own for fields of messages.

    Args:
        keys: Field → its name in the rows.

    Raises:
        InvalidOptionError: A name is not that of a field.
    """
    unknown = [field for field in keys if field not in FIELDS]
    if unknown:
        raise InvalidOptionError(f"keys names {unknown[0]!r}, which is not a field; use {', '.join(FIELDS)}")
