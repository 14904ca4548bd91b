"""Bodies that a reviewed case can be handed to, by country. The country is a person's choice; nothing here guesses it.

Every row of channels.json has a source and the day on which it was read. A row is `unverified` when the fact was not
found on a page of the body itself or of a public authority, and it is shown as such. docs/guides/hand_over.md says how
to correct a row.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

from grooming_risk.errors import UnknownCountryError
from grooming_risk.handover.case.decoding import decode

TABLE = Path(__file__).with_name("channels.json")


class Kind(str, Enum):
    """What a body is. The order is that in which a person should think of them."""

    EMERGENCY = "emergency"
    POLICE = "police"
    HOTLINE = "hotline"
    HELPLINE = "helpline"


class Status(str, Enum):
    """How well a row is supported."""

    READ = "read"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Channel:
    """One body.

    Attributes:
        id: stable name, for records of hand-overs.
        country: ISO 3166-1 code; None for bodies that lead to those of every country.
        name: what the body is called.
        kind: emergency number, police, hotline or helpline for children.
        takes: grooming, material or both; None where the page does not say, and for emergency numbers and helplines.
        url: where to report.
        phone: where to call.
        email: where to write.
        hours: when somebody answers; None where the page does not say.
        formal_complaint: whether a report there is a formal complaint; None where the page does not say.
        asks: questions of `requirements` that the body's own form asks.
        source: where the facts were read.
        checked_on: when.
        status: read or unverified.
    """

    id: str
    country: str | None
    name: str
    kind: Kind
    takes: str | None
    url: str | None
    phone: str | None
    email: str | None
    hours: str | None
    formal_complaint: bool | None
    asks: tuple[str, ...]
    source: str
    checked_on: str
    status: Status

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            **asdict(self),
            "kind": self.kind.value,
            "status": self.status.value,
            "asks": list(self.asks),
        }


def countries() -> dict[str, str]:
    """Return the countries that the table has bodies for: code → English name."""
    return dict(_table()["countries"])


def channels(country: str | None = None) -> tuple[Channel, ...]:
    """Return the bodies of a country, emergency number first, and then those that lead to bodies everywhere.

    Args:
        country: ISO 3166-1 code or English name, in any case; None for every row.

    Returns:
        The bodies.

    Raises:
        UnknownCountryError: the table has no such country.
    """
    rows = _rows()
    if country is None:
        return rows
    code = country_code(country)
    return tuple(row for row in rows if row.country in (code, None))


def country_code(country: str) -> str:
    """Return the code of a country of the table.

    Args:
        country: code or English name, in any case.

    Returns:
        The ISO 3166-1 code.

    Raises:
        UnknownCountryError: the table has no such country.
    """
    wanted = country.strip().casefold()
    for code, name in countries().items():
        if wanted in (code.casefold(), name.casefold()):
            return code
    raise UnknownCountryError(
        "the table of channels does not have this country; use a code such as DE (`grooming-risk channels` lists "
        "them), or look for another country at https://www.inhope.org/EN/our-members"
    )


def channel_named(identifier: str) -> Channel | None:
    """Return the body of an id; None where the table has none, because a person may turn to any body."""
    return next((row for row in _rows() if row.id == identifier), None)


def emergency_number(country: str | None) -> str | None:
    """Return the emergency number of a country; None where it is not known or no country was chosen."""
    if country is None:
        return None
    return next((row.phone for row in channels(country) if row.kind is Kind.EMERGENCY), None)


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Any]:
    return dict(json.loads(TABLE.read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def _rows() -> tuple[Channel, ...]:
    rows = [decode(Channel, row) for row in _table()["channels"]]
    order = list(Kind)
    return tuple(sorted(rows, key=lambda row: (row.country or "~", order.index(row.kind))))
