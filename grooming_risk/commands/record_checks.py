"""`grooming-risk records verify` and `summary`: stored records checked, and valid ones added up."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grooming_risk.commands.key_file import read_key
from grooming_risk.errors import InputTooLargeError, UnsupportedFormatError
from grooming_risk.records.files import StoredRecord, read_records, record_files
from grooming_risk.records.review_record import utc_now
from grooming_risk.records.summary import summarize_records
from grooming_risk.records.verification import RecordCheck, verify_chain, verify_record
from grooming_risk.rendering.numbers import count
from grooming_risk.rendering.terminal.records_summary import render_records_summary

# Errors of a single file; the other files are still read.
_PER_FILE = (InputTooLargeError, UnsupportedFormatError)


@dataclass(frozen=True, slots=True)
class VerifyOptions:
    """Options of `records verify`.

    Attributes:
        files: files of records, and folders of them.
        key_file: file with the key of the HMACs; they are not checked when None.
    """

    files: list[Path]
    key_file: Path | None


@dataclass(frozen=True, slots=True)
class SummaryOptions:
    """Options of `records summary`.

    Attributes:
        files: files of records, and folders of them.
        key_file: file with the key of the HMACs; they are not checked when None.
        format: "table" or "json".
    """

    files: list[Path]
    key_file: Path | None
    format: str


def verify_files(options: VerifyOptions) -> int:
    """Check the records, print a verdict for each file, and return the exit status."""
    key, files = read_key(options.key_file), dict(_files(options.files))
    failed = not all(files.values())
    ends = {stored[-1].text("record_digest") for stored in files.values() if stored}
    for path, stored in files.items():
        if stored:
            checks = _check_file(stored, key, ends)
            for item, check in zip(stored, checks, strict=True):
                failed |= not check.valid
                _complain_of(item, check)
            print(_verdict(path, stored, checks, key))
        elif stored is not None:
            _complain(f"{path.name} contains no records")
    return int(failed)


def _check_file(stored: list[StoredRecord], key: bytes | None, ends: set[str | None]) -> tuple[RecordCheck, ...]:
    """Check records as a chain where any of them names its predecessor; another file's end may precede the first."""
    records = [item.record for item in stored]
    if not _chained(stored):
        return tuple(verify_record(record, key) for record in records)
    first = stored[0].text("previous")
    return verify_chain(records, key, first if first in ends else None)


def _verdict(path: Path, stored: list[StoredRecord], checks: tuple[RecordCheck, ...], key: bytes | None) -> str:
    invalid, records = sum(not check.valid for check in checks), count(len(stored), "record")
    if invalid:
        return f"{path.name}: {records}, {invalid} not valid"
    parts = [records, "digests and HMACs match" if key else "digests match, HMACs not checked (no --key-file)"]
    if _chained(stored):
        parts.append("in an unbroken chain")
    elif len(stored) > 1:
        parts.append("not chained, so a removed record would not be noticed")
    return f"{path.name}: {', '.join(parts)}; last digest {stored[-1].text('record_digest')}"


def print_summary(options: SummaryOptions) -> int:
    """Add up the valid records, print the figures, and return the exit status."""
    key, refused = read_key(options.key_file), 0

    def valid() -> Iterator[dict[str, Any]]:
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

    summary = summarize_records(valid(), utc_now().date())
    if options.format == "json":
        print(json.dumps({**summary.to_dict(), "refused": refused, "authenticated": key is not None}, indent=2))
    else:
        print(render_records_summary(summary, shutil.get_terminal_size().columns))
    if refused:
        _complain(f"{count(refused, 'record or file', 'records or files')} refused and not in these figures")
    if key is None:
        _complain("HMACs were not checked (no --key-file); a digest alone can be computed again after a change")
    return int(refused > 0)


def _files(paths: list[Path]) -> Iterator[tuple[Path, list[StoredRecord] | None]]:
    """Yield each file with its records, or with None, after a complaint, if it cannot be read."""
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
    return any(item.text("previous") for item in stored)


def _complain_of(item: StoredRecord, check: RecordCheck) -> None:
    for problem in (item.problem,) if item.problem else check.problems:
        _complain(f"{item.where}: {problem}")


def _complain(what: str) -> None:
    print(f"grooming-risk: {what}", file=sys.stderr)
