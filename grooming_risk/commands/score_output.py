"""Where the results of `grooming-risk score` go: a table, JSON, lines, or the review page."""

from __future__ import annotations

import argparse
import json
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from grooming_risk.commands.options import use_color
from grooming_risk.commands.results_file import ResultsFile
from grooming_risk.commands.score_files import Found
from grooming_risk.errors import InvalidOptionError
from grooming_risk.rendering.html.queue_page import ReviewItem, queue_page
from grooming_risk.rendering.html.review_page import review_page
from grooming_risk.rendering.terminal.evidence import SourceText
from grooming_risk.rendering.terminal.report import ReportRow, render_table
from grooming_risk.report import RiskReport
from grooming_risk.text.masking import ExplicitVocabulary


class Output(Protocol):
    """Takes results in order."""

    def report(self, item: Found, report: RiskReport) -> None:
        """A conversation that was scored."""

    def failure(self, found: Found) -> None:
        """What could not be."""

    def finish(self) -> None:
        """All was read."""


class Lines:
    """JSON lines on standard output, one conversation each; what cannot be used is named on standard error only."""

    def report(self, item: Found, report: RiskReport) -> None:
        """See `Output`."""
        print(json.dumps({"conversation": item.name, **report.to_dict()}), flush=True)

    def failure(self, found: Found) -> None:
        """See `Output`."""

    def finish(self) -> None:
        """See `Output`."""


class LinesInFile:
    """JSON lines in a file."""

    def __init__(self, results: ResultsFile) -> None:
        self._results = results

    def report(self, item: Found, report: RiskReport) -> None:
        """See `Output`."""
        self._results.report(str(item.name), report)

    def failure(self, found: Found) -> None:
        """See `Output`."""
        self._results.failure(found)

    def finish(self) -> None:
        """See `Output`."""


class Table:
    """A table, or JSON, on standard output when all is read: reports are kept until then, not their texts.

    With `--show-text` the texts are kept too.
    """

    def __init__(self, options: argparse.Namespace, vocabulary: ExplicitVocabulary) -> None:
        self._options, self._vocabulary = options, vocabulary
        self._rows: list[ReportRow] = []

    def report(self, item: Found, report: RiskReport) -> None:
        """See `Output`."""
        source = None
        if self._options.show_text and item.exported is not None:
            source = SourceText(item.exported.with_names(), self._vocabulary)
        self._rows.append(ReportRow(str(item.name), report, source))

    def failure(self, found: Found) -> None:
        """See `Output`."""

    def finish(self) -> None:
        """See `Output`."""
        options, rows = self._options, self._rows
        if options.format == "json":
            print(json.dumps([{"conversation": row.name, **row.report.to_dict()} for row in rows], indent=2))
        elif rows:
            print(render_table(rows, use_color(options.color), explain=options.explain or options.show_text))


class Page:
    """The review page: one conversation, or a queue of them. Keeps all conversations until it is written."""

    def __init__(self, path: Path) -> None:
        """Raises:
        InvalidOptionError: there is no such folder, or the path is one.
        """
        if path.is_dir() or not path.parent.is_dir():
            raise InvalidOptionError(f"{path} cannot be written (a folder, or below none); choose another -o FILE")
        self._path = path
        self._items: list[ReviewItem] = []

    def report(self, item: Found, report: RiskReport) -> None:
        """See `Output`."""
        if item.exported is not None:
            self._items.append(ReviewItem(str(item.name), report, item.exported.with_names()))

    def failure(self, found: Found) -> None:
        """See `Output`."""

    def finish(self) -> None:
        """See `Output`."""
        if self._items:
            first = self._items[0]
            alone = len(self._items) == 1
            page = review_page(first.report, first.conversation, title=first.name) if alone else queue_page(self._items)
            write_page(self._path, page)


def write_page(path: Path, page: str) -> None:
    """Write a page that holds messages, a new one for its owner only; one that cannot be written whole is removed.

    It is written under its own name and not under another one first: a process that is killed would leave the messages
    in a file that nobody knows of. What it leaves so is cut off, where the user looks for it.

    Raises:
        InvalidOptionError: it cannot be written.
    """
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as stream:
            stream.write(page)
    except OSError as error:
        with suppress(OSError):
            if stat.S_ISREG(path.lstat().st_mode):  # not a device, nor a link to a file of somebody else
                path.unlink()
        raise InvalidOptionError(f"{path} cannot be written ({error.strerror}); choose another -o FILE") from None
