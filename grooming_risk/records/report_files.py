"""Files of reports, as `grooming-risk score` writes them."""

from __future__ import annotations

import json
from pathlib import Path

from grooming_risk.errors import InvalidOptionError, UnsupportedFormatError
from grooming_risk.records.files import read_records
from grooming_risk.report import RiskReport


def read_report(path: Path, wanted: str | None) -> RiskReport:
    """Read one report from a file.

    Args:
        path: output of `score --format json` or `jsonl`.
        wanted: name of the conversation; None if the file contains a single report.

    Returns:
        The report.

    Raises:
        UnsupportedFormatError: the file cannot be opened, or contains something else than reports.
        InvalidOptionError: it contains no such report, or several.
    """
    rows = read_records(path)
    for row in rows:
        if row.problem or not isinstance(row.record, dict):
            raise UnsupportedFormatError(
                f"{row.where} {row.problem or 'is not a report'}; write it again with `grooming-risk score`"
            )
    chosen = [row.record for row in rows if wanted is None or row.record.get("conversation") == wanted]
    if len(chosen) != 1:
        raise InvalidOptionError(f"{path.name} contains {len(chosen)} matching reports; pick one with --conversation")
    fields = {name: value for name, value in chosen[0].items() if name not in ("conversation", "attribution")}
    try:
        return RiskReport.from_json(json.dumps(fields))
    except UnsupportedFormatError as error:
        refusal = str(error)
    raise UnsupportedFormatError(f"{path.name}: {refusal}")
