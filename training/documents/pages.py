"""Rendered blocks of hand-written documents: README.md, RESPONSIBLE_USE.md and the pages below `docs/`.

A block is what lies between `<!-- NAME:begin -->` and `<!-- NAME:end -->`. NAME is `results` (the README's block),
`formats` and `guides` (tables of readers), `amid_talk` (an item of a list) or any part of the model card.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

from grooming_risk.commands.formats import markdown_table
from grooming_risk.readers.guides import guides_table
from training.documents.card_limits import amid_talk
from training.documents.card_parts import card_parts, readme_block
from training.evaluation.results import Ablations, Results

LINE = 116  # characters of a line of a document at most
_BEGIN = re.compile(r"<!-- (\w+):begin -->\n")


def render_pages(root: Path, results: Results, ablations: Ablations | None, card: str) -> dict[Path, str]:
    """Render every document that holds a block.

    Args:
        root: Folder of the repository.
        results: As `python -m training evaluate` writes them.
        ablations: Content of ablations.json, or None where none were run.
        card: File name of the model card, to which the README's block links.

    Returns:
        Path of each such document, and what it should contain.

    Raises:
        ValueError: A document asks for a block that is not rendered.
    """
    blocks = {
        **card_parts(results, ablations),
        "amid_talk": _item(amid_talk(results)),
        "formats": markdown_table(),
        "guides": guides_table(),
        "results": readme_block(results, card),
    }
    return {path: _filled(path, blocks) for path in _documents(root)}


def _documents(root: Path) -> Iterator[Path]:
    for path in (root / "README.md", root / "RESPONSIBLE_USE.md", *sorted((root / "docs").rglob("*.md"))):
        if _BEGIN.search(path.read_text(encoding="utf-8")):
            yield path


def _item(text: str) -> str:
    return textwrap.fill(text, LINE, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False)


def _filled(path: Path, blocks: Mapping[str, str]) -> str:
    text, done, parts = path.read_text(encoding="utf-8"), 0, []
    for begin in _BEGIN.finditer(text):
        name, end = begin[1], text.find(f"<!-- {begin[1]}:end -->", begin.end())
        if name not in blocks:
            raise ValueError(f"{path.name} asks for the block {name!r}; use one of {', '.join(blocks)}")
        if end < 0:
            raise ValueError(f"{path.name} begins the block {name!r} and does not end it")
        parts += [text[done : begin.end()], blocks[name], "\n"]
        done = end
    return "".join([*parts, text[done:]])
