"""Office files are zips with known members; they are read through `Export`, which bounds every member."""

from __future__ import annotations

from collections.abc import Iterator

from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.xml_events import Element, xml_elements

# Rows and cells of a sheet; a few bytes of a file may claim billions of repetitions.
MOST_COLUMNS, MOST_REPEATED = 512, 1_000
MOST_ROWS = 1_048_576


def is_package(export: Export, *members: str) -> bool:
    """Return whether an export is a zip with these members."""
    return export.shape == "zip" and all(member in export.names for member in members)


def elements_of(export: Export, member: str) -> Iterator[Element]:
    """Yield the elements of an XML member; raise `UnsupportedFormatError` when it is missing or damaged."""
    if member not in export.names:
        raise UnsupportedFormatError(f"{export.name} has no {member}; save it again")
    yield from xml_elements(export.chunks(member), export.where(member))


def padded(rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, without empty cells at their ends."""
    for number, cells in rows:
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield number, cells
