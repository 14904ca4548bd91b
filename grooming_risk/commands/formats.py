"""`grooming-risk formats`: the chat exports that can be read, what each keeps and what it cannot show."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import Any

from grooming_risk.commands.options import runs
from grooming_risk.commands.terminal_output import show, show_json
from grooming_risk.readers import FORMATS
from grooming_risk.readers.guides import guide_of
from grooming_risk.rendering.terminal.columns import definitions

_COLUMNS = ("format", "export", "given as", "keeps", "limits")
_NARROWEST = 40  # columns; a narrower terminal breaks the lines


@dataclass(frozen=True, slots=True)
class FormatsOptions:
    """Options of `formats`.

    Attributes:
        name: format to explain; None to list all.
        format: "table", "json" or "markdown".
    """

    name: str | None
    format: str


def add(verbs: Any) -> None:
    """Describe the verb."""
    parser = verbs.add_parser(
        "formats",
        help="list the chat exports that can be read",
        description="List the chat exports that can be read: in which form each is given, what is kept of it, and what "
        "it does not tell. `score` recognizes them by their content.",
    )
    parser.add_argument("name", nargs="?", choices=tuple(FORMATS), metavar="NAME", help="say how to export this one")
    parser.add_argument(
        "--format", choices=("table", "json", "markdown"), default="table", help="output format (default: %(default)s)"
    )
    runs(parser, _formats, FormatsOptions)


def markdown_table() -> str:
    """Return the formats as a Markdown table, as the README shows them."""
    lines = [_COLUMNS, ("---",) * len(_COLUMNS), *((f"`{name}`", *rest) for name, *rest in _rows())]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _formats(options: FormatsOptions) -> int:
    if options.name is not None:
        show("\n".join(guide_of(FORMATS[options.name])))
    elif options.format == "json":
        keys = ("name", "description", "accepts", "keeps", "limit")
        show_json([{key: getattr(reader, key) for key in keys} for reader in FORMATS.values()], indent=2)
    elif options.format == "markdown":
        show(markdown_table())
    else:
        show("\n".join(_table(max(_NARROWEST, shutil.get_terminal_size().columns))))
    return 0


def _rows() -> list[tuple[str, ...]]:
    """Return the cells of the table, one row for each format."""
    return [
        (reader.name, reader.description, ", ".join(reader.accepts), ", ".join(reader.keeps), reader.limit)
        for reader in FORMATS.values()
    ]


def _table(columns: int) -> list[str]:
    terms = [
        (name, [description, f"given as: {accepts}", f"keeps: {keeps}", *([f"limits: {limit}"] if limit else [])])
        for name, description, accepts, keeps, limit in _rows()
    ]
    return definitions(terms, columns)
