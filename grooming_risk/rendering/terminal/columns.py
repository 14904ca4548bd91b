"""Aligned columns, definition lists and wrapped prose: how every table of the command line is laid out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from grooming_risk.rendering.terminal.cells import pad, width, wrap

GAP = "  "  # between two columns
READABLE = 100  # columns that prose fills at most, however wide the terminal is
_NARROWEST = 20  # columns that prose gets at least, however narrow the terminal is
_FIXED_SPACE = "\N{NO-BREAK SPACE}"


def aligned(rows: Sequence[Sequence[str]], left: Collection[int] = (0,)) -> list[str]:
    """Return rows as lines with aligned columns.

    Args:
        rows: cells of harmless text, the same number in every row.
        left: indices of the columns that are aligned to the left; the others are aligned to the right.

    Returns:
        One line for each row, without trailing spaces.
    """
    widths = column_widths(rows)
    return [join_cells(row, widths, left) for row in rows]


def column_widths(rows: Iterable[Sequence[str]]) -> list[int]:
    """Return the width of each column: that of its widest cell."""
    return [max(map(width, column)) for column in zip(*rows, strict=True)]


def join_cells(cells: Sequence[str], widths: Sequence[int], left: Collection[int]) -> str:
    """Return one row as a line; `aligned` describes the arguments.

    A cell that is padded already stays as it is, so it may hold colour codes.
    """
    padded = [
        pad(cell, columns) if index in left else " " * (columns - width(cell)) + cell
        for index, (cell, columns) in enumerate(zip(cells, widths, strict=True))
    ]
    return GAP.join(padded).rstrip()


def definitions(terms: Sequence[tuple[str, Sequence[str]]], columns: int) -> list[str]:
    """Return terms in one column and their explanations, wrapped, in the next.

    Args:
        terms: each term with the paragraphs that explain it.
        columns: width of the terminal.

    Returns:
        The lines, without trailing spaces.
    """
    margin = max(width(term) for term, _ in terms) + len(GAP)
    lines: list[str] = []
    for term, paragraphs in terms:
        wrapped = [line for paragraph in paragraphs for line in prose(paragraph, columns - margin)]
        for first, line in zip([term] + [""] * len(wrapped), wrapped, strict=False):
            lines.append((pad(first, margin) + line).rstrip())
    return lines


def prose(text: str, columns: int) -> list[str]:
    """Return a paragraph as lines; no line ends between a number and its per cent sign."""
    lines = wrap(text.replace(" %", f"{_FIXED_SPACE}%"), max(_NARROWEST, min(columns, READABLE)))
    return [line.replace(_FIXED_SPACE, " ") for line in lines]
