"""`grooming-risk score`: chat exports in, reports out."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from grooming_risk.commands.key_file import read_key
from grooming_risk.commands.options import add_digest_key, add_reading, add_scoring, reading_options, use_color
from grooming_risk.commands.saved_point import chosen_point
from grooming_risk.errors import (
    GroomingRiskError,
    InputTooLargeError,
    InvalidConversationError,
    InvalidOptionError,
    UnsupportedFormatError,
)
from grooming_risk.readers import FORMATS, ExportedConversation, ReadConversation, UnreadableConversation, read_file
from grooming_risk.rendering.queue_page import ReviewItem, queue_page
from grooming_risk.rendering.review_page import review_page
from grooming_risk.rendering.terminal import Row, render_table
from grooming_risk.rendering.terminal_evidence import SourceText
from grooming_risk.report import RiskReport
from grooming_risk.scorer import RiskScorer

# Errors of one file; the other files are still scored. All others would meet every file alike.
_PER_FILE = (InputTooLargeError, InvalidConversationError, UnsupportedFormatError)
TOGETHER = 32  # conversations of a file whose texts are encoded together


def add(verbs: Any) -> None:
    """Describe the verb."""
    parser = verbs.add_parser("score", help="score chat exports")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument(
        "--from", dest="source", choices=sorted(FORMATS), help="format of the files (default: by content)"
    )
    add_reading(parser)
    forms = ("table", "json", "jsonl", "html")
    parser.add_argument("--format", choices=forms, default="table", help="form of the output")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="page of --format html; holds the messages")
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


def _score(options: argparse.Namespace) -> int:
    _check(options)
    scorer, failed = RiskScorer(options.artifact, digest_key=read_key(options.digest_key_file)), False
    asked = {
        "operating_point": chosen_point(options.operating_point, scorer),
        "prior": options.prior,
        "explain": not options.no_explain,
    }
    rows: list[Row] = []
    items: list[ReviewItem] = []
    for path in options.files:
        try:
            for read in _reports(scorer, read_file(path, options.source, reading_options(options)), asked):
                if isinstance(read, UnreadableConversation):
                    failed = True
                    print(f"grooming-risk: {path.name}#{read.identifier}: {read.error}", file=sys.stderr)
                    continue
                exported, report = read
                _warn(path, exported)
                name = path.name if exported.identifier == "1" else f"{path.name}#{exported.identifier}"
                if options.format == "html":
                    items.append(ReviewItem(name, report, exported.with_names()))
                elif options.format == "jsonl":
                    print(json.dumps({"conversation": name, **report.to_dict()}), flush=True)
                else:
                    source = SourceText(exported.with_names(), scorer.artifact.vocabulary)
                    rows.append(Row(name, report, source if options.show_text else None))
        except _PER_FILE as error:
            failed = True
            # Readers name the file themselves; errors of the conversation do not.
            prefix = "" if path.name in str(error) else f"{path.name}: "
            print(f"grooming-risk: {prefix}{error}", file=sys.stderr)
    _print_rows(rows, options)
    if items:
        _write_page(options.output, items)
    return int(failed)


def _check(options: argparse.Namespace) -> None:
    if (options.format == "html") != (options.output is not None):
        # The page holds texts, so it goes to a file and not over a terminal.
        raise InvalidOptionError("--format html and -o FILE belong together; give both or neither")
    if options.show_text and options.no_explain:
        raise InvalidOptionError("--show-text shows the messages of the evidence; leave out --no-explain")
    if options.show_text and options.format != "table":
        raise InvalidOptionError(f"--format {options.format} does not take --show-text; use --format table")


def _reports(
    scorer: RiskScorer, read: Iterator[ReadConversation], asked: dict[str, Any]
) -> Iterator[tuple[ExportedConversation, RiskReport] | UnreadableConversation]:
    """Score a file's conversations a few at a time; those before a damaged one are not lost."""
    damaged: GroomingRiskError | None = None
    while damaged is None:
        waiting: list[ReadConversation] = []
        try:
            waiting.extend(islice(read, TOGETHER))
        except _PER_FILE as error:
            damaged = error
        if not waiting:
            break
        usable = [item.conversation for item in waiting if isinstance(item, ExportedConversation)]
        reports = iter(scorer.score_batch(usable, **asked))
        for item in waiting:
            yield (item, next(reports)) if isinstance(item, ExportedConversation) else item
    if damaged is not None:
        raise damaged


def _warn(path: Path, exported: ExportedConversation) -> None:
    for warning in exported.warnings:
        print(f"grooming-risk: {path.name}: {warning}", file=sys.stderr)


def _write_page(path: Path, items: list[ReviewItem]) -> None:
    """One conversation is a page, several are a queue of them."""
    first = items[0]
    page = review_page(first.report, first.conversation, title=first.name) if len(items) == 1 else queue_page(items)
    try:
        # It holds the conversation: a new file is for its owner only.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as stream:
            stream.write(page)
    except OSError as error:
        raise InvalidOptionError(f"{path} cannot be written ({error.strerror}); choose another -o FILE") from None


def _print_rows(rows: list[Row], options: argparse.Namespace) -> None:
    if options.format == "json":
        print(json.dumps([{"conversation": row.name, **row.report.to_dict()} for row in rows], indent=2))
    elif options.format == "table" and rows:
        print(render_table(rows, use_color(options.color), explain=options.explain or options.show_text))
