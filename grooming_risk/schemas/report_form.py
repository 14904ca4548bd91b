"""Check the form of a report in JSON (report_schema.json) before anything in it is used."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.schemas.json_schema import violations

SCHEMA = Path(__file__).with_name("report_schema.json")


def report_fields(text: str, version: int) -> dict[str, Any]:
    """Parse a report and check its form.

    Args:
        text: JSON text.
        version: The schema version that can be read.

    Returns:
        The fields of the report, as plain JSON types.

    Raises:
        UnsupportedFormatError: The text is not a report of this version; the error names the place, never the value.
    """
    try:
        fields = json.loads(text)
        found = fields["schema_version"]
    except (ValueError, TypeError, LookupError, RecursionError):
        fields = found = None
    # Raised outside the handler, because Python would chain the decoder's error, which holds the document.
    if found is None:
        raise UnsupportedFormatError("the text is not a report of this library; pass what to_json() returned")
    if type(found) is int and found != version:
        raise UnsupportedFormatError(f"the report has schema version {found}, but this library reads version {version}")
    for problem in violations(fields, _schema()):
        raise UnsupportedFormatError(f"not a report of this library: {problem}; pass what to_json() returned")
    return dict(fields)


@lru_cache(maxsize=1)
def _schema() -> dict[str, Any]:
    return dict(json.loads(SCHEMA.read_text(encoding="utf-8")))
