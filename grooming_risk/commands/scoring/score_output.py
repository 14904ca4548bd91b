"""Outputs of `grooming-risk score`: a table, JSON, JSON lines, or the review page."""

from __future__ import annotations

import io
import os
import stat
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import Any, Protocol

from grooming_risk.commands.results_file import ResultsFile
from grooming_risk.commands.scoring.score_files import Found
from grooming_risk.commands.terminal_output import show, show_json
from grooming_risk.errors import InvalidOptionError
from grooming_risk.rendering.attribution import attribution_to_dict
from grooming_risk.rendering.html.queue_page import ReviewItem, queue_page
from grooming_risk.rendering.html.review_page import review_page
from grooming_risk.rendering.terminal.evidence import SourceText
from grooming_risk.rendering.terminal.report import ReportRow, render_table
from grooming_risk.report import RiskReport
from grooming_risk.rows import result_row
from grooming_risk.text.masking import ExplicitVocabulary


class Output(Protocol):
    """What takes the results, in order."""

    def report(self, item: Found, report: RiskReport) -> None:
        """Take a conversation that was scored."""

    def failure(self, found: Found) -> None:
        """Take a conversation or file that could not be used."""

    def finish(self) -> None:
        """Complete the output after the last result."""


def _attribution(item: Found, report: RiskReport) -> dict[str, Any]:
    """Return what shows who wrote the messages, and the caller's ids of those cited, as fields beside the report's."""
    if item.exported is None:
        return {}
    ids = {} if item.ids is None else result_row(item.ids, report).get("message_ids")
    more = {"message_ids": ids} if ids else {}
    return {"attribution": attribution_to_dict(report, item.exported.conversation), **more}


class InFile:
    """A table or JSON in a file; `--format jsonl` and `html` have outputs of their own."""

    def __init__(self, output: Output, path: Path) -> None:
        """Check the path before anything is scored.

        Args:
            output: what would go to standard output.
            path: file to write.

        Raises:
            InvalidOptionError: the path is a folder, or its folder does not exist.
        """
        check_page(path)
        self._output, self._path = output, path

    def report(self, item: Found, report: RiskReport) -> None:
        """Take a conversation that was scored."""
        self._output.report(item, report)

    def failure(self, found: Found) -> None:
        """Take a conversation or file that could not be used."""
        self._output.failure(found)

    def finish(self) -> None:
        """Write the file."""
        written = io.StringIO()
        with redirect_stdout(written):
            self._output.finish()
        write_page(self._path, written.getvalue(), encoding="utf-8")


class Lines:
    """JSON lines on standard output, one for each conversation; failures are named on standard error only."""

    def report(self, item: Found, report: RiskReport) -> None:
        """Print the line of a conversation."""
        show_json({"conversation": item.name, **_attribution(item, report), **report.to_dict()})

    def failure(self, found: Found) -> None:
        """Ignore a failure, which standard error has named already."""

    def finish(self) -> None:
        """Do nothing: every line is written at once."""


class LinesInFile:
    """JSON lines in a file, failures included."""

    def __init__(self, results: ResultsFile) -> None:
        self._results = results

    def report(self, item: Found, report: RiskReport) -> None:
        """Write the line of a conversation."""
        self._results.report(str(item.name), report, _attribution(item, report))

    def failure(self, found: Found) -> None:
        """Write the line of a failure."""
        self._results.failure(found)

    def finish(self) -> None:
        """Do nothing: every line is written at once."""


class Table:
    """A table, or JSON, on standard output. It keeps all reports until the end, and the texts only if shown."""

    def __init__(self, *, as_json: bool, color: bool, explain: bool, vocabulary: ExplicitVocabulary | None) -> None:
        """Prepare the table.

        Args:
            as_json: whether to print JSON instead.
            color: whether to use ANSI colours.
            explain: whether to show the evidence below each conversation.
            vocabulary: explicit terms to replace in the texts; no text is kept or shown when None.
        """
        self._as_json, self._color, self._explain, self._vocabulary = as_json, color, explain, vocabulary
        self._rows: list[ReportRow] = []
        self._attributions: list[dict[str, Any]] = []

    def report(self, item: Found, report: RiskReport) -> None:
        """Keep a conversation for the end."""
        source = None
        if self._vocabulary is not None and item.exported is not None:
            source = SourceText(item.exported.with_names(), self._vocabulary)
        self._rows.append(ReportRow(str(item.name), report, source))
        if self._as_json:
            self._attributions.append(_attribution(item, report))

    def failure(self, found: Found) -> None:
        """Ignore a failure, which standard error has named already."""

    def finish(self) -> None:
        """Print everything."""
        rows = self._rows
        if self._as_json:
            found = zip(rows, self._attributions, strict=True)
            show_json([{"conversation": row.name, **more, **row.report.to_dict()} for row, more in found], indent=2)
        elif rows:
            show(render_table(rows, self._color, explain=self._explain), styled=True)


class Page:
    """The review page of one conversation, or a queue of several. It keeps all conversations until it is written."""

    def __init__(self, path: Path) -> None:
        """Check the path before anything is scored.

        Args:
            path: file to write.

        Raises:
            InvalidOptionError: the path is a folder, or its folder does not exist.
        """
        check_page(path)
        self._path = path
        self._items: list[ReviewItem] = []

    def report(self, item: Found, report: RiskReport) -> None:
        """Keep a conversation for the end."""
        if item.exported is not None:
            self._items.append(ReviewItem(str(item.name), report, item.exported.with_names()))

    def failure(self, found: Found) -> None:
        """Ignore a failure, which standard error has named already."""

    def finish(self) -> None:
        """Write the page, if there is anything to show."""
        if self._items:
            write_page(self._path, page_of(self._items))


def page_of(items: list[ReviewItem]) -> str:
    """Return the review page of one conversation, or the queue page of several."""
    (first, *others) = items
    return queue_page(items) if others else review_page(first.report, first.conversation, title=first.name)


def check_page(path: Path) -> None:
    """Check that a file can lie at a path, before anything is scored.

    Args:
        path: file to write.

    Raises:
        InvalidOptionError: the path is a folder, or its folder does not exist.
    """
    if path.is_dir() or not path.parent.is_dir():
        raise InvalidOptionError(
            f"{path} cannot be written: it is a folder, or its folder does not exist; choose another -o FILE"
        )


def write_page(path: Path, page: str, encoding: str = "ascii") -> None:
    """Write a page that contains messages; a new file is readable by its owner only.

    The page is written under its own name from the start: if the process were killed, a temporary file would leave the
    messages where nobody knows of them. A page that cannot be written whole is removed.

    Args:
        path: file to write.
        page: the page, ASCII only, or another text with its encoding.
        encoding: of the file.

    Raises:
        InvalidOptionError: the file cannot be written.
    """
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding=encoding) as stream:
            stream.write(page)
    except OSError as error:
        with suppress(OSError):
            if stat.S_ISREG(path.lstat().st_mode):  # never a device, nor a link to somebody else's file
                path.unlink()
        raise InvalidOptionError(f"{path} cannot be written ({error.strerror}); choose another -o FILE") from None
