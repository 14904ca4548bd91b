"""What a team has agreed on, and how it is kept."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from grooming_risk.decision.operating_points import DEFAULT
from grooming_risk.errors import DeskError

SECOND_READINGS = ("never", "escalations", "always")
_RANGES = {
    "sample_percent": (0, 100),
    "case_days": (1, 3_650),
    "record_days": (1, 36_500),
    "break_minutes": (10, 240),
}


@dataclass(frozen=True, slots=True)
class Policy:
    """A team's settings.

    Attributes:
        sample_percent: share of conversations without a flag that is drawn at random to be read, in per cent.
        second_reading: which decisions need a second reader: never, escalations or always.
        case_days: days after which a case is deleted with its texts.
        record_days: days after which the record of a decision is deleted.
        break_minutes: minutes of reading after which the desk suggests a break.
        operating_point: name of the point that new conversations are judged at.
        threshold: threshold of the team's own, as a logit; None for that of the point.
    """

    sample_percent: float = 5.0
    second_reading: str = "escalations"
    case_days: int = 180
    record_days: int = 365
    break_minutes: int = 45
    operating_point: str = DEFAULT
    threshold: float | None = None

    def __post_init__(self) -> None:
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise DeskError(f"{name} must be between {low:,} and {high:,}")
        if self.second_reading not in SECOND_READINGS:
            raise DeskError(f"second_reading must be one of {', '.join(SECOND_READINGS)}")


def read_policy(connection: sqlite3.Connection) -> Policy:
    """Return the team's settings, or the defaults."""
    stored = _value(connection, "policy")
    known = {field.name for field in fields(Policy)}
    return Policy(**{name: value for name, value in (stored or {}).items() if name in known})


def write_policy(connection: sqlite3.Connection, policy: Policy) -> None:
    """Keep the team's settings."""
    keep_value(connection, "policy", asdict(policy))


def keep_value(connection: sqlite3.Connection, name: str, value: Mapping[str, Any]) -> None:
    """Keep a setting under its name."""
    connection.execute(
        "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, json.dumps(value)),
    )


def _value(connection: sqlite3.Connection, name: str) -> dict[str, Any] | None:
    row = connection.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
    return None if row is None else dict(json.loads(row["value"]))


def last_reader(connection: sqlite3.Connection) -> str:
    """Return the name that a reader gave last; empty before the first."""
    return str((_value(connection, "last_reader") or {}).get("name", ""))
