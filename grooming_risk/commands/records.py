"""`grooming-risk records new`, `verify` and `summary`: decisions about flags, recorded, checked and added up."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from grooming_risk.commands.options import runs
from grooming_risk.commands.record_actions import report, unflagged
from grooming_risk.commands.record_actions.indices import indices
from grooming_risk.commands.record_checks import SummaryOptions, VerifyOptions, print_summary, verify_files
from grooming_risk.commands.record_making import NewOptions, make_record
from grooming_risk.records.review_record import RETENTION_DAYS, Decision


def add(verbs: Any) -> None:
    """Describe the verb and its actions."""
    parser = verbs.add_parser(
        "records",
        help="record decisions about flags, check the records, and add them up",
        description="Keep review records: what was flagged, which messages a person viewed and what they decided, "
        "sealed against later changes. Records contain no text and no names.",
    )
    actions = parser.add_subparsers(required=True, metavar="ACTION", title="actions")
    new = actions.add_parser(
        "new",
        help="record a report and your decision about its flag",
        description="Make a review record of a report and of your decision about its flag, and append it to a log.",
    )
    _add_new(new)
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
    for action in (new, verify, summary):
        action.add_argument(
            "--key-file", type=Path, metavar="FILE", help="key of the HMACs: all bytes of this file, at least 16"
        )
    unflagged.add(actions)
    report.add(actions)
    runs(new, make_record, NewOptions)
    runs(verify, verify_files, VerifyOptions)
    runs(summary, print_summary, SummaryOptions)


def _add_new(parser: argparse.ArgumentParser) -> None:
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
    parser.add_argument(
        "--viewed", type=indices, default=[], metavar="3,4,7-9", help="numbers of the messages that you viewed"
    )
    parser.add_argument(
        "--case", type=Path, metavar="PACKAGE", help="take decision and viewed messages from a hand-over package"
    )
    parser.add_argument("--language", metavar="TAG", help="language of the conversation, as in en or pt-BR")
    parser.add_argument(
        "--retention-days",
        type=int,
        default=RETENTION_DAYS,
        metavar="DAYS",
        help="days after which the record is to be deleted (default: %(default)s)",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="LOG",
        help="file of JSON lines to append the record to (default: print the record)",
    )
