"""Times as the case writes them: RFC 3339 with the offset that is known, and without one where none is."""

from __future__ import annotations

from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from grooming_risk.errors import InvalidOptionError
from grooming_risk.handover.case.facts import Zone, ZoneSource


def zone_named(name: str) -> tzinfo:
    """Return the time zone of a name.

    Args:
        name: as IANA writes it, such as Europe/Madrid, or UTC.

    Returns:
        The zone.

    Raises:
        InvalidOptionError: there is no such zone on this machine.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError; a folder gives an OSError
        pass
    raise InvalidOptionError(
        "time_zone is not a zone that this machine knows; use an IANA name such as Europe/Madrid or UTC "
        "(on Windows, `pip install tzdata`)"
    )


def in_zone(moment: datetime, zone: Zone) -> str:
    """Return a time as RFC 3339.

    Args:
        moment: as the reader gives it: UTC, or local time taken as UTC where the export states no zone.
        zone: of the case.

    Returns:
        The time, with an offset only where one is known.
    """
    local = moment.replace(tzinfo=None)
    if zone.known_by is ZoneSource.EXPORT:
        return f"{local.isoformat()}Z"
    if zone.known_by is ZoneSource.PERSON and zone.name is not None:
        return local.replace(tzinfo=zone_named(zone.name)).isoformat()
    return local.isoformat()
