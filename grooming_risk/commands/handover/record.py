"""`grooming-risk handover verify` and `record`: check that a package is unchanged; record that it was handed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from grooming_risk.commands.key_file import read_key
from grooming_risk.commands.terminal_output import say, show
from grooming_risk.errors import InvalidOptionError, PackageError
from grooming_risk.handover.addressees.channels import channel_named
from grooming_risk.handover.bag import verify_bag
from grooming_risk.handover.reading import read_case
from grooming_risk.records.files import append_record, open_log, read_records
from grooming_risk.records.handover_record import make_handover_record
from grooming_risk.records.log import place_in_log
from grooming_risk.records.verification import verify_record


@dataclass(frozen=True, slots=True)
class VerifyOptions:
    """Options of `handover verify`.

    Attributes:
        package: folder or zip of the package.
        log: log of records; None to check the package alone.
        key_file: file with the key of the HMACs; they are not checked when None.
    """

    package: Path
    log: Path | None
    key_file: Path | None


@dataclass(frozen=True, slots=True)
class RecordOptions:
    """Options of `handover record`.

    Attributes:
        package: folder or zip of the package.
        log: log of records, with the decision in it.
        channel: id of the body.
        method: way in which the package was handed over.
        handed_over_at: time at which it was handed over.
        acknowledged_at: time at which the body confirmed it.
        reference: receipt or case number that the body gave.
        retention_days: days after which the record is to be deleted.
        key_file: file with the key of the HMAC.
    """

    package: Path
    log: Path
    channel: str
    method: str
    handed_over_at: datetime
    acknowledged_at: datetime | None
    reference: str | None
    retention_days: int
    key_file: Path | None


def verify(options: VerifyOptions) -> int:
    """Check a package, print its hand-overs if a log is given, and return the exit status."""
    key, check = read_key(options.key_file), verify_bag(options.package)
    for problem in check.problems:
        say(f"{options.package.name}: {problem}")
    if not check.valid:
        return 1
    read_case(options.package)
    show(f"{options.package.name}: {check.files} files, unchanged; digest {check.digest}")
    return 0 if options.log is None else _print_handovers(options.log, str(check.digest), key)


def record(options: RecordOptions) -> int:
    """Record that a person handed a package over, and return the exit status."""
    key, check = read_key(options.key_file), verify_bag(options.package)
    if not check.valid or check.digest is None:
        raise PackageError(
            f"{options.package.name} was changed ({check.problems[0]}); run `grooming-risk handover verify` on it"
        )
    case = read_case(options.package)
    if channel_named(options.channel) is None:
        say(f"channel {options.channel} is not in the table of channels; it is recorded as given")
    if not options.log.is_file():
        raise InvalidOptionError(f"{options.log.name} does not exist; pass the log that contains the decision")
    with open_log(options.log) as stream:
        place = place_in_log(options.log, case.internal.record_id, key)
        decisions = [row for row in place.same if row["record_digest"] == case.internal.record_digest]
        if not decisions:
            raise InvalidOptionError(
                f"{options.log.name} does not contain the decision of this package; pass the log that does"
            )
        made = make_handover_record(
            decisions[0],
            check.digest,
            options.channel,
            options.method,
            handed_over_at=options.handed_over_at,
            acknowledged_at=options.acknowledged_at,
            reference=options.reference,
            key=key,
            previous=place.previous,
            retention_days=options.retention_days,
        )
        append_record(options.log, stream, made)
    show(f"{options.log.name}: appended record {made['record_digest']}")
    return 0


def _print_handovers(log: Path, digest: str, key: bytes | None) -> int:
    found = [item.record for item in read_records(log) if _is_handover(item.record, digest)]
    wrong = sum(not verify_record(item, key).valid for item in found)
    for item in found:
        acknowledged = f"acknowledged {item['acknowledged_at']}" if item.get("acknowledged_at") else "not acknowledged"
        show(f"{log.name}: handed over to {item.get('channel')} at {item.get('handed_over_at')}, {acknowledged}")
    if wrong:
        say(f"{log.name}: {wrong} of these records are not valid")
    if not found:
        say(f"{log.name} contains no record that this package was handed over")
    return int(bool(wrong) or not found)


def _is_handover(item: object, digest: str) -> bool:
    fields: Mapping[str, Any] = item if isinstance(item, dict) else {}
    return fields.get("record_type") == "handover" and fields.get("package_digest") == digest
