"""`grooming-risk records new`: a review record from a report, printed or appended to a log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grooming_risk.commands.key_file import read_key
from grooming_risk.commands.terminal_output import say, show, show_json
from grooming_risk.errors import InvalidOptionError
from grooming_risk.handover.reading import read_case
from grooming_risk.records.log import append_review_record
from grooming_risk.records.report_files import read_report
from grooming_risk.records.review_record import make_review_record
from grooming_risk.records.verification import digest
from grooming_risk.report import RiskReport


@dataclass(frozen=True, slots=True)
class NewOptions:
    """Options of `records new`.

    Attributes:
        report: file with one or more reports.
        conversation: name of the conversation, where the file contains several.
        decision: decision about the flag.
        viewed: numbers of the messages that a person viewed.
        case: hand-over package that holds the decision and the viewed messages instead.
        language: language tag of the conversation.
        retention_days: days after which the record is to be deleted.
        output: log to append to; the record is printed when None.
        key_file: file with the key of the HMAC.
    """

    report: Path
    conversation: str | None
    decision: str | None
    viewed: list[int]
    case: Path | None
    language: str | None
    retention_days: int
    output: Path | None
    key_file: Path | None


def make_record(options: NewOptions) -> int:
    """Make the record, print or append it, and return the exit status."""
    key = read_key(options.key_file)
    report = read_report(options.report, options.conversation)
    decision, viewed = _decided(options, report)
    if decision and not viewed:
        say("the record names no viewed message; list the messages you viewed with --viewed")
    asked: dict[str, Any] = {"language": options.language, "key": key, "retention_days": options.retention_days}
    if options.output is None:
        show_json(make_review_record(report, decision, viewed, **asked))
        return 0
    record = append_review_record(options.output, report, decision, viewed, **asked)
    show(f"{options.output.name}: appended record {record['record_digest']}")
    return 0


def _decided(options: NewOptions, report: RiskReport) -> tuple[str | None, Sequence[int]]:
    """Return the decision and the viewed messages, from the case if one is given; it must belong to the report."""
    if options.case is None:
        return options.decision, options.viewed
    if options.decision or options.viewed:
        raise InvalidOptionError("the case holds the decision and the viewed messages; omit --decision and --viewed")
    case = read_case(options.case)
    if case.internal.report_digest != digest(report.to_dict()):
        raise InvalidOptionError(f"{options.case.name} belongs to another report; pass the report that was reviewed")
    return case.review.decision, case.review.viewed
