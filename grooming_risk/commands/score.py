"""`grooming-risk score`: chat exports in, reports out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grooming_risk.commands.interruption import Interruption, interruption
from grooming_risk.commands.key_file import read_key
from grooming_risk.commands.options import add_digest_key, add_reading, add_scoring, reading_options
from grooming_risk.commands.progress import Progress
from grooming_risk.commands.results_file import Done, Names, ResultsFile
from grooming_risk.commands.saved_point import chosen_point
from grooming_risk.commands.score_files import Found, SourceFile, UnknownFiles, read_source, source_files
from grooming_risk.commands.score_output import Lines, LinesInFile, Output, Page, Table
from grooming_risk.decision.operating_points import DEFAULT
from grooming_risk.errors import GroomingRiskError, InvalidOptionError
from grooming_risk.readers import FORMATS
from grooming_risk.rendering.numbers import count
from grooming_risk.report import RiskReport
from grooming_risk.scoring.batch import score_items
from grooming_risk.scoring.judgement import Judgement
from grooming_risk.scoring.scorer import RiskScorer
from grooming_risk.version import __version__

_OUTPUT_HELP = """\
file that takes the result. --format html: the page, which holds the messages. --format jsonl: one line for each
conversation, and one for each conversation or file that cannot be used; on standard output those are left out"""
_RESUME_HELP = """\
go on with the -o FILE of an earlier run that was ended, with the same paths and options: nothing is scored twice and
nothing is left out"""


def add(verbs: Any) -> None:
    """Describe the verb."""
    parser = verbs.add_parser("score", help="score chat exports")
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="export, or folder with exports")
    parser.add_argument(
        "--from", dest="source", choices=sorted(FORMATS), help="format of the files (default: by content)"
    )
    add_reading(parser)
    forms = ("table", "json", "jsonl", "html")
    parser.add_argument(
        "--format",
        choices=forms,
        default="table",
        help="form of the output; jsonl needs the same memory for any number of conversations, the others keep all",
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help=_OUTPUT_HELP)
    parser.add_argument("--resume", action="store_true", help=_RESUME_HELP)
    evidence = parser.add_mutually_exclusive_group()
    evidence.add_argument("--no-explain", action="store_true", help="leave out the evidence (faster)")
    evidence.add_argument("--explain", action="store_true", help="show the evidence below each conversation")
    parser.add_argument(
        "--show-text",
        action="store_true",
        help="also print the messages of the evidence, two more around each, explicit words replaced; without this "
        "option no text is printed",
    )
    add_scoring(parser)
    add_digest_key(parser)
    parser.set_defaults(run=_score)


@dataclass(slots=True)
class _Counts:
    """What was read in this run."""

    files: int = 0
    conversations: int = 0
    failed: int = 0


def _score(options: argparse.Namespace) -> int:
    _check(options)
    scorer = RiskScorer(options.artifact, digest_key=read_key(options.digest_key_file))
    asked = {
        "operating_point": chosen_point(options.operating_point, scorer),
        "prior": options.prior,
        "explain": not options.no_explain,
    }
    if not (options.format == "jsonl" and options.output):
        return _run(options, scorer, asked, _output(options, scorer), Done())
    results = ResultsFile(options.output, options.resume, expected_provenance(scorer, asked), asked["explain"])
    whole = False
    try:
        status = _run(options, scorer, asked, LinesInFile(results), results.done)
        whole = True
    finally:
        results.close(whole=whole)
    return status


def expected_provenance(scorer: RiskScorer, asked: dict[str, Any]) -> dict[str, Any]:
    """Provenance of every report of a run but for `input_digest`, as JSON types."""
    judgement = Judgement(scorer.artifact, asked.get("operating_point", DEFAULT), asked.get("prior"))
    return {"library_version": __version__, **judgement.settings()}


def _run(options: argparse.Namespace, scorer: RiskScorer, asked: dict[str, Any], output: Output, done: Done) -> int:
    unknown, counts, progress = UnknownFiles(), _Counts(), Progress()
    with interruption() as stop:
        found = _found(options, done, unknown, counts, stop)
        scored = score_items(found, lambda item: item.exported.conversation if item.exported else None, scorer, **asked)
        _put_out(scored, output, counts, progress, stop)
    if unknown.count:
        progress.say(f"{count(unknown.count, 'file')} in no known format left out, first {unknown.first}")
    if stop.number:
        again = "; --resume goes on with it" if options.format == "jsonl" and options.output else ""
        progress.say(f"stopped after {counts.conversations:,} conversations{again}")
        return stop.status
    output.finish()
    nothing = not (counts.conversations or counts.failed or done.size)
    if nothing:
        progress.say(
            "nothing was read: there is no export in these paths; `grooming-risk formats` lists what can be read"
        )
    return int(bool(counts.failed) or done.failed or nothing)


def _put_out(
    scored: Iterable[tuple[Found, RiskReport | None]],
    output: Output,
    counts: _Counts,
    progress: Progress,
    stop: Interruption,
) -> None:
    for item, report in scored:
        if item.error is not None:
            progress.say(_message(item, item.error))
            output.failure(item)
            counts.failed += 1
        elif item.exported is not None and report is not None:
            for warning in item.exported.warnings:
                progress.say(f"{item.label}: {warning}")
            if sys.stdout.isatty():
                progress.clear()
            output.report(item, report)
            counts.conversations += 1
        if stop.number:
            break
        progress.show(f"{counts.files:,} files, {counts.conversations:,} conversations, {counts.failed:,} not readable")
    progress.clear()


def _message(item: Found, error: GroomingRiskError) -> str:
    """An error with the name of what it is about: readers name the file themselves, errors of a conversation do not."""
    text, name = str(error), item.name or item.label
    own = item.label.rpartition("/")[2]
    named = name == item.label and text.startswith((f"{own} ", f"{own}: ", f"{own}/"))
    return f"{name}{text.removeprefix(own)}" if named else f"{name}: {text}"


def _found(
    options: argparse.Namespace, done: Done, unknown: UnknownFiles, counts: _Counts, stop: Interruption
) -> Iterator[Found]:
    """What stands in the files that are not done yet; first the rest of the one that an earlier run was at."""
    last, reading = _last(options, done), reading_options(options)
    if last is not None:
        counts.files += 1
        yield from _rest(read_source(last, options.source, reading, unknown), last, done.names)
    for file in source_files(options.paths, options.source, options.output):
        if stop.number:
            return
        if file.label not in done.files and file.label != done.last:
            counts.files += 1
            yield from read_source(file, options.source, reading, unknown)


def _rest(found: Iterator[Found], file: SourceFile, names: Names) -> Iterator[Found]:
    """What comes after the conversations of this file that are done."""
    again = Names()
    for item in found:
        if again.count < names.count:
            again.add(item.name)
            if again.count == names.count and again != names:
                break
            continue
        yield item
    if again != names:
        raise InvalidOptionError(f"{file.label} was changed since its results were written; choose another -o FILE")


def _last(options: argparse.Namespace, done: Done) -> SourceFile | None:
    """The file that an earlier run was at.

    Raises:
        InvalidOptionError: it is not among the paths, and what is left of it would be lost.
    """
    if done.last is None:
        return None
    for file in source_files(options.paths, options.source, options.output):
        if file.label == done.last:
            return file
    raise InvalidOptionError(
        f"{options.output} ends with results of {done.last}, which is not among the paths; pass the same paths"
    )


def _output(options: argparse.Namespace, scorer: RiskScorer) -> Output:
    if options.format == "html":
        return Page(options.output)
    return Lines() if options.format == "jsonl" else Table(options, scorer.artifact.vocabulary)


def _check(options: argparse.Namespace) -> None:
    if options.format == "html" and options.output is None:
        # The page holds texts, so it goes to a file and not over a terminal.
        raise InvalidOptionError("--format html and -o FILE belong together; give both or neither")
    if options.output and options.format not in ("html", "jsonl"):
        raise InvalidOptionError("-o FILE takes --format html or jsonl; give both or neither")
    if options.resume and not (options.output and options.format == "jsonl"):
        raise InvalidOptionError("--resume goes on with a file of --format jsonl -o FILE; give both")
    if options.show_text and options.no_explain:
        raise InvalidOptionError("--show-text shows the messages of the evidence; leave out --no-explain")
    if options.show_text and options.format != "table":
        raise InvalidOptionError(f"--format {options.format} does not take --show-text; use --format table")
    if options.output and options.format == "jsonl":
        _check_once(options.paths)


def _check_once(paths: list[Path]) -> None:
    """Refuse paths that stand for the same file: --resume could not tell its results from each other."""
    resolved = {path.resolve() for path in paths}
    if len(resolved) < len(paths) or any(not resolved.isdisjoint(path.parents) for path in resolved):
        raise InvalidOptionError("a path is given twice, or lies in another one; give each once")
