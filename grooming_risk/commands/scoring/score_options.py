"""Options of `grooming-risk score`, and which of them go together."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from grooming_risk.commands.options import add_digest_key, add_reading, add_scoring, reading_options
from grooming_risk.errors import InvalidOptionError
from grooming_risk.readers import FORMATS, Columns, ReadingOptions

_OUTPUT_HELP = """\
file for the result, with --format html (the review page, which contains the messages) or --format jsonl (one line for
each conversation; unlike standard output, also one for each conversation or file that cannot be used)"""
_RESUME_HELP = """\
continue the -o FILE of an interrupted run; give the same paths and options, and nothing is scored twice or left out"""


@dataclass(frozen=True, slots=True)
class ScoreOptions:
    """Options of `score`, checked: those that contradict each other raise `InvalidOptionError`.

    Attributes:
        paths: exports, and folders with exports.
        source: name of their format; recognized by content when None.
        date_order: order of day, month and year in the exports; inferred when None.
        columns: columns of a table.
        format: "table", "json", "jsonl" or "html".
        output: file for the result; standard output when None.
        resume: whether to continue `output`.
        explain: whether the table shows the evidence.
        no_explain: whether to compute no evidence.
        show_text: whether the table shows the text of the evidence.
        operating_point: name of a threshold, or a file that holds one.
        prior: prevalence that probabilities refer to; the artefact's reference when None.
        artifact: folder of the artefact.
        color: "auto", "always" or "never".
        digest_key_file: file with the key of the input digests.
    """

    paths: list[Path]
    source: str | None
    date_order: str | None
    columns: Columns
    format: str
    output: Path | None
    resume: bool
    explain: bool
    no_explain: bool
    show_text: bool
    operating_point: str
    prior: float | None
    artifact: Path
    color: str
    digest_key_file: Path | None

    def __post_init__(self) -> None:
        if self.format == "html" and self.output is None:
            # The page contains messages, so it goes to a file and not to a terminal.
            raise InvalidOptionError("--format html writes a page to a file; add -o FILE")
        if self.output and self.format not in ("html", "jsonl"):
            raise InvalidOptionError(f"-o FILE needs --format html or jsonl, got {self.format}")
        if self.resume and not self.writes_lines:
            raise InvalidOptionError("--resume continues a file of results; add --format jsonl and -o FILE")
        if self.show_text and self.no_explain:
            raise InvalidOptionError("--show-text shows the text of the evidence; leave out --no-explain")
        if self.show_text and self.format != "table":
            raise InvalidOptionError(f"--show-text needs --format table, got {self.format}")
        if self.writes_lines:
            _check_once(self.paths)

    @property
    def writes_lines(self) -> bool:
        """Whether results go to a file as JSON lines, which a later run can continue."""
        return self.output is not None and self.format == "jsonl"

    @property
    def reading(self) -> ReadingOptions:
        """How the exports are read."""
        return reading_options(self.date_order, self.columns)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="export, or folder with exports")
    parser.add_argument(
        "--from",
        dest="source",
        choices=sorted(FORMATS),
        metavar="FORMAT",
        help="format of the exports, by its name in `grooming-risk formats` (default: recognized by content)",
    )
    add_reading(parser)
    parser.add_argument(
        "--format",
        choices=("table", "json", "jsonl", "html"),
        default="table",
        help="output format (default: %(default)s); jsonl needs the same memory for any number of conversations, the "
        "others keep all of them",
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help=_OUTPUT_HELP)
    parser.add_argument("--resume", action="store_true", help=_RESUME_HELP)
    evidence = parser.add_mutually_exclusive_group()
    evidence.add_argument("--no-explain", action="store_true", help="do not compute the evidence (faster)")
    evidence.add_argument("--explain", action="store_true", help="show the evidence below each conversation")
    parser.add_argument(
        "--show-text",
        action="store_true",
        help="show the evidence with its text and the two messages before and after it, with explicit words replaced; "
        "no text is printed without this option",
    )
    add_scoring(parser)
    add_digest_key(parser)


def _check_once(paths: list[Path]) -> None:
    """Refuse paths that lead to the same file: --resume could not tell its results apart."""
    resolved = {path.resolve() for path in paths}
    if len(resolved) < len(paths) or any(not resolved.isdisjoint(path.parents) for path in resolved):
        raise InvalidOptionError("a path was given twice, or lies inside another one; give each path once")
