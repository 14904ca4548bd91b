"""`grooming-risk records new`, `verify` and `summary`: what people decided about flags, sealed, checked, added up."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from grooming_risk.commands.indices import indices
from grooming_risk.commands.key_file import read_key
from grooming_risk.commands.record_actions import report, unflagged
from grooming_risk.errors import InputTooLargeError, InvalidOptionError, UnsupportedFormatError
from grooming_risk.handover.reading import read_case
from grooming_risk.records.files import (
    StoredRecord,
    append_record,
    open_log,
    read_records,
    record_files,
)
from grooming_risk.records.log import place_in_log
from grooming_risk.records.report_files import read_report
from grooming_risk.records.review_record import RETENTION_DAYS, Decision, make_review_record, utc_now
from grooming_risk.records.summary import summarize_records
from grooming_risk.records.verification import RecordCheck, digest, verify_chain, verify_record
from grooming_risk.rendering.terminal.records_summary import render_records_summary

# Errors of one file; the other files are still read.
_PER_FILE = (InputTooLargeError, UnsupportedFormatError)


def add(verbs: Any) -> None:
    """Describe the verb and what it can do."""
    parser = verbs.add_parser("records", help="review records: make, verify, add up into a report on errors")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    new = actions.add_parser("new", help="make a record of a report and of what you decided about its flag")
    new.add_argument("report", type=Path, metavar="REPORT", help="output of `score --format json` or `jsonl`")
    new.add_argument("--conversation", metavar="NAME", help="which, where the file has several reports")
    new.add_argument("--decision", choices=[item.value for item in Decision], help="about the flag (default: none yet)")
    new.add_argument("--viewed", type=indices, default=[], metavar="3,4,7-9", help="messages that you viewed, by index")
    new.add_argument("--language", metavar="TAG", help="language of the conversation, as in en or pt-BR")
    new.add_argument(
        "--retention-days", type=int, default=RETENTION_DAYS, metavar="DAYS", help="to keep it (default: %(default)s)"
    )
    new.add_argument("-o", "--output", type=Path, metavar="LOG", help="JSON lines to append to (default: print it)")
    new.add_argument(
        "--case", type=Path, metavar="PACKAGE", help="take decision and viewed messages from a hand-over package"
    )
    new.set_defaults(run=_new)
    unflagged.add(actions)
    report.add(actions)
    verify = actions.add_parser("verify", help="check form, seals and order of records; 1 when anything is wrong")
    verify.set_defaults(run=_verify)
    summary = actions.add_parser("summary", help="flags, decisions and rates by year, operating point and language")
    summary.add_argument("--format", choices=("table", "json"), default="table", help="form of the output")
    summary.set_defaults(run=_summary)
    for action in (verify, summary):
        action.add_argument("files", nargs="+", type=Path, metavar="FILE", help="records, or a folder of them")
    for action in (new, verify, summary):
        action.add_argument("--key-file", type=Path, metavar="FILE", help="HMAC key: all bytes of the file, 16 or more")


def _new(options: argparse.Namespace) -> int:
    key = read_key(options.key_file)
    report = read_report(options.report, options.conversation).to_dict()
    asked = {"language": options.language, "key": key, "retention_days": options.retention_days}
    decision, viewed = _decided(options, report)
    if decision and not viewed:
        _complain("no message is recorded as viewed; name those you viewed with --viewed")
    # Made before there is a log too: what is wrong with the options is said before a file is.
    record = make_review_record(report, decision, viewed, **asked)
    if options.output is None:
        print(json.dumps(record))
        return 0
    with open_log(options.output) as stream:
        place = place_in_log(options.output, digest(report["provenance"]), key)
        asked |= {"previous": place.previous, "created_at": place.created_at}
        record = make_review_record(report, decision, viewed, **asked)
        append_record(options.output, stream, record)
    print(f"{options.output.name}: appended record {record['record_digest']}")
    return 0


def _decided(options: argparse.Namespace, report: dict[str, Any]) -> tuple[str | None, Sequence[int]]:
    """Return decision and viewed messages, from a case where one is named; it must be about the report."""
    if options.case is None:
        return options.decision, options.viewed
    if options.decision or options.viewed:
        raise InvalidOptionError("--case says what was decided and viewed; leave --decision and --viewed out")
    case = read_case(options.case)
    if case.internal.report_digest != digest(report):
        raise InvalidOptionError(f"{options.case.name} is about another report; pass the report that was reviewed")
    return case.review.decision, case.review.viewed


def _verify(options: argparse.Namespace) -> int:
    key, files = read_key(options.key_file), dict(_files(options.files))
    failed = not all(files.values())
    ends = {_digest_of(stored[-1]) for stored in files.values() if stored}
    for path, stored in files.items():
        if stored:
            checks = _check_file(stored, key, ends)
            for item, check in zip(stored, checks, strict=True):
                failed |= not check.valid
                _complain_of(item, check)
            print(_verdict(path, stored, checks, key))
        elif stored is not None:
            _complain(f"{path.name} holds no records")
    return int(failed)


def _check_file(stored: list[StoredRecord], key: bytes | None, ends: set[str | None]) -> tuple[RecordCheck, ...]:
    """As a chain where any record names the one before it; a log may go on where another of the files ends."""
    records = [item.record for item in stored]
    if not _chained(stored):
        return tuple(verify_record(record, key) for record in records)
    first = _first_link(stored)
    return verify_chain(records, key, first if first in ends else None)


def _verdict(path: Path, stored: list[StoredRecord], checks: tuple[RecordCheck, ...], key: bytes | None) -> str:
    wrong = sum(not check.valid for check in checks)
    said = [f"{len(stored)} record{'' if len(stored) == 1 else 's'}"]
    if wrong:
        return f"{path.name}: {said[0]}, {wrong} wrong"
    said.append("digests and HMACs fit" if key else "digests fit, HMACs not checked (no --key-file)")
    if len(stored) > 1 or _chained(stored):
        said.append("in an unbroken chain" if _chained(stored) else "not chained: a record taken out would not show")
    return f"{path.name}: {', '.join(said)}; last digest {_digest_of(stored[-1])}"


def _summary(options: argparse.Namespace) -> int:
    key, refused = read_key(options.key_file), 0

    def sound() -> Iterator[dict[str, Any]]:
        nonlocal refused
        for _, stored in _files(options.files):
            refused += stored is None
            for item in stored or ():
                check = verify_record(item.record, key)
                _complain_of(item, check)
                if check.valid:
                    yield item.record
                else:
                    refused += 1

    summary = summarize_records(sound(), utc_now().date())
    if options.format == "json":
        print(json.dumps({**summary.to_dict(), "refused": refused, "authenticated": key is not None}, indent=2))
    else:
        print(render_records_summary(summary, shutil.get_terminal_size().columns))
    if refused:
        _complain(f"refused, and in no figure: {refused} of the records and files")
    if key is None:
        _complain("HMACs were not checked (no --key-file): digests alone show no change by somebody who knows them")
    return int(refused > 0)


def _files(paths: list[Path]) -> Iterator[tuple[Path, list[StoredRecord] | None]]:
    """What stands in each file; None, and a complaint, for one that cannot be read."""
    for path in paths:
        try:
            inside = record_files(path)
        except _PER_FILE as error:
            _complain(str(error))
            yield path, None
            continue
        for file in inside:
            try:
                yield file, read_records(file)
            except _PER_FILE as error:
                _complain(str(error))
                yield file, None


def _chained(stored: list[StoredRecord]) -> bool:
    return any(_text(item, "previous") for item in stored)


def _first_link(stored: list[StoredRecord]) -> str | None:
    return _text(stored[0], "previous") if stored else None


def _digest_of(item: StoredRecord) -> str | None:
    return _text(item, "record_digest")


def _text(item: StoredRecord, name: str) -> str | None:
    """A string field of what may be no record at all."""
    value = item.record.get(name) if isinstance(item.record, dict) else None
    return value if isinstance(value, str) else None


def _complain_of(item: StoredRecord, check: RecordCheck) -> None:
    for problem in (item.problem,) if item.problem else check.problems:
        _complain(f"{item.where}: {problem}")


def _complain(what: str) -> None:
    print(f"grooming-risk: {what}", file=sys.stderr)
