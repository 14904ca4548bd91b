"""Check whole files of records: each record, and the order of a log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from grooming_risk.records.files import StoredRecord
from grooming_risk.records.verification import RecordCheck, verify_chain, verify_record


def check_files(
    files: Mapping[Path, list[StoredRecord] | None], key: bytes | None
) -> Iterator[tuple[Path, list[StoredRecord], tuple[RecordCheck, ...]]]:
    """Check files as chains where any of their records names its predecessor.

    Args:
        files: what `read_records` returned for each file; None for a file that could not be read.
        key: as in `verify_record`.

    Yields:
        Each file that could be read, with its records and one check for each. The first record of a log may continue
        another of these files.
    """
    ends = {stored[-1].text("record_digest") for stored in files.values() if stored}
    for path, stored in files.items():
        if stored is not None:
            yield path, stored, _check_file(stored, key, ends)


def chained(stored: list[StoredRecord]) -> bool:
    """Return whether the records are a log: whether any of them names its predecessor."""
    return any(item.text("previous") for item in stored)


def in_order(checks: tuple[RecordCheck, ...]) -> bool:
    """Return whether the checked file is complete as far as its chain shows; True where it has no chain."""
    return all(check.linked for check in checks)


def _check_file(stored: list[StoredRecord], key: bytes | None, ends: set[str | None]) -> tuple[RecordCheck, ...]:
    records = [item.record for item in stored]
    if not chained(stored):
        return tuple(verify_record(record, key) for record in records)
    first = stored[0].text("previous")
    return verify_chain(records, key, first if first in ends else None)
