"""Render the readers' guides: for one format as text, and for all formats as a table of the documentation."""

from __future__ import annotations

from grooming_risk.readers.base.contract import Reader
from grooming_risk.readers.formats import FORMATS

_COLUMNS = ("format", "how to export", "kept", "lost", "source of the schema", "versions or dates seen")


def guide_of(reader: Reader) -> list[str]:
    """Return the guide of one format as lines of text.

    Args:
        reader: Reader of the format.

    Returns:
        Lines without line ends.
    """
    guide = reader.guide
    return [
        f"{reader.name}: {reader.description}",
        "",
        "How to export:",
        *(f"  {number}. {step}" for number, step in enumerate(guide.steps, start=1)),
        "Menus change; look for words like these.",
        "",
        f"Kept: {', '.join(guide.kept)}.",
        f"Lost: {', '.join(guide.lost) or 'nothing'}.",
        *([f"Limits: {reader.limit}."] if reader.limit else []),
        f"Source of the schema: {guide.source}.",
        f"Versions or dates seen: {guide.seen}.",
    ]


def guides_table() -> str:
    """Return a Markdown table of all formats, as docs/formats.md shows it."""
    rows = [_COLUMNS, ("---",) * len(_COLUMNS), *map(_row, FORMATS.values())]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def _row(reader: Reader) -> tuple[str, ...]:
    guide = reader.guide
    cells = (" ".join(guide.steps), ", ".join(guide.kept), ", ".join(guide.lost), guide.source, guide.seen)
    return (f"`{reader.name}`", *(cell.replace("|", "\\|").replace("<", "&lt;") for cell in cells))
