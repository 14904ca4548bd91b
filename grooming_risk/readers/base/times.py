"""Sort messages by time where an export does not keep their order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import TypeVar

from grooming_risk.errors import InvalidConversationError
from grooming_risk.message_time import read_time

_Row = TypeVar("_Row")
_EARLIEST = datetime.min.replace(tzinfo=UTC)


def known_time(value: object) -> datetime | None:
    """Read a time as `read_time` does; return None for an unreadable one, which the builder will count."""
    try:
        return read_time(value, 0)
    except InvalidConversationError:
        return None


def by_time(rows: Sequence[_Row], times: Sequence[datetime | None]) -> Sequence[_Row]:
    """Sort rows stably by their times; a row without a time stays behind the row before it."""
    keys, latest = [], _EARLIEST
    for time in times:
        latest = time or latest
        keys.append(latest)
    if all(earlier <= later for earlier, later in pairwise(keys)):
        return rows
    return [rows[index] for index in sorted(range(len(rows)), key=keys.__getitem__)]
