"""Read the CSV files of an app's download by the names of their columns."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.export import Export


def csv_members(export: Export, files: dict[str, frozenset[str]]) -> list[str]:
    """Return the members that are an app's CSV files.

    Args:
        export: Any export.
        files: Pattern of a file's name → columns that it must have; the name of a single file does not matter.

    Returns:
        The members, in order.
    """
    if len(export.names) == 1:
        columns = header(export.head())
        return [export.names[0]] if any(wanted <= columns for wanted in files.values()) else []
    named = [(name, wanted) for pattern, wanted in files.items() for name in export.named(pattern)]
    return sorted({name for name, wanted in named if wanted <= header(export.head(name))})


def header(head: str) -> frozenset[str]:
    """Return the names of the columns in the first line of a file; none when it is not CSV."""
    try:
        cells = next(csv.reader([head.split("\n", 1)[0].rstrip("\r")]), [])
    except csv.Error:
        return frozenset()
    return frozenset(cell.strip() for cell in cells)


def csv_rows(export: Export, member: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a file.

    Args:
        export: The export.
        member: A CSV file with a header line.

    Yields:
        Line number of the row's last line, and its cells by column; cells that a row lacks are "".

    Raises:
        UnsupportedFormatError: If it is not valid CSV.
    """
    where = export.where(member)
    reader = csv.reader((line.replace("\0", "") + "\n" for line in export.lines(member)), strict=True)
    names: list[str] | None = None
    while True:
        cells, failed = None, False
        try:
            cells = next(reader, None)
        except csv.Error:
            failed = True
        if failed:
            raise UnsupportedFormatError(f"{where} line {reader.line_num} is not valid CSV; export it again")
        if cells is None:
            return
        if names is None:
            names = [cell.strip() for cell in cells]
        elif any(cells):
            yield reader.line_num, dict.fromkeys(names, "") | dict(zip(names, cells, strict=False))
