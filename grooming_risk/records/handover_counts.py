"""Counts of the packages that were handed over in a year, and of those that were acknowledged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class HandoverCounts:
    """Packages that were handed over in one year to one body.

    Attributes:
        year: in which they were handed over, UTC.
        channel: id of the body.
        handed_over: packages.
        acknowledged: packages whose last record names a time of acknowledgement.
    """

    year: int
    channel: str
    handed_over: int
    acknowledged: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return asdict(self)


def count_handovers(records: Iterable[Mapping[str, Any]]) -> tuple[HandoverCounts, ...]:
    """Count packages by year and channel; the last record of a package and channel counts.

    Args:
        records: valid hand-over records, in the order they were written.

    Returns:
        The counts.
    """
    latest = {(record["package_digest"], record["channel"]): record for record in records}
    given: Counter[tuple[int, str]] = Counter()
    confirmed: Counter[tuple[int, str]] = Counter()
    for (_, channel), record in latest.items():
        place = int(record["handed_over_at"][:4]), channel
        given[place] += 1
        confirmed[place] += record["acknowledged_at"] is not None
    return tuple(HandoverCounts(*place, given[place], confirmed[place]) for place in sorted(given))
