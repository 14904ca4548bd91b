"""Times of messages, in the forms in which exports write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from grooming_risk.errors import InvalidConversationError

_FRACTION = re.compile(r"\.(\d{1,9})(?!\d)")

# Seconds since 1970 above this are milliseconds (the year 5138 in seconds, 1973 in milliseconds).
_MILLISECONDS_FROM = 1e11


def read_time(value: object, index: int) -> datetime | None:
    """Read the time of a message.

    Args:
        value: A datetime, an ISO 8601 string, or seconds or milliseconds since 1970; None when unknown. A time without
            a time zone is taken as UTC.
        index: Index of the message in its conversation; errors cite it.

    Returns:
        The time in UTC, or None.

    Raises:
        InvalidConversationError: The value is not a time.
    """
    if value is None or (type(value) is datetime and value.tzinfo is UTC and not value.fold):
        return value
    try:
        return _in_utc(_parse_time(value))
    except Exception:  # a time zone's own code may raise anything
        pass
    # Raised outside the handler, because Python would chain the parser's error, which quotes the value.
    raise InvalidConversationError(
        f"message {index}: time must be a datetime, ISO 8601 or seconds since 1970; correct it or leave it out",
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
    """Return a plain datetime; a subclass may misreport itself, as pandas' NaT does."""
    shifted = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    if shifted.tzinfo is not UTC:
        raise ValueError
    return datetime(*shifted.timetuple()[:6], shifted.microsecond, tzinfo=UTC)


def _parse_text_time(value: str) -> datetime:
    text = value.strip()
    if text.replace(".", "", 1).isdecimal() and text.isascii():
        return _from_seconds(float(text))
    if text.endswith(("Z", "z")):
        text = text[:-1] + "+00:00"
    # Exporters write one to nine digits of a second; six are kept.
    return datetime.fromisoformat(_FRACTION.sub(lambda match: f".{match.group(1)[:6]:0<6}", text))


def _from_seconds(value: float) -> datetime:
    return datetime.fromtimestamp(value / 1000 if abs(value) >= _MILLISECONDS_FROM else value, tz=UTC)
