"""`grooming-risk handover new`: from a scored export and a decision to a package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grooming_risk.commands.handover.conversation import read_conversation
from grooming_risk.commands.key_file import read_key
from grooming_risk.errors import InvalidOptionError, UndecidedCaseError
from grooming_risk.handover.addressees.completeness import Completeness
from grooming_risk.handover.case.answers import read_answers
from grooming_risk.handover.case.building import CaseOptions, make_case
from grooming_risk.handover.case.decided import last_decision
from grooming_risk.handover.case.source import source_of
from grooming_risk.handover.language import wording
from grooming_risk.handover.language.languages import Language, language
from grooming_risk.handover.package import PackageOptions, write_package
from grooming_risk.model.artifact import Artifact
from grooming_risk.readers import ReadingOptions
from grooming_risk.records.files import append_record, open_log, read_records
from grooming_risk.records.log import place_in_log
from grooming_risk.records.report_files import read_report
from grooming_risk.records.review_record import make_review_record
from grooming_risk.records.verification import digest
from grooming_risk.report import RiskReport


@dataclass(frozen=True, slots=True)
class NewOptions:
    """What `handover new` was asked for.

    Attributes:
        export: chat export.
        report: file of the report.
        conversation: which, where there are several.
        source: format of the export; recognized when None.
        reading: what the export cannot say of itself.
        answers: file of answers.
        log: of records.
        decision: about the flag; None where the log has it.
        viewed: indices of messages that a person viewed.
        retention_days: days to keep a record made here.
        case: what the case holds.
        package: how the package is written.
        output: folder to make.
        key_file: of the HMAC key.
        artifact: folder of the artefact whose explicit terms are masked.
    """

    export: Path
    report: Path
    conversation: str | None
    source: str | None
    reading: ReadingOptions
    answers: Path
    log: Path | None
    decision: str | None
    viewed: tuple[int, ...]
    retention_days: int
    case: CaseOptions
    package: PackageOptions
    output: Path
    key_file: Path | None
    artifact: Path


def new(options: NewOptions) -> int:
    """Make a package, and say what is missing in it.

    Args:
        options: what was asked for.

    Returns:
        Exit status.
    """
    key = read_key(options.key_file)
    report = read_report(options.report, options.conversation)
    _, exported = read_conversation(options.export, options.conversation, options.source, options.reading)
    answers, source = read_answers(options.answers), source_of(options.export, options.source)
    vocabulary = Artifact(options.artifact).vocabulary
    with _decision(options, report, key) as record:
        case = make_case(report, exported, record, answers, options.case, source=source, vocabulary=vocabulary, key=key)
        package = write_package(case, options.output, options.package)
    print(f"{package.folder.name}: {len(package.files)} files, digest {package.digest}")
    if package.archive is not None:
        print(f"{package.archive.name}: the same files in a zip")
    print("\n".join(missing_lines(package.completeness, language(options.package.language))))
    return 0


def missing_lines(found: tuple[Completeness, ...], chosen: Language) -> Iterator[str]:
    """Yield what each addressee misses, as questions.

    Args:
        found: what each addressee finds in the case.
        chosen: language of the lines.

    Yields:
        Lines for a terminal.
    """
    for result in found:
        given = chosen.text(
            wording.GIVEN,
            given=chosen.number(len(result.findings) - len(result.missing)),
            total=chosen.number(len(result.findings)),
        )
        yield ""
        yield f"{chosen.text(wording.ADDRESSEES[result.addressee.value])}: {given}"
        for item in result.missing:
            yield f"- {chosen.text(wording.NEEDS[item.need.value])}: {chosen.text(item.question)}"
            yield f"  {chosen.text(item.reason)}"


@contextmanager
def _decision(options: NewOptions, report: RiskReport, key: bytes | None) -> Iterator[Mapping[str, Any]]:
    """Give the record of the decision; one that is made here goes to the log when the package is written."""
    if options.decision is None:
        if options.log is None:
            raise UndecidedCaseError("nobody has decided; name the log with --log, or your decision with --decision")
        if options.viewed:
            raise InvalidOptionError("--viewed belongs to --decision; the log says what was viewed")
        stored = (item.record for item in read_records(options.log) if isinstance(item.record, dict))
        yield last_decision(stored, report)
        return
    asked: dict[str, Any] = {"key": key, "retention_days": options.retention_days}
    if options.log is None:
        yield make_review_record(report, options.decision, options.viewed, **asked)
        return
    make_review_record(report, options.decision, options.viewed, **asked)  # before there is a log: wrong options say so
    with open_log(options.log) as stream:
        place = place_in_log(options.log, digest(report.to_dict()["provenance"]), key)
        asked |= {"previous": place.previous, "created_at": place.created_at}
        record = make_review_record(report, options.decision, options.viewed, **asked)
        yield record
        append_record(options.log, stream, record)
