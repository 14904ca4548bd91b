"""Sheets of OpenDocument spreadsheets (.ods): `content.xml`, as OASIS OpenDocument 1.3 describes it.

`table:table` holds `table:table-row` with `table:table-cell`; text is in `text:p`. Dates have `office:date-value`. Rows
and cells may claim to be repeated; repetitions are bounded.
"""

from __future__ import annotations

from collections.abc import Iterator

from grooming_risk.readers.base.export import Export
from grooming_risk.readers.office.package import MOST_COLUMNS, MOST_REPEATED, elements_of

CONTENT = "content.xml"
_INSIDE = ("p", "span", "a", "s", "tab", "line-break")


def sheet_names(export: Export) -> list[str]:
    """Return the names of the sheets, in order."""
    found = elements_of(export, CONTENT)
    return [item.attributes.get("name", "") for item in found if item.name == "table" and item.text is None]


def sheet_rows(export: Export, position: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the numbered rows of a sheet.

    Args:
        export: The spreadsheet.
        position: Position of the sheet, from 0.

    Yields:
        Row number, from 1, and cells.
    """
    tables, number, cells = -1, 0, list[str]()
    cell = _Cell()
    for item in elements_of(export, CONTENT):
        tables += item.name == "table" and item.text is None
        if tables != position:
            continue
        if item.name == "table-row":
            if item.text is None:
                cells = []
                continue
            number += _repeated(item.attributes, "number-rows-repeated")
            yield number, cells
        elif item.name in ("table-cell", "covered-table-cell"):
            if item.text is None:
                cell = _Cell()
            else:
                value = item.attributes.get("date-value") or cell.text
                times = _repeated(item.attributes, "number-columns-repeated")
                cells += [value] * (min(times, MOST_COLUMNS - len(cells)) if value else min(times, MOST_COLUMNS))
                cells = cells[:MOST_COLUMNS]
        elif item.name in _INSIDE:
            cell.add(item.name, item.text)


def _repeated(attributes: dict[str, str], name: str) -> int:
    times = attributes.get(name, "1")
    return min(int(times), MOST_REPEATED) if times.isascii() and times.isdecimal() and len(times) < 10 else 1


class _Cell:
    """Paragraphs of a cell while they are read."""

    def __init__(self) -> None:
        self._paragraphs: list[str] = []
        self._parts: list[str] = []

    def add(self, name: str, text: str | None) -> None:
        """Add the start or end of an element inside the cell."""
        if text is None:
            return
        if name == "p":
            self._paragraphs.append(text + "".join(self._parts))
            self._parts = []
        else:
            self._parts.append({"s": " ", "tab": "\t", "line-break": "\n"}.get(name, text))

    @property
    def text(self) -> str:
        """The text of the cell, a line for each paragraph."""
        return "\n".join(self._paragraphs)
