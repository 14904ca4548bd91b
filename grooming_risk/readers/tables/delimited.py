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
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from grooming_risk.errors import GroomingRiskError, UnsupportedFormatError
from grooming_risk.readers.base.contract import Columns, Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.tables.columns import FoundColumns, by_position, find_columns
from grooming_risk.readers.tables.rows import Row, gather

_DELIMITERS = ",;\t|"
_SAMPLE = 20  # rows used to find the delimiter of a file without a header line
# Maximum characters of a header line.
_HEADER = 4_000
_OUTGOING, _NOTIFICATION = "outgoing", "notification"


def _recognizes(export: Export) -> bool:
    lines = export.head().splitlines()
    if lines and lines[0].lower().startswith("sep="):
        lines = lines[1:]
    if not lines or "\0" in lines[0]:
        return False
    try:
        _delimiter(lines[:1], Columns(), "")
    except GroomingRiskError:
        return False
    return True


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    return gather(_rows(export, options.columns), options.limits)


def _rows(export: Export, given: Columns) -> Iterator[Row]:
    where = export.where()
    first = list(islice((line for line in export.lines() if line.strip()), _SAMPLE))
    if not first:
        return
    if "\0" in first[0]:
        raise UnsupportedFormatError(f"{where} is not UTF-8 (NUL in its first line); save it as UTF-8")
    hint = first[0][4:] if first[0].lower().startswith("sep=") and first[0][4:] in tuple(_DELIMITERS) else ""
    delimiter = hint or _delimiter(first, given, where)
    # Blank lines inside quotes are part of a text, so the file is read again from the start.
    rows = _cells(export.lines(), delimiter, where)
    if hint:
        next(rows, None)
    number, names = next(rows, (1, []))
    if by_position(given):
        rows = chain([(number, names)], rows)
    found = find_columns(names, given, where)
    for number, cells in rows:
        yield _row(number, cells, found, len(names))


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
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise UnsupportedFormatError(  # the csv module's messages are fixed and contain no cell
                f"{where} line {reader.line_num} is not valid CSV ({error}); save it with texts in quotes"
            ) from None
        if cells is None:
            return
        if any(cells):
            yield reader.line_num, cells


def _row(number: int, cells: list[str], found: FoundColumns, width: int) -> Row:
    def cell(at: int | None) -> str:
        return cells[at] if at is not None and at < len(cells) else ""

    place = f"line {number}"
    conversation = "1" if found.conversation is None else cell(found.conversation)
    if any(cells[width:]):
        return Row(
            place, conversation, fault="the row has more cells than there are columns; save it with texts in quotes"
        )
    if len(cells) <= max(found.speaker, found.text):
        return Row(place, conversation, fault="the row has no cell for speaker or text; export it again")
    sent_at = " ".join(part for part in (cell(found.sent_at).strip(), cell(found.clock).strip()) if part)
    direction, kind = cell(found.direction).strip().lower(), cell(found.kind)
    speaker: str | None = cell(found.speaker) or cell(found.name) or None
    if direction in (_OUTGOING, _NOTIFICATION):
        speaker = speaker or ""
    if direction == _NOTIFICATION:
        kind = "system"
    elif cell(found.edited_at).strip():
        kind = "edited"
    return Row(place, conversation, speaker, cell(found.text), sent_at or None, kind or None, cell(found.name) or None)


READER = Reader(
    name="csv",
    description="CSV, TSV or semicolon file with named columns (speaker, text, time, conversation), as of iMazing",
    accepts=("file", "zip"),
    keeps=("times", "edits", "deletions", "media", "system notices"),
    limit="times are ISO 8601 or seconds since 1970, others are dropped; kinds need a column named kind",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Save the sheet as CSV UTF-8, one message per row, with a header line.",
            "Give other column names with --columns speaker=NAME,text=NAME.",
            "In iMazing: Messages > choose the chat > Export > CSV.",
        ),
        kept=("every column named above", "scattered conversations, by a conversation column"),
        lost=("times in other forms than ISO 8601",),
        source="RFC 4180, DiscordChatExporter's CsvMessageWriter.cs and public importers of iMazing's CSV",
        seen="any",
    ),
)
