"""The verb `handover` and its actions."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path
from typing import Any

from grooming_risk.commands.handover.new import NewOptions, new
from grooming_risk.commands.handover.questions import QuestionsOptions, questions
from grooming_risk.commands.handover.record import RecordOptions, VerifyOptions, record, verify
from grooming_risk.commands.indices import add_viewed
from grooming_risk.commands.options import add_artifact, add_key, add_reading, add_retention, runs
from grooming_risk.handover.case.selection import CONTEXT
from grooming_risk.handover.language.languages import ENGLISH, languages
from grooming_risk.readers import FORMATS
from grooming_risk.records.handover_record import Method
from grooming_risk.records.review_record import Decision


def add(verbs: Any) -> None:
    """Describe the verb and its actions."""
    parser = verbs.add_parser(
        "handover",
        help="make a package of a reviewed case, for police or a hotline",
        description="Turn a reviewed conversation into a package that the next person can open without this program, "
        "and list what is missing in it. Nothing is ever sent: a person hands the package over.",
    )
    actions = parser.add_subparsers(required=True, metavar="ACTION", title="actions")
    _add_questions(actions)
    _add_new(actions)
    _add_verify(actions)
    _add_record(actions)


def _add_questions(actions: Any) -> None:
    parser: argparse.ArgumentParser = actions.add_parser(
        "questions",
        help="print what addressees ask, and write the file of answers to fill in",
        description="Print what the addressees of a hand-over ask, write the file of answers to fill in, and write "
        "the review page with the questions below the conversation.",
    )
    _add_conversation(parser)
    _add_language(parser)
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="file of answers to write")
    parser.add_argument("--page", type=Path, metavar="FILE", help="review page to write, with the questions in it")
    runs(parser, questions, QuestionsOptions)


def _add_new(actions: Any) -> None:
    parser: argparse.ArgumentParser = actions.add_parser(
        "new",
        help="make the package of a reviewed conversation",
        description="Make the package of a conversation that a person has reviewed, and print what is missing for "
        "each addressee. A case that nobody has decided about is refused.",
    )
    _add_conversation(parser)
    parser.add_argument(
        "--answers", type=Path, required=True, metavar="FILE", help="answers to what `handover questions` asks"
    )
    _add_decision(parser)
    _add_content(parser)
    parser.add_argument("--zip", action="store_true", help="write FOLDER.zip as well")
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FOLDER", help="folder to make; it must not exist"
    )
    add_key(parser)
    add_artifact(parser)
    runs(parser, new, NewOptions)


def _add_decision(parser: argparse.ArgumentParser) -> None:
    decisions = [item.value for item in Decision]
    parser.add_argument(
        "--log", type=Path, metavar="LOG", help="log of records; its last decision about the report counts"
    )
    parser.add_argument(
        "--decision",
        choices=decisions,
        metavar="DECISION",
        help=f"your decision about the flag, if it is not in the log yet: {', '.join(decisions[:-1])} or "
        f"{decisions[-1]}; it is added to the log, if there is one",
    )
    add_viewed(parser)
    add_retention(parser)


def _add_content(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--country", metavar="COUNTRY", help="country whose bodies the summary names, as in `grooming-risk channels`"
    )
    _add_language(parser)
    scope = parser.add_mutually_exclusive_group()
    scope.add_argument(
        "--whole", action="store_true", help="include all messages (default: flagged stretches with context)"
    )
    scope.add_argument(
        "--no-text", action="store_true", help="leave out texts and names; ids, times and tactics remain"
    )
    parser.add_argument(
        "--context",
        type=int,
        default=CONTEXT,
        metavar="N",
        help="messages on each side of a flagged stretch (default: %(default)s)",
    )
    parser.add_argument("--unmask", action="store_true", help="show explicit terms instead of [EXPLICIT]")
    parser.add_argument("--case-uco", action="store_true", help="add the case as CASE/UCO JSON-LD, for laboratories")


def _add_verify(actions: Any) -> None:
    parser: argparse.ArgumentParser = actions.add_parser(
        "verify",
        help="check every file of a package",
        description="Check every file of a package against its manifests. With --log, also list the records that it "
        "was handed over. The exit status is 1 when anything is wrong.",
    )
    _add_package(parser)
    parser.add_argument("--log", type=Path, metavar="LOG", help="log that contains the records of hand-overs")
    add_key(parser)
    runs(parser, verify, VerifyOptions)


def _add_record(actions: Any) -> None:
    parser: argparse.ArgumentParser = actions.add_parser(
        "record",
        help="record that you handed a package over",
        description="Append to the log that you handed a package over: to which body, how and when. Nothing is sent.",
    )
    _add_package(parser)
    parser.add_argument(
        "--log", type=Path, required=True, metavar="LOG", help="log of records that contains the decision"
    )
    parser.add_argument(
        "--channel", required=True, metavar="ID", help="id of the body, as in `grooming-risk channels --format json`"
    )
    parser.add_argument(
        "--method", choices=[item.value for item in Method], required=True, help="way in which you handed it over"
    )
    parser.add_argument(
        "--at",
        dest="handed_over_at",
        type=_time,
        required=True,
        metavar="TIME",
        help="time at which you handed it over, as in 2026-03-01T19:02:00Z",
    )
    parser.add_argument("--acknowledged-at", type=_time, metavar="TIME", help="time at which the body confirmed it")
    parser.add_argument("--reference", metavar="TEXT", help="receipt or case number that the body gave")
    add_retention(parser)
    add_key(parser)
    runs(parser, record, RecordOptions)


def _add_conversation(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("export", type=Path, metavar="EXPORT", help="chat export that was scored")
    parser.add_argument(
        "--report", type=Path, required=True, metavar="FILE", help="output of `score --format json` or `jsonl`"
    )
    parser.add_argument("--conversation", metavar="NAME", help="name of the conversation, where there are several")
    parser.add_argument(
        "--from",
        dest="source",
        choices=sorted(FORMATS),
        metavar="FORMAT",
        help="format of the export, by its name in `grooming-risk formats` (default: recognized by content)",
    )
    add_reading(parser)


def _add_language(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--language",
        choices=languages(),
        default=ENGLISH,
        metavar="TAG",
        help=f"language of the text: {', '.join(languages())} (default: %(default)s)",
    )


def _add_package(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("package", type=Path, metavar="PACKAGE", help="folder or zip of the package")


def _time(text: str) -> datetime:
    """Parse a time with a zone; argparse reports what this raises."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise argparse.ArgumentTypeError("write a time with its zone, as in 2026-03-01T19:02:00Z")
    return moment
