"""`grooming-risk score`: chat exports in, reports out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from grooming_risk.commands.interruption import Interruption, interruption
from grooming_risk.commands.key_file import read_key
from grooming_risk.commands.options import REMINDER, runs, use_color
from grooming_risk.commands.progress import Progress
from grooming_risk.commands.results_file import Done, Names, ResultsFile
from grooming_risk.commands.scoring.score_files import Found, SourceFile, UnknownFiles, read_source, source_files
from grooming_risk.commands.scoring.score_options import ScoreOptions, add_arguments, is_standard_input
from grooming_risk.commands.scoring.score_output import InFile, Lines, LinesInFile, Output, Page, Table
from grooming_risk.commands.scoring.selection import Selection
from grooming_risk.commands.scoring.standard_input import read_standard_input
from grooming_risk.commands.terminal_output import is_terminal
from grooming_risk.conversation import Conversation
from grooming_risk.decision.operating_points import DEFAULT
from grooming_risk.errors import GroomingRiskError, InvalidOptionError
from grooming_risk.rendering.attribution import doubt_warning
from grooming_risk.rendering.numbers import count
from grooming_risk.report import RiskReport
from grooming_risk.scoring.batch import score_items
from grooming_risk.scoring.judgement import Judgement
from grooming_risk.scoring.parallel import score_items_in_processes
from grooming_risk.scoring.saved_point import chosen_point
from grooming_risk.scoring.scorer import RiskScorer
from grooming_risk.version import __version__

_DESCRIPTION = """\
Score chat exports: find the conversations that a trained person should read,
and the messages to begin with. An export is a file or folder in one of the
formats that `grooming-risk formats` lists."""
_EPILOG = f"""\
examples:
  grooming-risk score chat.txt --explain
  grooming-risk score exports/ --format html -o review.html
  grooming-risk score exports/ --format jsonl -o results.jsonl
  grooming-risk score exports/ --top 20 --jobs 4
  my-export | grooming-risk score - --format jsonl --only-flagged

exit status:
  0 when everything was scored; 1 when a conversation or a file could not be
  used (the other conversations are scored, and each error goes to stderr); 2
  for a wrong option or value; 3 when the artefact cannot be used; 130 or 143
  after SIGINT or SIGTERM

{REMINDER}"""


def add(verbs: Any) -> None:
    """Describe the verb."""
    parser = verbs.add_parser(
        "score",
        help="score chat exports",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_arguments(parser)
    runs(parser, _score, ScoreOptions)


@dataclass(slots=True)
class _Counts:
    """What this run has read so far."""

    files: int = 0
    conversations: int = 0
    failed: int = 0


def _score(options: ScoreOptions) -> int:
    threads = None if options.jobs == 1 else 1
    scorer = RiskScorer(options.artifact, threads=threads, digest_key=read_key(options.digest_key_file))
    asked: dict[str, Any] = {
        "operating_point": chosen_point(options.operating_point, scorer),
        "prior": options.prior,
        "explain": not options.no_explain,
    }
    if options.output is None or not options.writes_lines:
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


def _run(options: ScoreOptions, scorer: RiskScorer, asked: dict[str, Any], output: Output, done: Done) -> int:
    unknown, counts, progress = UnknownFiles(), _Counts(), Progress()
    output = Selection(output, only_flagged=options.only_flagged, by_risk=options.sort == "risk", top=options.top)
    with interruption() as stop:
        found = _found(options, done, unknown, counts, stop)
        if options.jobs > 1:
            scored = score_items_in_processes(found, _conversation, scorer, options.jobs, **asked)
        else:
            scored = score_items(found, _conversation, scorer, **asked)
        _put_out(scored, output, counts, progress, stop)
    if unknown.count:
        progress.say(f"skipped {count(unknown.count, 'file')} of an unknown format; the first is {unknown.first}")
    if stop.number:
        again = "; continue with --resume" if options.writes_lines else ""
        progress.say(f"stopped after {count(counts.conversations, 'conversation')}{again}")
        return stop.status
    output.finish()
    nothing = not (counts.conversations or counts.failed or done.size)
    if nothing:
        progress.say("found no chat export in these paths; `grooming-risk formats` lists what can be read")
    return int(bool(counts.failed) or done.failed or nothing)


def _conversation(item: Found) -> Conversation | None:
    return item.exported.conversation if item.exported else None


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
            doubt = doubt_warning(report, item.exported.conversation)
            for warning in (*item.exported.warnings, *filter(None, [doubt])):
                progress.say(f"{item.label}: {warning}")
            if is_terminal(sys.stdout):
                progress.clear()
            output.report(item, report)
            counts.conversations += 1
        if stop.number:
            break
        progress.show(f"{counts.files:,} files, {counts.conversations:,} conversations, {counts.failed:,} unreadable")
    progress.clear()


def _message(item: Found, error: GroomingRiskError) -> str:
    """Return an error with the name of what it belongs to, once: readers name the file in their errors already."""
    text, name = str(error), item.name or item.label
    own = item.label.rpartition("/")[2]
    named = name == item.label and text.startswith((f"{own} ", f"{own}: ", f"{own}/"))
    return f"{name}{text.removeprefix(own)}" if named else f"{name}: {text}"


def _found(
    options: ScoreOptions, done: Done, unknown: UnknownFiles, counts: _Counts, stop: Interruption
) -> Iterator[Found]:
    """Yield what is in the files that are not done yet, beginning with the rest of the file an earlier run was at."""
    last = _last(options, done)
    if last is not None:
        counts.files += 1
        yield from _rest(read_source(last, options.source, options.reading, unknown), last, done.names)
    for _ in filter(is_standard_input, options.paths):
        yield from read_standard_input(sys.stdin.buffer, options.keys)
    paths = [path for path in options.paths if not is_standard_input(path)]
    for file in source_files(paths, options.source, options.output):
        if stop.number:
            return
        if file.label not in done.files and file.label != done.last:
            counts.files += 1
            yield from read_source(file, options.source, options.reading, unknown)


def _rest(found: Iterator[Found], file: SourceFile, names: Names) -> Iterator[Found]:
    """Yield what follows the conversations of this file that are done."""
    again = Names()
    for item in found:
        if again.count < names.count:
            again.add(item.name)
            if again.count == names.count and again != names:
                break
            continue
        yield item
    if again != names:
        raise InvalidOptionError(f"{file.label} has changed since its results were written; choose another -o FILE")


def _last(options: ScoreOptions, done: Done) -> SourceFile | None:
    """Return the file that an earlier run was at; if it is not among the paths, its remaining results would be lost."""
    if done.last is None:
        return None
    for file in source_files(options.paths, options.source, options.output):
        if file.label == done.last:
            return file
    raise InvalidOptionError(
        f"{options.output} ends with results of {done.last}, which is not among the paths; give the same paths"
    )


def _output(options: ScoreOptions, scorer: RiskScorer) -> Output:
    if options.format == "html" and options.output is not None:
        return Page(options.output)
    if options.format == "jsonl":
        return Lines()
    table = Table(
        as_json=options.format == "json",
        color=use_color(options.color) if options.output is None else options.color == "always",
        explain=options.explain or options.show_text,
        vocabulary=scorer.artifact.vocabulary if options.show_text else None,
    )
    return table if options.output is None else InFile(table, options.output)
