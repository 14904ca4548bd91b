"""`grooming-risk formats`: the chat exports that can be read, with what each keeps and what it cannot know."""

from __future__ import annotations

import argparse
import json
import shutil
import textwrap
from typing import Any

from grooming_risk.readers import FORMATS
from grooming_risk.readers.guides import guide_of

_COLUMNS = ("format", "export", "given as", "keeps", "limits")


def add(verbs: Any) -> None:
    """Describe the verb."""
    parser = verbs.add_parser("formats", help="list the chat exports that can be read")
    parser.add_argument("name", nargs="?", choices=tuple(FORMATS), metavar="NAME", help="say how to export this one")
    parser.add_argument("--format", choices=("table", "json", "markdown"), default="table", help="form of the output")
    parser.set_defaults(run=_formats)


def markdown_table() -> str:
    """The formats as the README shows them."""
    lines = [_COLUMNS, ("---",) * len(_COLUMNS), *((f"`{name}`", *rest) for name, *rest in _rows())]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _formats(options: argparse.Namespace) -> int:
    if options.name is not None:
        print("\n".join(guide_of(FORMATS[options.name])))
    elif options.format == "json":
        keys = ("name", "description", "accepts", "keeps", "limit")
        print(json.dumps([{key: getattr(reader, key) for key in keys} for reader in FORMATS.values()], indent=2))
    elif options.format == "markdown":
        print(markdown_table())
    else:
        _print_table()
    return 0


def _rows() -> list[tuple[str, ...]]:
    """Cells of the table, a format a row."""
    return [
        (reader.name, reader.description, ", ".join(reader.accepts), ", ".join(reader.keeps), reader.limit)
        for reader in FORMATS.values()
    ]


def _print_table() -> None:
    indent = max(map(len, FORMATS)) + 2
    width = max(40, shutil.get_terminal_size().columns)
    for name, description, accepts, keeps, limit in _rows():
        lines = [description, f"given as: {accepts}", f"keeps: {keeps}", *([f"limits: {limit}"] if limit else [])]
        text = "\n".join(textwrap.fill(line, width - indent, break_on_hyphens=False) for line in lines)
        print(textwrap.indent(text, " " * indent).replace(" " * indent, name.ljust(indent), 1))
