"""`grooming-risk records unflagged`: a decision about a conversation that was not flagged, and how it was chosen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grooming_risk.commands.indices import add_viewed
from grooming_risk.commands.key_file import read_key
from grooming_risk.commands.options import add_key, add_retention, runs
from grooming_risk.commands.terminal_output import show, show_json
from grooming_risk.records.files import append_record, open_log
from grooming_risk.records.log import place_in_log
from grooming_risk.records.report_files import read_report
from grooming_risk.records.unflagged_record import (
    Sampling,
    SamplingMethod,
    UnflaggedDecision,
    make_unflagged_record,
)
from grooming_risk.records.verification import digest


@dataclass(frozen=True, slots=True)
class UnflaggedOptions:
    """Options of `records unflagged`.

    Attributes:
        report: file with one or more reports.
        conversation: name of the conversation, where the file contains several.
        decision: decision about the messages.
        viewed: numbers of the messages that a person viewed.
        sampled: how the conversation was chosen.
        sample: name of the sample that it was drawn into.
        drawn: number of conversations in the sample.
        population: number of unflagged conversations that the sample was drawn from.
        language: language tag of the conversation.
        retention_days: days after which the record is to be deleted.
        output: log to append to; the record is printed when None.
        key_file: file with the key of the HMAC.
    """

    report: Path
    conversation: str | None
    decision: str
    viewed: list[int]
    sampled: str
    sample: str | None
    drawn: int | None
    population: int | None
    language: str | None
    retention_days: int
    output: Path | None
    key_file: Path | None


def add(actions: Any) -> None:
    """Describe the action."""
    parser = actions.add_parser(
        "unflagged",
        help="record your decision about a conversation that was not flagged",
        description="Record your decision about a conversation that was not flagged, and how it was chosen. From a "
        "random sample, `records summary` estimates how many conversations were missed.",
    )
    parser.add_argument("report", type=Path, metavar="REPORT", help="output of `score --format json` or `jsonl`")
    parser.add_argument(
        "--conversation", metavar="NAME", help="conversation to record, where REPORT contains several reports"
    )
    decisions, methods = ([item.value for item in kind] for kind in (UnflaggedDecision, SamplingMethod))
    parser.add_argument("--decision", choices=decisions, required=True, help="your decision about the messages")
    add_viewed(parser)
    parser.add_argument("--sampled", choices=methods, required=True, help="how the conversation was chosen")
    parser.add_argument("--sample", metavar="NAME", help="name of the sample that it was drawn into")
    parser.add_argument("--drawn", type=int, metavar="N", help="number of conversations in the sample")
    parser.add_argument(
        "--population", type=int, metavar="N", help="number of unflagged conversations that the sample was drawn from"
    )
    parser.add_argument("--language", metavar="TAG", help="language of the conversation, as in en or pt-BR")
    add_retention(parser)
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="LOG",
        help="file of JSON lines to append the record to (default: print the record)",
    )
    add_key(parser)
    runs(parser, _unflagged, UnflaggedOptions)


def _unflagged(options: UnflaggedOptions) -> int:
    key = read_key(options.key_file)
    report = read_report(options.report, options.conversation).to_dict()
    sampling = Sampling(SamplingMethod(options.sampled), options.sample, options.drawn, options.population)

    def make(previous: str | None) -> dict[str, Any]:
        return make_unflagged_record(
            report,
            options.decision,
            options.viewed,
            sampling,
            language=options.language,
            key=key,
            previous=previous,
            retention_days=options.retention_days,
        )

    record = make(None)  # a mistake in the options is found before a file is created
    if options.output is None:
        show_json(record)
        return 0
    with open_log(options.output) as stream:
        record = make(place_in_log(options.output, digest(report["provenance"]), key).previous)
        append_record(options.output, stream, record)
    show(f"{options.output.name}: appended record {record['record_digest']}")
    return 0
