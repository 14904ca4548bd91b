"""`grooming-risk handover`: a reviewed case as a package, its check, and the record that a person handed it over."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path
from typing import Any

from grooming_risk.commands.handover.new import NewOptions, new
from grooming_risk.commands.handover.questions import QuestionsOptions, questions
from grooming_risk.commands.handover.record import RecordOptions, VerifyOptions, record, verify
from grooming_risk.commands.options import add_artifact, add_reading, reading_options
from grooming_risk.commands.record_actions.indices import indices
from grooming_risk.handover.case.building import CaseOptions
from grooming_risk.handover.case.case import TextScope
from grooming_risk.handover.case.selection import CONTEXT
from grooming_risk.handover.language.languages import ENGLISH, languages
from grooming_risk.handover.package import PackageOptions
from grooming_risk.readers import FORMATS
from grooming_risk.records.handover_record import Method
from grooming_risk.records.review_record import RETENTION_DAYS, Decision


def add(verbs: Any) -> None:
    """Describe the verb and its actions.

    Args:
        verbs: of the command line.
    """
    parser = verbs.add_parser(
        "handover",
        help="a reviewed case as a package for police or a hotline",
        description="Turn a reviewed conversation into a package that the next person can open without this program, "
        "and say what is missing. Nothing is ever sent: a person hands the package over.",
    )
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    _add_questions(actions)
    _add_new(actions)
    _add_verify(actions)
    _add_record(actions)


def _add_questions(actions: Any) -> None:
    parser = actions.add_parser("questions", help="what addressees ask, and the file of answers to fill in")
    _add_conversation(parser)
    _add_language(parser)
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write the file of answers to fill in")
    parser.add_argument("--page", type=Path, metavar="FILE", help="write the review page with the questions below it")
    parser.set_defaults(run=lambda parsed: questions(_questions_options(parsed)))


def _add_new(actions: Any) -> None:
    parser = actions.add_parser("new", help="make the package of a reviewed conversation")
    _add_conversation(parser)
    parser.add_argument("--answers", type=Path, required=True, metavar="FILE", help="what `handover questions` asks")
    parser.add_argument("--log", type=Path, metavar="LOG", help="records; the last decision about the report counts")
    parser.add_argument(
        "--decision",
        choices=[item.value for item in Decision],
        help="your decision about the flag, where it is not in the log yet; it is recorded there, if a log is named",
    )
    parser.add_argument("--viewed", type=indices, default=[], metavar="3,4,7-9", help="messages that you viewed")
    parser.add_argument("--retention-days", type=int, default=RETENTION_DAYS, metavar="DAYS", help="of that record")
    parser.add_argument("--country", metavar="COUNTRY", help="whose bodies the summary names, as in `channels`")
    _add_language(parser)
    scope = parser.add_mutually_exclusive_group()
    scope.add_argument("--whole", action="store_true", help="all messages (default: flagged stretches with context)")
    scope.add_argument("--no-text", action="store_true", help="no texts and no names, only ids, times and tactics")
    parser.add_argument(
        "--context", type=int, default=CONTEXT, metavar="N", help="messages around a stretch (default: %(default)s)"
    )
    parser.add_argument("--unmask", action="store_true", help="show explicit terms (default: [EXPLICIT])")
    parser.add_argument("--zip", action="store_true", help="write FOLDER.zip too")
    parser.add_argument("--case-uco", action="store_true", help="add the case as CASE/UCO JSON-LD, for laboratories")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER", help="to make; it must not exist")
    _add_key(parser)
    add_artifact(parser)
    parser.set_defaults(run=lambda parsed: new(_new_options(parsed)))


def _add_verify(actions: Any) -> None:
    parser = actions.add_parser("verify", help="check every file of a package; 1 when anything was changed")
    parser.add_argument("package", type=Path, metavar="FOLDER", help="or its zip")
    parser.add_argument("--log", type=Path, metavar="LOG", help="also find the record that it was handed over")
    _add_key(parser)
    parser.set_defaults(run=lambda parsed: verify(VerifyOptions(parsed.package, parsed.log, parsed.key_file)))


def _add_record(actions: Any) -> None:
    parser = actions.add_parser("record", help="record that you handed a package over; nothing is sent")
    parser.add_argument("package", type=Path, metavar="FOLDER", help="or its zip")
    parser.add_argument("--log", type=Path, required=True, metavar="LOG", help="records, with the decision in it")
    parser.add_argument("--channel", required=True, metavar="ID", help="of the body, as in `channels --format json`")
    parser.add_argument("--method", choices=[item.value for item in Method], required=True, help="how you did it")
    parser.add_argument("--at", type=_time, required=True, metavar="TIME", help="when, as in 2026-03-01T19:02:00Z")
    parser.add_argument("--acknowledged-at", type=_time, metavar="TIME", help="when the body confirmed it")
    parser.add_argument("--reference", metavar="TEXT", help="receipt or case number that the body gave")
    parser.add_argument("--retention-days", type=int, default=RETENTION_DAYS, metavar="DAYS", help="to keep the record")
    _add_key(parser)
    parser.set_defaults(run=lambda parsed: record(_record_options(parsed)))


def _add_conversation(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("export", type=Path, metavar="EXPORT", help="the chat export that was scored")
    parser.add_argument("--report", type=Path, required=True, metavar="FILE", help="output of `score --format jsonl`")
    parser.add_argument("--conversation", metavar="NAME", help="which, where there are several")
    parser.add_argument("--from", dest="source", choices=list(FORMATS), help="format of the export")
    add_reading(parser)


def _add_language(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--language", choices=languages(), default=ENGLISH, help="of the text (default: %(default)s)")


def _add_key(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--key-file", type=Path, metavar="FILE", help="HMAC key of the log: all bytes, 16 or more")


def _questions_options(parsed: argparse.Namespace) -> QuestionsOptions:
    return QuestionsOptions(
        export=parsed.export,
        report=parsed.report,
        conversation=parsed.conversation,
        source=parsed.source,
        reading=reading_options(parsed.date_order, parsed.columns),
        language=parsed.language,
        output=parsed.output,
        page=parsed.page,
    )


def _new_options(parsed: argparse.Namespace) -> NewOptions:
    scope = TextScope.WHOLE if parsed.whole else TextScope.NONE if parsed.no_text else TextScope.FLAGGED
    return NewOptions(
        export=parsed.export,
        report=parsed.report,
        conversation=parsed.conversation,
        source=parsed.source,
        reading=reading_options(parsed.date_order, parsed.columns),
        answers=parsed.answers,
        log=parsed.log,
        decision=parsed.decision,
        viewed=tuple(parsed.viewed),
        retention_days=parsed.retention_days,
        case=CaseOptions(scope, parsed.context, parsed.unmask),
        package=PackageOptions(parsed.language, parsed.country, parsed.zip, parsed.case_uco),
        output=parsed.output,
        key_file=parsed.key_file,
        artifact=parsed.artifact,
    )


def _record_options(parsed: argparse.Namespace) -> RecordOptions:
    return RecordOptions(
        package=parsed.package,
        log=parsed.log,
        channel=parsed.channel,
        method=parsed.method,
        handed_over_at=parsed.at,
        acknowledged_at=parsed.acknowledged_at,
        reference=parsed.reference,
        retention_days=parsed.retention_days,
        key_file=parsed.key_file,
    )


def _time(text: str) -> datetime:
    """Read a time with a zone; argparse reports what this raises."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise argparse.ArgumentTypeError("write a time with its zone, as in 2026-03-01T19:02:00Z")
    return moment
