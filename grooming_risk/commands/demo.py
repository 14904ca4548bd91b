"""`grooming-risk demo`: the bundled sample conversations, scored, with the messages that were flagged."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grooming_risk.commands.options import REMINDER, add_scoring, runs, use_color
from grooming_risk.commands.scoring.score_output import Page, page_of, write_page
from grooming_risk.commands.terminal_output import say, show
from grooming_risk.errors import InvalidOptionError
from grooming_risk.outcome import Outcome
from grooming_risk.readers import ExportedConversation, read_file
from grooming_risk.rendering.html.queue_page import ReviewItem
from grooming_risk.rendering.numbers import count
from grooming_risk.rendering.terminal.cells import Terminal
from grooming_risk.rendering.terminal.evidence import SourceText
from grooming_risk.rendering.terminal.flagged import flagged_lines, overview_lines
from grooming_risk.rendering.terminal.report import ReportRow, render_table
from grooming_risk.scoring.saved_point import chosen_point
from grooming_risk.scoring.scorer import RiskScorer

SAMPLES = Path(__file__).parents[1] / "samples"
_NEXT = """\
Try it on a chat export:  grooming-risk score FILE --explain
See the review page:      grooming-risk demo --format html -o demo.html"""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """Options of `demo`, checked.

    Attributes:
        explain: whether to show the full table with evidence, text and probabilities.
        format: "table" or "html".
        output: file for the page.
        operating_point: name of a threshold, or a file that holds one.
        prior: prevalence that probabilities refer to; the artefact's reference when None.
        artifact: folder of the artefact.
        color: "auto", "always" or "never".
    """

    explain: bool
    format: str
    output: Path | None
    operating_point: str
    prior: float | None
    artifact: Path
    color: str

    def __post_init__(self) -> None:
        if (self.format == "html") != (self.output is not None):
            raise InvalidOptionError("--format html and -o FILE go together; give both or neither")


def add(verbs: Any) -> None:
    """Describe the verb."""
    parser = verbs.add_parser(
        "demo",
        help="score the sample conversations that come with the package",
        description="Score the sample conversations that come with the package, and show which\nmessages were flagged.",
        epilog=REMINDER,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--explain", action="store_true", help="show the evidence, its context and the probabilities as well"
    )
    parser.add_argument(
        "--format",
        choices=("table", "html"),
        default="table",
        help="output format (default: %(default)s); html writes the review page to -o FILE",
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="file for the review page")
    add_scoring(parser)
    runs(parser, _demo, DemoOptions)


def _demo(options: DemoOptions) -> int:
    scorer = RiskScorer(options.artifact)
    rows = list(_rows(scorer, options))
    if options.output is not None:
        _write_page(options.output, rows)
        return 0
    color = use_color(options.color)
    page = Terminal.of(sys.stdout, color)
    model = scorer.artifact.model_version
    show(f"{count(len(rows), 'sample conversation')}, scored on this machine with model {model}:\n")
    show("\n".join(overview_lines(rows, page)), styled=True)
    flagged = [row for row in rows if row.report.outcome is Outcome.REVIEW]
    if options.explain and flagged:
        show(f"\n{render_table(flagged, color, terminal=page, explain=True)}", styled=True)
    elif not options.explain:
        for row in flagged:
            show("\n".join(["", *flagged_lines(row, page)]), styled=True)
    show(f"\n{_NEXT}\n\n{REMINDER}")
    return 0


def _write_page(path: Path, rows: list[ReportRow]) -> None:
    Page(path)  # refuses a path that cannot be written
    items = [ReviewItem(row.name, row.report, row.source.conversation) for row in rows if row.source]
    write_page(path, page_of(items))
    say(f"wrote {path.name}; open it in a browser")


def _rows(scorer: RiskScorer, options: DemoOptions) -> Iterator[ReportRow]:
    point = chosen_point(options.operating_point, scorer)
    for path in sorted(SAMPLES.glob("*.json")):
        for exported in read_file(path):
            assert isinstance(exported, ExportedConversation)  # comes with the package
            name = path.stem.split("_", 1)[1].replace("_", " ")
            report = scorer.score(exported.conversation, operating_point=point, prior=options.prior)
            yield ReportRow(name, report, SourceText(exported.with_names(), scorer.artifact.vocabulary))
