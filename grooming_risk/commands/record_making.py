"""`grooming-risk records new`: a review record from a report, printed or appended to a log."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grooming_risk.commands.key_file import read_key
from grooming_risk.errors import InvalidOptionError, UnsupportedFormatError
from grooming_risk.records.files import read_records
from grooming_risk.records.log import append_review_record
from grooming_risk.records.review_record import make_review_record
from grooming_risk.report import RiskReport


@dataclass(frozen=True, slots=True)
class NewOptions:
    """Options of `records new`.

    Attributes:
        report: file with one or more reports.
        conversation: name of the conversation, where the file contains several.
        decision: decision about the flag.
        viewed: numbers of the messages that a person viewed.
        language: language tag of the conversation.
        retention_days: days after which the record is to be deleted.
        output: log to append to; the record is printed when None.
        key_file: file with the key of the HMAC.
    """

    report: Path
    conversation: str | None
    decision: str | None
    viewed: list[int]
    language: str | None
    retention_days: int
    output: Path | None
    key_file: Path | None


def make_record(options: NewOptions) -> int:
    """Make the record, print or append it, and return the exit status."""
    key = read_key(options.key_file)
    report = _report(options.report, options.conversation)
    if options.decision and not options.viewed:
        print(
            "grooming-risk: the record names no viewed message; list the messages you viewed with --viewed",
            file=sys.stderr,
        )
    asked: dict[str, Any] = {"language": options.language, "key": key, "retention_days": options.retention_days}
    if options.output is None:
        print(json.dumps(make_review_record(report, options.decision, options.viewed, **asked)))
        return 0
    record = append_review_record(options.output, report, options.decision, options.viewed, **asked)
    print(f"{options.output.name}: appended record {record['record_digest']}")
    return 0


def _report(path: Path, wanted: str | None) -> RiskReport:
    rows = read_records(path)
    for row in rows:
        if row.problem or not isinstance(row.record, dict):
            raise UnsupportedFormatError(
                f"{row.where} {row.problem or 'is not a report'}; write it again with `grooming-risk score`"
            )
    chosen = [row.record for row in rows if wanted is None or row.record.get("conversation") == wanted]
    if len(chosen) != 1:
        raise InvalidOptionError(f"{path.name} contains {len(chosen)} matching reports; pick one with --conversation")
    fields = {name: value for name, value in chosen[0].items() if name != "conversation"}
    try:
        return RiskReport.from_json(json.dumps(fields))
    except UnsupportedFormatError as error:
        raise UnsupportedFormatError(f"{path.name}: {error}") from None
