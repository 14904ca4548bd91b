"""The verb `records` and its actions."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from grooming_risk.commands.indices import add_viewed
from grooming_risk.commands.options import add_key, add_retention, runs
from grooming_risk.commands.records import report, unflagged
from grooming_risk.commands.records.checks import SummaryOptions, VerifyOptions, print_summary, verify_files
from grooming_risk.commands.records.making import NewOptions, make_record
from grooming_risk.records.review_record import Decision


def add(verbs: Any) -> None:
    """Describe the verb and its actions."""
    parser = verbs.add_parser(
        "records",
        help="record decisions about flags, check the records, and add them up",
        description="Keep review records: what was flagged, which messages a person viewed and what they decided, "
        "sealed against later changes. Records contain no text and no names.",
    )
    actions = parser.add_subparsers(required=True, metavar="ACTION", title="actions")
    _add_new(actions)
    unflagged.add(actions)
    verify = actions.add_parser(
        "verify",
        help="check the form, the seals and the order of records",
        description="Check the form, the seals and the order of records. The exit status is 1 when anything is wrong; "
        "what is wrong goes to stderr.",
    )
    summary = actions.add_parser(
        "summary",
        help="add up flags, decisions and error rates by year, operating point and language",
        description="Add up records that are valid: flags, decisions and error rates by year, operating point and "
        "language. Records that are not valid go to stderr, and the exit status is 1.",
    )
    summary.add_argument(
        "--format", choices=("table", "json"), default="table", help="output format (default: %(default)s)"
    )
    for action in (verify, summary):
        action.add_argument("files", nargs="+", type=Path, metavar="FILE", help="file of records, or a folder of them")
        add_key(action)
    runs(verify, verify_files, VerifyOptions)
    runs(summary, print_summary, SummaryOptions)
    report.add(actions)


def _add_new(actions: Any) -> None:
    parser: argparse.ArgumentParser = actions.add_parser(
        "new",
        help="record a report and your decision about its flag",
        description="Make a review record of a report and of your decision about its flag, and append it to a log.",
    )
    decisions = [item.value for item in Decision]
    parser.add_argument("report", type=Path, metavar="REPORT", help="output of `score --format json` or `jsonl`")
    parser.add_argument(
        "--conversation", metavar="NAME", help="conversation to record, where REPORT contains several reports"
    )
    parser.add_argument(
        "--decision",
        choices=decisions,
        metavar="DECISION",
        help=f"your decision about the flag: {', '.join(decisions[:-1])} or {decisions[-1]} (default: none yet)",
    )
    add_viewed(parser)
    parser.add_argument(
        "--case",
        type=Path,
        metavar="PACKAGE",
        help="hand-over package to copy the decision and the viewed messages from, instead of giving them here",
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
    runs(parser, make_record, NewOptions)
