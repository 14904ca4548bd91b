"""Sheets of Excel workbooks (.xlsx), through openpyxl in its streaming mode (extra `office`).

Before openpyxl opens a workbook, `workbook_check` reads every member once through `Export`, which bounds its unpacked
size, and refuses a document type.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.office.package import MOST_COLUMNS, MOST_ROWS
from grooming_risk.readers.office.workbook_check import check_workbook

MEMBER = "xl/workbook.xml"
_NEEDS = "reading Excel files needs openpyxl: pip install 'grooming-risk[office]', or save the sheet as CSV UTF-8"


def open_workbook(export: Export) -> Any:
    """Open a workbook after its members have been checked.

    Args:
        export: The workbook.

    Returns:
        openpyxl's workbook.

    Raises:
        UnsupportedFormatError: If openpyxl is not installed, or the workbook is damaged or unsafe.
        InputTooLargeError: If a member exceeds the limits.
    """
    try:
        import openpyxl  # an extra
    except ImportError:
        openpyxl = None
    if openpyxl is None:
        raise UnsupportedFormatError(_NEEDS)
    check_workbook(export)
    book = None
    try:
        book = openpyxl.load_workbook(io.BytesIO(export.whole()), read_only=True, data_only=True, keep_links=False)
    except Exception:  # openpyxl raises many kinds for damaged files
        book = None
    if book is None:
        raise UnsupportedFormatError(f"{export.name} is a damaged workbook; save it again, or as CSV UTF-8")
    return book


def sheet_rows(export: Export, book: Any, position: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the numbered rows of a sheet.

    Args:
        export: The workbook, for error messages.
        book: openpyxl's workbook.
        position: Position of the sheet, from 0.

    Yields:
        Row number, from 1, and cells as text; dates are in ISO 8601.

    Raises:
        UnsupportedFormatError: If the sheet is damaged.
    """
    rows = book.worksheets[position].iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)
    number = 0
    while True:
        number += 1
        row, fault = _next(rows)
        if fault:
            raise UnsupportedFormatError(f"{export.name}: a sheet is damaged from row {number} on; save it again")
        if row is None:
            return
        yield number, [_text(value) for value in row]


def _next(rows: Iterator[tuple[Any, ...]]) -> tuple[tuple[Any, ...] | None, bool]:
    try:
        return next(rows, None), False
    except Exception:  # openpyxl raises many kinds for damaged files
        return None, True


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e18:
        return str(int(value))
    return str(value)
