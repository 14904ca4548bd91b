"""Reader of spreadsheets: Excel workbooks (.xlsx, extra `office`) and OpenDocument spreadsheets (.ods).

Each sheet with a header line that names speaker and text is read as a table; other sheets are skipped with a warning.
The header may be below title rows, as forensic programs write them: it is looked for in the first 20 rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice

from grooming_risk.errors import GroomingRiskError, InvalidOptionError, UnsupportedFormatError
from grooming_risk.readers.base.contract import Columns, Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.office import open_document, workbook
from grooming_risk.readers.office.package import is_package, padded
from grooming_risk.readers.tables.cells import Cells, Sheet, read_sheet
from grooming_risk.readers.tables.columns import IN_A_FILE, by_position, find_columns
from grooming_risk.readers.tables.headerless import guess_columns

_TITLE_ROWS = 20
_MOST_SHEETS = 200


def _recognizes(export: Export) -> bool:
    return is_package(export, workbook.MEMBER) or _is_open_document(export)


def _is_open_document(export: Export) -> bool:
    return is_package(export, "mimetype", open_document.CONTENT) and "spreadsheet" in export.head("mimetype")


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    if not _recognizes(export):
        raise UnsupportedFormatError(f"{export.name} is not a spreadsheet; choose a format with --from")
    refused: GroomingRiskError | None = None
    found = skipped = 0
    for position, rows in enumerate(_sheets(export)):
        start = _start(rows, options.columns, export.name)
        if isinstance(start, GroomingRiskError):
            refused, skipped = refused or start, skipped + 1
            continue
        found += 1
        first, given = start
        sheet = Sheet(partial(_from, rows, first), f"{export.name}, sheet {position + 1}", "row")
        yield from read_sheet(sheet, given, options)
    if not found and refused is not None:
        raise refused


def _sheets(export: Export) -> list[Cells]:
    if _is_open_document(export):
        count = min(len(open_document.sheet_names(export)), _MOST_SHEETS)
        read: list[Callable[[], Iterator[tuple[int, list[str]]]]] = [
            partial(open_document.sheet_rows, export, position) for position in range(count)
        ]
    else:
        book = workbook.open_workbook(export)
        count = min(len(book.worksheets), _MOST_SHEETS)
        read = [partial(workbook.sheet_rows, export, book, position) for position in range(count)]
    return [partial(_padded, rows) for rows in read]


def _padded(rows: Cells) -> Iterator[tuple[int, list[str]]]:
    return padded(rows())


def _from(rows: Cells, first: int) -> Iterator[tuple[int, list[str]]]:
    width = 0
    for number, cells in rows():
        if number >= first:
            width = width or len(cells)
            yield number, [*cells, *[""] * (width - len(cells))]


def _start(rows: Cells, given: Columns, where: str) -> tuple[int, Columns] | GroomingRiskError:
    """Return the number of the header row and the columns, or why the sheet cannot be read."""
    first = list(islice(rows(), _TITLE_ROWS))
    refused: GroomingRiskError | None = None
    if by_position(given):
        return (first[0][0] if first else 1), given
    for number, cells in first:
        try:
            find_columns(cells, given, where)
        except InvalidOptionError as error:
            refused = error
        except UnsupportedFormatError as error:
            refused = refused or error
        else:
            return number, given
    guessed = guess_columns(_square([cells for _, cells in first])) if given == Columns() else None
    if guessed is not None:
        return first[0][0], guessed
    return refused or UnsupportedFormatError(f"{where} has no rows; name the columns of its messages, {IN_A_FILE}")


def _square(rows: Sequence[list[str]]) -> list[list[str]]:
    width = max(map(len, rows), default=0)
    return [[*cells, *[""] * (width - len(cells))] for cells in rows]


READER = Reader(
    name="spreadsheet",
    description="spreadsheet with named columns (speaker, text, time, conversation): .xlsx or .ods",
    accepts=("zip",),
    keeps=("times", "edits", "deletions", "media", "system notices"),
    limit=".xlsx needs the extra office; sheets without a column for the text are skipped",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Put one message per row, with a header line that names speaker, text and time.",
            "For .xlsx, install grooming-risk[office], or save the sheet as .ods or as CSV UTF-8.",
            "Cellebrite, AXIOM and Oxygen: export the messages as Excel.",
        ),
        kept=("every column of a table", "scattered conversations, by a conversation column"),
        lost=("formulas without a stored value", "sheets without messages"),
        source="ECMA-376 through openpyxl, and OASIS OpenDocument 1.3",
        seen="files of openpyxl 3.1 and of LibreOffice's form; unverified on forensic programs' own files",
    ),
)
