"""`grooming-risk handover questions`: what addressees ask, as text, as a file of answers, and on the review page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from grooming_risk.commands.handover.conversation import read_conversation
from grooming_risk.commands.options import reading_options
from grooming_risk.commands.scoring.score_output import write_page
from grooming_risk.commands.terminal_output import show
from grooming_risk.conversation import speaker_name
from grooming_risk.handover.addressees.requirements import REQUIREMENTS
from grooming_risk.handover.case.answers import blank_answers
from grooming_risk.handover.language import wording
from grooming_risk.handover.language.languages import ENGLISH, Language, language
from grooming_risk.handover.new_file import write_new
from grooming_risk.readers import Columns, ExportedConversation
from grooming_risk.records.report_files import read_report
from grooming_risk.rendering.html.review_page import review_page


@dataclass(frozen=True, slots=True)
class QuestionsOptions:
    """Options of `handover questions`.

    Attributes:
        export: chat export that was scored.
        report: file with one or more reports.
        conversation: name of the conversation, where there are several.
        source: format of the export; None to detect it.
        date_order: order of day and month in dates; None to infer it.
        clock_hours: hours of clocks without AM or PM; None to infer them.
        columns: names of a table's columns.
        language: language of the questions.
        output: file of answers to write; not written when None.
        page: review page to write; not written when None.
    """

    export: Path
    report: Path
    conversation: str | None
    source: str | None
    date_order: str | None
    clock_hours: int | None
    columns: Columns
    language: str
    output: Path | None
    page: Path | None


def questions(options: QuestionsOptions) -> int:
    """Print the questions, write the file of answers and the page if they are asked for, and return the exit status."""
    report = read_report(options.report, options.conversation)
    reading = reading_options(options.date_order, options.clock_hours, options.columns)
    name, exported = read_conversation(options.export, options.conversation, options.source, reading)
    chosen = language(options.language)
    asked = [(chosen.text(item.question), chosen.text(item.reason)) for item in REQUIREMENTS]
    if options.page is not None:
        page = review_page(report, exported.with_names(), title=name, questions=asked)
        write_page(options.page, page)
    if options.output is not None:
        answers = json.dumps(blank_answers(_speakers(exported)), indent=2) + "\n"
        write_new(options.output, answers.encode())
    _print(asked, chosen)
    return 0


def _speakers(exported: ExportedConversation) -> list[str]:
    """Return the neutral names of the speakers, in the order in which they first write."""
    count = len({message.speaker for message in exported.conversation})
    return [speaker_name(number) for number in range(count)]


def _print(asked: list[tuple[str, str]], chosen: Language) -> None:
    show(chosen.text(wording.EMERGENCY))
    if chosen.code != ENGLISH:
        show(chosen.text(wording.MACHINE_TRANSLATION))
    for question, reason in asked:
        show(f"\n- {question}\n  {reason}")
