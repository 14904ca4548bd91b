"""Hand over a decided case: what is missing, the preview, the package, and the record that a person handed it over."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from grooming_risk.desk.storage import chain, handovers
from grooming_risk.desk.storage.cases import CaseRow, conversation_of, report_of
from grooming_risk.desk.storage.desk import Desk
from grooming_risk.desk.storage.handovers import HandoverRow
from grooming_risk.desk.storage.imports import file_of
from grooming_risk.errors import GroomingRiskError, UndecidedCaseError
from grooming_risk.handover.addressees.completeness import Completeness, completeness
from grooming_risk.handover.case.answers import parse_answers
from grooming_risk.handover.case.building import CaseOptions, make_case
from grooming_risk.handover.case.case import Case, Source, TextScope
from grooming_risk.handover.package import PackageOptions, asked_by, package_files, write_package
from grooming_risk.records.handover_record import make_handover_record
from grooming_risk.version import __version__

_PREVIEW = "data/summary.html"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a package is to hold.

    Attributes:
        answers: as plain JSON types.
        country: whose bodies the summary names; None for none.
        language: of the summary.
        scope: flagged, whole or none.
    """

    answers: Mapping[str, Any] = field(repr=False)
    country: str | None
    language: str
    scope: str


def case_of(desk: Desk, row: CaseRow, wanted: Wanted) -> Case:
    """Build the case that is handed over.

    Args:
        desk: where it is kept.
        row: the case; its decision must be sealed.
        wanted: answers and options.

    Returns:
        The case.

    Raises:
        UndecidedCaseError: nobody has decided, or the decision does not support a hand-over.
        InvalidOptionError: an answer is missing or does not fit.
    """
    with desk.database.reading() as connection:
        record = chain.last_decision_record(connection, row.id)
        report = report_of(connection, row.id, desk.vault)
        exported = conversation_of(connection, row.id, desk.vault)
        file = None if row.file_id is None else file_of(connection, row.file_id, desk.vault)
    if record is None:
        raise UndecidedCaseError("nobody has decided about this case, or its record was deleted; decide first")
    name = "" if file is None else file.name.rpartition("/")[2]
    source = None if file is None else Source(name, file.size, file.sha256, row.format, __version__)
    return make_case(
        report,
        exported,
        record,
        parse_answers(wanted.answers, "answers"),
        CaseOptions(TextScope(wanted.scope)),
        source=source,
        key=desk.record_key,
    )


def missing(case: Case, wanted: Wanted) -> tuple[Completeness, ...]:
    """Return what each addressee finds in a case."""
    return completeness(case, asked_by(wanted.country))


def preview(case: Case, wanted: Wanted) -> str:
    """Return the summary as a page."""
    return package_files(case, PackageOptions(wanted.language, wanted.country))[_PREVIEW].decode("ascii")


def make_package(desk: Desk, case: Case, draft: HandoverRow) -> HandoverRow:
    """Write the package into the folder of the desk and keep it instead of the draft.

    Args:
        desk: where it is kept.
        case: what is handed over.
        draft: its answers.

    Returns:
        The hand-over with its package.

    Raises:
        PackageError: the disk does not take it.
    """
    name = f"{secrets.token_hex(8)}.zip"
    working = Path(tempfile.mkdtemp(dir=desk.folder.incoming))  # never in the system's folder for temporary files
    try:
        options = PackageOptions(draft.language, draft.country, zipped=True)
        package = write_package(case, working / case.case_id, options)
        if package.archive is None:
            raise AssertionError("a zip was asked for")
        package.archive.rename(desk.folder.packages / name)
    finally:
        shutil.rmtree(working, ignore_errors=True)
    try:
        with desk.database.writing() as connection:
            handovers.keep_package(connection, draft.id, name, package.digest, case.internal.record_digest)
            made = handovers.packages_of(connection, draft.case_id, desk.vault)[-1]
    except GroomingRiskError:
        (desk.folder.packages / name).unlink(missing_ok=True)
        raise
    return made


def record_handover(
    desk: Desk, made: HandoverRow, channel: str, method: str, at: datetime, reference: str | None, acknowledged: bool
) -> None:
    """Append to the log that a person handed a package over.

    Args:
        desk: whose log.
        made: the hand-over with its package.
        channel: id of the body.
        method: how.
        at: when.
        reference: receipt that the body gave.
        acknowledged: whether the body has confirmed that it has the package.

    Raises:
        InvalidOptionError: the time is in the future or before the decision, or a value has the wrong form.
        UndecidedCaseError: the record that the package rests on was deleted.
    """
    days = desk.policy().record_days
    with desk.database.writing() as connection:
        decision = next(
            (item for item in chain.records(connection, made.case_id) if item["record_digest"] == made.decision), None
        )
        if decision is None or made.digest is None:
            raise UndecidedCaseError("the record of the decision was deleted, so that the hand-over cannot be recorded")
        record = make_handover_record(
            decision,
            made.digest,
            channel,
            method,
            handed_over_at=at,
            acknowledged_at=at if acknowledged else None,
            reference=reference,
            key=desk.record_key,
            previous=chain.last_digest(connection),
            retention_days=days,
        )
        chain.append(connection, record, chain.Origin(made.case_id))
