"""The record that a person handed a package over: which, to whom, how and when, and whether it was acknowledged.

The record names the package by its digest, so that anybody who has the package can tell whether it is the one that was
handed over. A later record of the same package and channel replaces the one before it, as when a receipt arrives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from grooming_risk.errors import InvalidOptionError
from grooming_risk.records.review_record import RETENTION_DAYS, last_day, utc_now, utc_seconds
from grooming_risk.records.verification import TIME, form_problems, seal

SCHEMA_VERSION = 1


class Method(str, Enum):
    """How a person handed a package over. The library sends nothing."""

    PORTAL = "portal"
    EMAIL = "email"
    PHONE = "phone"
    POST = "post"
    IN_PERSON = "in_person"
    OTHER = "other"


def make_handover_record(
    decision: Mapping[str, Any],
    package_digest: str,
    channel: str,
    method: Method | str,
    *,
    handed_over_at: datetime,
    acknowledged_at: datetime | None = None,
    reference: str | None = None,
    key: bytes | None = None,
    previous: str | None = None,
    retention_days: int = RETENTION_DAYS,
    clock: Callable[[], datetime] = utc_now,
) -> dict[str, Any]:
    """Make a sealed record that a package was handed over, as plain JSON types.

    Args:
        decision: the record whose decision the package rests on.
        package_digest: SHA-256 of the package, as `handover verify` prints it.
        channel: id of the body, as in channels.json, or an own one.
        method: how it was handed over.
        handed_over_at: when, with a time zone.
        acknowledged_at: when the body confirmed that it has the package; None while it has not.
        reference: receipt or case number that the body gave.
        key: secret of at least 16 bytes for the HMAC; no HMAC when None.
        previous: `record_digest` of the last record of the log.
        retention_days: days, 1 to 36,500, until the record is to be deleted.
        clock: gives the time, with a time zone.

    Returns:
        The record.

    Raises:
        InvalidOptionError: an argument is out of range, or a time is in the future or before the decision.
    """
    now = utc_seconds(clock())
    given, confirmed = utc_seconds(handed_over_at), acknowledged_at and utc_seconds(acknowledged_at)
    _check(method, max(given, confirmed or given), now)
    if given.strftime(TIME) < decision["decided_at"]:
        raise InvalidOptionError(
            "handed_over_at is before the decision; pass the time at which the package was handed over"
        )
    body = {
        "schema_version": SCHEMA_VERSION,
        "record_type": "handover",
        "record_id": decision["record_id"],
        "decision_digest": decision["record_digest"],
        "package_digest": package_digest,
        "channel": channel,
        "method": Method(method).value,
        "handed_over_at": given.strftime(TIME),
        "acknowledged_at": confirmed and confirmed.strftime(TIME),
        "reference": reference,
        "created_at": now.strftime(TIME),
        "retain_until": last_day(now, retention_days),
        "previous": previous,
    }
    if problems := form_problems(body):
        raise InvalidOptionError(f"{problems[0]}; channel is an id such as us-cybertipline, reference has no spaces")
    return seal(body, key)


def _check(method: Method | str, latest: datetime, now: datetime) -> None:
    if latest > now:
        raise InvalidOptionError(
            "handed_over_at or acknowledged_at is in the future; pass the time at which it happened"
        )
    known = [item.value for item in Method]
    if method not in known:
        raise InvalidOptionError(f"method must be one of {', '.join(known)}")
