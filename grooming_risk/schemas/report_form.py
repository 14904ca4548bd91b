"""Whether JSON text has the form of a report: report_schema.json, checked before anything of it is used."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.schemas.json_schema import violations

SCHEMA = Path(__file__).with_name("report_schema.json")


def report_fields(text: str, version: int) -> dict[str, Any]:
    """The fields of a report, as JSON types.

    Args:
        text: JSON.
        version: schema version that can be read.

    Raises:
        UnsupportedFormatError: it is no report of this version; the place is named, never what stands there.
    """
    try:
        fields = json.loads(text)
        found = fields["schema_version"]
    except (ValueError, TypeError, LookupError, RecursionError):
        fields = found = None
    # Not raised in the handler: Python would tie the decoder's error to this one, and that holds the document.
    if found is None:
        raise UnsupportedFormatError("this is no report of this library; write one with to_json()")
    if type(found) is int and found != version:
        raise UnsupportedFormatError(f"the report has schema version {found}; this library reads {version}")
    for problem in violations(fields, _schema()):
        raise UnsupportedFormatError(f"this is no report of this library: {problem}; write one with to_json()")
    return dict(fields)


@lru_cache(maxsize=1)
def _schema() -> dict[str, Any]:
    return dict(json.loads(SCHEMA.read_text(encoding="utf-8")))
