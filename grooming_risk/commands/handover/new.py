"""`grooming-risk handover new`: from a scored export and a decision to a package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grooming_risk.commands.handover.conversation import read_conversation
from grooming_risk.commands.key_file import read_key
from grooming_risk.commands.options import reading_options
from grooming_risk.commands.terminal_output import show
from grooming_risk.errors import InvalidOptionError, UndecidedCaseError
from grooming_risk.handover.addressees.completeness import Completeness
from grooming_risk.handover.case.answers import read_answers
from grooming_risk.handover.case.building import CaseOptions, make_case
from grooming_risk.handover.case.case import TextScope
from grooming_risk.handover.case.decided import last_decision
from grooming_risk.handover.case.source import source_of
from grooming_risk.handover.language import wording
from grooming_risk.handover.language.languages import Language, language
from grooming_risk.handover.package import PackageOptions, write_package
from grooming_risk.model.artifact import Artifact
from grooming_risk.readers import Columns
from grooming_risk.records.files import append_record, open_log, read_records
from grooming_risk.records.log import place_in_log
from grooming_risk.records.report_files import read_report
from grooming_risk.records.review_record import make_review_record
from grooming_risk.records.verification import digest
from grooming_risk.report import RiskReport


@dataclass(frozen=True, slots=True)
class NewOptions:
    """Options of `handover new`.

    Attributes:
        export: chat export that was scored.
        report: file with one or more reports.
        conversation: name of the conversation, where there are several.
        source: format of the export; None to detect it.
        date_order: order of day and month in dates; None to infer it.
        clock_hours: hours of clocks without AM or PM; None to infer them.
        columns: names of a table's columns.
        answers: file of answers.
        log: log of records.
        decision: decision about the flag; None if it is in the log.
        viewed: numbers of the messages that a person viewed.
        retention_days: days after which the record of this decision is to be deleted.
        country: country whose bodies the summary names.
        language: language of the summary.
        whole: whether the package holds all messages.
        no_text: whether texts and names are left out.
        context: number of messages kept on each side of a flagged stretch.
        unmask: whether explicit terms are shown.
        zip: whether a zip is written as well.
        case_uco: whether the package holds a CASE/UCO graph.
        output: folder to make.
        key_file: file with the key of the HMACs.
        artifact: folder of the artefact whose explicit terms are masked.
    """

    export: Path
    report: Path
    conversation: str | None
    source: str | None
    date_order: str | None
    clock_hours: int | None
    columns: Columns
    answers: Path
    log: Path | None
    decision: str | None
    viewed: list[int]
    retention_days: int
    country: str | None
    language: str
    whole: bool
    no_text: bool
    context: int
    unmask: bool
    zip: bool
    case_uco: bool
    output: Path
    key_file: Path | None
    artifact: Path


def new(options: NewOptions) -> int:
    """Make a package, print what is missing in it, and return the exit status."""
    key = read_key(options.key_file)
    report = read_report(options.report, options.conversation)
    reading = reading_options(options.date_order, options.clock_hours, options.columns)
    _, exported = read_conversation(options.export, options.conversation, options.source, reading)
    answers, source = read_answers(options.answers), source_of(options.export, options.source)
    vocabulary = Artifact(options.artifact).vocabulary
    scope = TextScope.WHOLE if options.whole else TextScope.NONE if options.no_text else TextScope.FLAGGED
    content = CaseOptions(scope, options.context, options.unmask)
    form = PackageOptions(options.language, options.country, options.zip, options.case_uco)
    with _decision(options, report, key) as record:
        case = make_case(report, exported, record, answers, content, source=source, vocabulary=vocabulary, key=key)
        package = write_package(case, options.output, form)
    show(f"{package.folder.name}: {len(package.files)} files, digest {package.digest}")
    if package.archive is not None:
        show(f"{package.archive.name}: the same files in a zip")
    show("\n".join(missing_lines(package.completeness, language(options.language))))
    return 0


def missing_lines(found: tuple[Completeness, ...], chosen: Language) -> Iterator[str]:
    """Yield what is missing for each addressee, as lines with questions in one language."""
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
    """Yield the record of the decision; a new one is appended to the log once the package has been written."""
    if options.decision is None:
        if options.log is None:
            raise UndecidedCaseError(
                "nobody has decided about this flag; pass the log with --log, or your decision with --decision"
            )
        if options.viewed:
            raise InvalidOptionError("--viewed needs --decision; the log already names the messages that were viewed")
        stored = (item.record for item in read_records(options.log) if isinstance(item.record, dict))
        yield last_decision(stored, report)
        return
    asked: dict[str, Any] = {"key": key, "retention_days": options.retention_days}
    if options.log is None:
        yield make_review_record(report, options.decision, options.viewed, **asked)
        return
    make_review_record(report, options.decision, options.viewed, **asked)  # finds mistakes before a file is made
    with open_log(options.log) as stream:
        place = place_in_log(options.log, digest(report.to_dict()["provenance"]), key)
        asked |= {"previous": place.previous, "created_at": place.created_at}
        record = make_review_record(report, options.decision, options.viewed, **asked)
        yield record
        append_record(options.log, stream, record)
