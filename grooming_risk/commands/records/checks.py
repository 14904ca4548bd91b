"""`grooming-risk records verify` and `summary`: stored records checked, and valid ones added up."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grooming_risk.commands.key_file import read_key
from grooming_risk.commands.terminal_output import say, show, show_json
from grooming_risk.errors import InputTooLargeError, UnsupportedFormatError
from grooming_risk.records.checking import chained, check_files, in_order
from grooming_risk.records.files import StoredRecord, read_records, record_files
from grooming_risk.records.review_record import utc_now
from grooming_risk.records.summary import summarize_records
from grooming_risk.records.verification import RecordCheck
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
    for path, stored, checks in check_files(files, key):
        if not stored:
            say(f"{path.name} contains no records")
            continue
        for item, check in zip(stored, checks, strict=True):
            failed |= not check.valid
            _complain_of(item, check)
        show(_verdict(path, stored, checks, key))
    return int(failed)


def _verdict(path: Path, stored: list[StoredRecord], checks: tuple[RecordCheck, ...], key: bytes | None) -> str:
    invalid, records = sum(not check.valid for check in checks), count(len(stored), "record")
    if invalid:
        return f"{path.name}: {records}, {invalid} not valid"
    parts = [records, "digests and HMACs match" if key else "digests match, HMACs not checked (no --key-file)"]
    if chained(stored):
        parts.append("in an unbroken chain")
    elif len(stored) > 1:
        parts.append("not chained, so a removed record would not be noticed")
    return f"{path.name}: {', '.join(parts)}; last digest {stored[-1].text('record_digest')}"


def print_summary(options: SummaryOptions) -> int:
    """Add up the valid records, print the figures, and return the exit status."""
    key = read_key(options.key_file)
    valid, refused = valid_records(options.files, key)
    summary = summarize_records(valid, utc_now().date())
    if options.format == "json":
        show_json({**summary.to_dict(), "refused": refused, "authenticated": key is not None}, indent=2)
    else:
        show(render_records_summary(summary, shutil.get_terminal_size().columns))
    if refused:
        say(f"{count(refused, 'record or file', 'records or files')} refused and not in these figures")
    if key is None:
        say("HMACs were not checked (no --key-file); a digest alone can be computed again after a change")
    return int(refused > 0)


def valid_records(paths: list[Path], key: bytes | None) -> tuple[list[dict[str, Any]], int]:
    """Read the records that figures may rest on, after a complaint about each of the others.

    A log whose chain is broken is refused as a whole: a record was removed, added or moved, so nobody knows which
    decisions are missing.

    Args:
        paths: files of records, and folders of them.
        key: key of the HMACs; None if they are not to be checked.

    Returns:
        The records, and the number of records and files that were refused.
    """
    files = dict(_files(paths))
    valid: list[dict[str, Any]] = []
    refused = sum(stored is None for stored in files.values())
    for path, stored, checks in check_files(files, key):
        whole = in_order(checks)
        for item, check in zip(stored, checks, strict=True):
            _complain_of(item, check)
            if whole and check.valid:
                valid.append(item.record)
            else:
                refused += 1
        if not whole:
            say(
                f"{path.name}: none of its records are in the figures, because the log is not complete; find the "
                "record that was removed, added or moved (`grooming-risk records verify`)"
            )
    return valid, refused


def _files(paths: list[Path]) -> Iterator[tuple[Path, list[StoredRecord] | None]]:
    """Yield each file with its records, or with None, after a complaint, if it cannot be read."""
    for path in paths:
        try:
            inside = record_files(path)
        except _PER_FILE as error:
            say(str(error))
            yield path, None
            continue
        for file in inside:
            try:
                yield file, read_records(file)
            except _PER_FILE as error:
                say(str(error))
                yield file, None


def _complain_of(item: StoredRecord, check: RecordCheck) -> None:
    for problem in (item.problem,) if item.problem else check.problems:
        say(f"{item.where}: {problem}")
