"""`grooming-risk records unflagged`: a decision about a conversation that was not flagged, and how it was chosen."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grooming_risk.commands.key_file import read_key
from grooming_risk.commands.record_actions.indices import indices
from grooming_risk.records.files import append_record, open_log
from grooming_risk.records.log import place_in_log
from grooming_risk.records.report_files import read_report
from grooming_risk.records.review_record import RETENTION_DAYS
from grooming_risk.records.unflagged_record import (
    Sampling,
    SamplingMethod,
    UnflaggedDecision,
    make_unflagged_record,
)
from grooming_risk.records.verification import digest


@dataclass(frozen=True, slots=True)
class UnflaggedOptions:
    """What `records unflagged` was asked for.

    Attributes:
        report: file of the report.
        conversation: which, where the file has several.
        decision: about the messages.
        viewed: indices of messages that a person viewed.
        sampling: how the conversation was chosen.
        language: tag of its language.
        retention_days: days to keep the record.
        output: log to append to; None to print the record.
        key_file: of the HMAC key.
    """

    report: Path
    conversation: str | None
    decision: str
    viewed: tuple[int, ...]
    sampling: Sampling
    language: str | None
    retention_days: int
    output: Path | None
    key_file: Path | None


def add(actions: Any) -> None:
    """Describe the action.

    Args:
        actions: of `records`.
    """
    parser = actions.add_parser("unflagged", help="record what you decided about a conversation that was not flagged")
    parser.add_argument("report", type=Path, metavar="REPORT", help="output of `score --format json` or `jsonl`")
    parser.add_argument("--conversation", metavar="NAME", help="which, where the file has several reports")
    decisions, methods = ([item.value for item in kind] for kind in (UnflaggedDecision, SamplingMethod))
    parser.add_argument("--decision", choices=decisions, required=True, help="about the messages")
    parser.add_argument("--viewed", type=indices, default=[], metavar="3,4,7-9", help="messages that you viewed")
    parser.add_argument("--sampled", choices=methods, required=True, help="how the conversation was chosen")
    parser.add_argument("--sample", metavar="NAME", help="name of the sample that it was drawn into")
    parser.add_argument("--drawn", type=int, metavar="N", help="conversations in the sample")
    parser.add_argument("--population", type=int, metavar="N", help="unflagged conversations that it was drawn from")
    parser.add_argument("--language", metavar="TAG", help="language of the conversation, as in en or pt-BR")
    parser.add_argument("--retention-days", type=int, default=RETENTION_DAYS, metavar="DAYS", help="to keep the record")
    parser.add_argument("-o", "--output", type=Path, metavar="LOG", help="JSON lines to append to (default: print it)")
    parser.add_argument("--key-file", type=Path, metavar="FILE", help="HMAC key: all bytes of the file, 16 or more")
    parser.set_defaults(run=lambda parsed: _unflagged(_options(parsed)))


def _options(parsed: argparse.Namespace) -> UnflaggedOptions:
    return UnflaggedOptions(
        report=parsed.report,
        conversation=parsed.conversation,
        decision=parsed.decision,
        viewed=tuple(parsed.viewed),
        sampling=Sampling(SamplingMethod(parsed.sampled), parsed.sample, parsed.drawn, parsed.population),
        language=parsed.language,
        retention_days=parsed.retention_days,
        output=parsed.output,
        key_file=parsed.key_file,
    )


def _unflagged(options: UnflaggedOptions) -> int:
    key = read_key(options.key_file)
    report = read_report(options.report, options.conversation).to_dict()

    def made(previous: str | None) -> dict[str, Any]:
        return make_unflagged_record(
            report,
            options.decision,
            options.viewed,
            options.sampling,
            language=options.language,
            key=key,
            previous=previous,
            retention_days=options.retention_days,
        )

    # Made before there is a log too: what is wrong with the options is said before a file is made.
    record = made(None)
    if options.output is None:
        print(json.dumps(record))
        return 0
    with open_log(options.output) as stream:
        record = made(place_in_log(options.output, digest(report["provenance"]), key).previous)
        append_record(options.output, stream, record)
    print(f"{options.output.name}: appended record {record['record_digest']}")
    return 0
