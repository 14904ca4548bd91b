"""Times as the data base holds them: UTC in whole seconds, so that they sort as text."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

FORM = "%Y-%m-%dT%H:%M:%SZ"


def now() -> datetime:
    """Return the time of this machine in UTC and whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def written(moment: datetime) -> str:
    """Return a time as text."""
    return moment.astimezone(UTC).strftime(FORM)


def read(text: str) -> datetime:
    """Return the time that `written` wrote."""
    return datetime.strptime(text, FORM).replace(tzinfo=UTC)


def day_after(moment: datetime, days: int) -> str:
    """Return the day that lies a number of days after a time."""
    return (moment.astimezone(UTC).date() + timedelta(days=days)).isoformat()


def today() -> date:
    """Return the day in UTC."""
    return now().date()
