"""Reader of CSV, TSV and semicolon files with a header line (RFC 4180 quoting; column names are in `columns`).

Sources: DiscordChatExporter's CSV (its CsvMessageWriter.cs: AuthorID, Author, Date, Content, Attachments, Reactions;
every cell quoted; system notices cannot be distinguished) and iMazing's (Chat Session, Message Date, ..., Type, Sender
ID, Sender Name, ..., Text; headers and rows as in the tests of public importers, the program itself unverified): its
rows of type "Notification" are system notices; those of type "Outgoing" without a sender belong to the phone's owner,
who gets the empty name.

The delimiter is the one that splits the header into the most known columns, because `csv.Sniffer` guesses from texts
and takes quadratic time. A first line "sep=;" is Excel's. Texts in quotes may contain line breaks (CR LF is read as
LF). NUL characters are dropped. A cell of more than `csv.field_size_limit()` characters is refused, because that limit
belongs to the whole process. Quoting is read strictly: a quote that is not closed would swallow the rows after it. A
row with too many cells (a text with the delimiter but without quotes) is refused rather than read in the wrong columns.

A file without a header line is read when its first rows show one column of times, one of speakers and one of text.
Where no column names the speaker, a column of "Incoming" and "Outgoing" tells who wrote a message. Times are read in
any form of `base.written_times`; the order of day and month is inferred from the whole file.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import islice

from grooming_risk.errors import GroomingRiskError, UnsupportedFormatError
from grooming_risk.readers.base.contract import Columns, Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.tables.cells import Sheet, read_sheet
from grooming_risk.readers.tables.columns import by_position, find_columns
from grooming_risk.readers.tables.headerless import guess_columns

_DELIMITERS = ",;\t|"
_SAMPLE = 20  # rows used to find the delimiter of a file without a header line
_LEAST = 4  # rows of a file without a header line
# Maximum characters of a header line.
_HEADER = 4_000
_NOT_UTF8 = "the file is not UTF-8 and was read as Windows-1252; save it as UTF-8 if letters are wrong"


def _recognizes(export: Export) -> bool:
    lines = export.head().splitlines()
    if lines and lines[0].lower().startswith("sep="):
        lines = lines[1:]
    if not lines or "\0" in lines[0]:
        return False
    try:
        _delimiter(lines[:1], Columns(), "")
    except GroomingRiskError:
        return (
            _guessed([line for line in lines if line.strip()][: min(_SAMPLE, max(_LEAST, len(lines) - 1))]) is not None
        )
    return True


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    where, encoding = export.where(), export.encoding()
    first = list(islice((line for line in export.lines(encoding=encoding) if line.strip()), _SAMPLE))
    if not first:
        return
    if "\0" in first[0]:
        raise UnsupportedFormatError(f"{where} is not UTF-8 (NUL in its first line); save it as UTF-8")
    hint = first[0][4:] if first[0].lower().startswith("sep=") and first[0][4:] in tuple(_DELIMITERS) else ""
    given, delimiter = options.columns, hint
    if not delimiter:
        delimiter, given = _shape(first, given, where)

    def cells() -> Iterator[tuple[int, list[str]]]:
        # Blank lines inside quotes are part of a text, so the file is read from the start.
        rows = _cells(export.lines(encoding=encoding), delimiter, where)
        if hint:
            next(rows, None)
        return rows

    warnings = (_NOT_UTF8,) if encoding == "cp1252" else ()
    yield from read_sheet(Sheet(cells, where, warnings=warnings), given, options)


def _shape(first: Sequence[str], given: Columns, where: str) -> tuple[str, Columns]:
    """Return the delimiter and the columns, which are guessed when the file has no header line."""
    guessed = _guessed(first) if given == Columns() else None
    try:
        return _delimiter(first, given, where), given
    except GroomingRiskError as error:
        refused = error
    if guessed is None:
        raise refused
    return guessed


def _guessed(first: Sequence[str]) -> tuple[str, Columns] | None:
    for delimiter in _DELIMITERS:
        try:
            rows = list(csv.reader(first, delimiter=delimiter))
        except csv.Error:
            continue
        columns = guess_columns([row for row in rows if row])
        if columns is not None:
            return delimiter, columns
    return None


def _delimiter(first: Sequence[str], given: Columns, where: str) -> str:
    """Return the delimiter that splits the header into known columns; by position, the first lines alike."""
    best, columns, error = "", 0, None
    sample = [line[:_HEADER] for line in (first if by_position(given) else first[:1])]
    for delimiter in _DELIMITERS:
        try:
            rows = list(csv.reader(sample, delimiter=delimiter))
            find_columns(rows[0], given, where)
        except (csv.Error, IndexError):
            continue
        except GroomingRiskError as refused:
            error = error or refused
            continue
        width = min(map(len, rows))
        if width > columns:
            best, columns = delimiter, width
    if not best:
        raise error or UnsupportedFormatError(f"{where} is not a table with a header line; save it as CSV")
    return best


def _cells(lines: Iterator[str], delimiter: str, where: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of the last line and the cells of each row that is not blank."""
    reader = csv.reader((line.replace("\0", "") + "\n" for line in lines), delimiter=delimiter, strict=True)
    while True:
        cells, fault = None, ""
        try:
            cells = next(reader, None)
        except csv.Error as error:
            fault = str(error)  # the csv module's messages are fixed and contain no cell
        if fault:
            raise UnsupportedFormatError(
                f"{where} line {reader.line_num} is not valid CSV ({fault}); save it with texts in quotes"
            )
        if cells is None:
            return
        if any(cells):
            yield reader.line_num, cells


READER = Reader(
    name="csv",
    description="CSV, TSV or semicolon file with named columns (speaker, text, time, conversation), as of iMazing",
    accepts=("file", "zip"),
    keeps=("times", "edits", "deletions", "media", "system notices"),
    limit="kinds other than text need a column named kind",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Save the sheet as CSV UTF-8, one message per row, with a header line.",
            "Give other column names with --columns speaker=NAME,text=NAME.",
            "In iMazing: Messages > choose the chat > Export > CSV.",
        ),
        kept=("every column named above", "scattered conversations, by a conversation column"),
        lost=("what the table has no column for",),
        source="RFC 4180, DiscordChatExporter's CsvMessageWriter.cs and public importers of iMazing's CSV",
        seen="any",
    ),
)
