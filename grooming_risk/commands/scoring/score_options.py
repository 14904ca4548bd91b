"""Options of `grooming-risk score`, and which of them go together."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grooming_risk.commands.options import add_digest_key, add_keys, add_reading, add_scoring, reading_options
from grooming_risk.commands.scoring.standard_input import PATHS
from grooming_risk.errors import InvalidOptionError
from grooming_risk.readers import FORMATS, Columns, ReadingOptions

_OUTPUT_HELP = """\
file for the result, in any format: the review page (html) contains the messages, and jsonl has one line for each
conversation and, unlike standard output, also one for each conversation or file that cannot be used"""
_PATH_HELP = """\
export, or folder with exports; - for standard input, one JSON object a line, {"conversation": ID, "messages": [...]}"""
_RESUME_HELP = """\
continue the -o FILE of an interrupted run; give the same paths and options, and nothing is scored twice or left out"""


@dataclass(frozen=True, slots=True)
class ScoreOptions:
    """Options of `score`, checked: those that contradict each other raise `InvalidOptionError`.

    Attributes:
        paths: exports, and folders with exports.
        source: name of their format; recognized by content when None.
        date_order: order of day, month and year in the exports; inferred when None.
        clock_hours: hours of clocks without AM or PM; None to infer them.
        columns: columns of a table.
        keys: names of the caller's own for fields on standard input.
        format: "table", "json", "jsonl" or "html".
        output: file for the result; standard output when None.
        resume: whether to continue `output`.
        only_flagged: whether to put out flagged conversations only.
        top: how many conversations of the highest probability to put out; all when None.
        sort: "input" or "risk".
        jobs: processes that score.
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
    clock_hours: int | None
    columns: Columns
    keys: Mapping[str, str] | None
    format: str
    output: Path | None
    resume: bool
    only_flagged: bool
    top: int | None
    sort: str
    jobs: int
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
        if self.jobs < 1:
            raise InvalidOptionError(f"--jobs must be at least 1, got {self.jobs}")
        if self.top is not None and self.top < 1:
            raise InvalidOptionError(f"--top must be at least 1, got {self.top}")
        if self.resume and (self.only_flagged or self.top is not None or self.sort == "risk"):
            raise InvalidOptionError(
                "--resume needs every result in the order of the input; leave out --only-flagged, --top and --sort"
            )
        self._check_standard_input()
        if self.resume and not self.writes_lines:
            raise InvalidOptionError("--resume continues a file of results; add --format jsonl and -o FILE")
        if self.show_text and self.no_explain:
            raise InvalidOptionError("--show-text shows the text of the evidence; leave out --no-explain")
        if self.show_text and self.format != "table":
            raise InvalidOptionError(f"--show-text needs --format table, got {self.format}")
        if self.writes_lines:
            _check_once(self.paths)

    def _check_standard_input(self) -> None:
        given = [path for path in self.paths if is_standard_input(path)]
        if given and (self.resume or self.source is not None):
            raise InvalidOptionError(
                "standard input takes JSON lines and cannot be read again; leave out --from and --resume"
            )
        if self.keys is not None and not given:
            raise InvalidOptionError("--keys names fields on standard input; name the columns of files with --columns")
        if self.columns != Columns() and len(given) == len(self.paths):
            raise InvalidOptionError("--columns names columns of files; name the fields on standard input with --keys")

    @property
    def writes_lines(self) -> bool:
        """Whether results go to a file as JSON lines, which a later run can continue."""
        return self.output is not None and self.format == "jsonl"

    @property
    def reading(self) -> ReadingOptions:
        """How the exports are read."""
        return reading_options(self.date_order, self.clock_hours, self.columns)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=_PATH_HELP)
    parser.add_argument(
        "--from",
        dest="source",
        choices=sorted(FORMATS),
        metavar="FORMAT",
        help="format of the exports, by its name in `grooming-risk formats` (default: recognized by content)",
    )
    add_reading(parser)
    add_keys(parser)
    parser.add_argument(
        "--format",
        choices=("table", "json", "jsonl", "html"),
        default="table",
        help="output format (default: %(default)s); jsonl needs the same memory for any number of conversations, the "
        "others keep all of them",
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help=_OUTPUT_HELP)
    parser.add_argument("--resume", action="store_true", help=_RESUME_HELP)
    _add_selection(parser)
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


def _add_selection(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only-flagged", action="store_true", help="put out flagged conversations only")
    parser.add_argument(
        "--top", type=int, metavar="N", help="put out the N conversations of the highest probability, highest first"
    )
    parser.add_argument(
        "--sort",
        choices=("input", "risk"),
        default="input",
        help="order of the results: that of the input, or the highest probability first (default: %(default)s)",
    )
    parser.add_argument(
        "--jobs",
        type=int,
        default=1,
        metavar="N",
        help="score in N processes with one thread each (default: one process with a thread for each core, at most 4)",
    )


def is_standard_input(path: Path) -> bool:
    """Check whether a path means standard input: - or /dev/stdin."""
    return path in PATHS


def _check_once(paths: list[Path]) -> None:
    """Refuse paths that lead to the same file: --resume could not tell its results apart."""
    resolved = {path.resolve() for path in paths}
    if len(resolved) < len(paths) or any(not resolved.isdisjoint(path.parents) for path in resolved):
        raise InvalidOptionError("a path was given twice, or lies inside another one; give each path once")
