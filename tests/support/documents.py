"""The documents of the repository: their links, and the examples in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
# A document is read on the code host, on the site and (the README) on a package index.
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "model_cards").glob("*.md")])
NOT_RUN = re.compile(r"<!-- not run: [^>]+ -->\n\Z")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)#\s]*)(?:#[^)\s]*)?\)")


@dataclass(frozen=True, slots=True)
class Example:
    """A block of code in a document.

    Attributes:
        language: what stands behind its opening fence.
        code: its content.
        run: whether the tests run it. A comment before the block says why not; what begins with `pip install` is run
            by .ci/run.
        output: what the document shows as its output, or None.
    """

    language: str
    code: str
    run: bool
    output: str | None


def name_of(path: Path) -> str:
    """Return the path of a document inside the repository."""
    return path.relative_to(ROOT).as_posix()


def examples(path: Path) -> list[Example]:
    """Return the blocks of code of a document, in order; a block of text directly behind one is its output."""
    text = path.read_text(encoding="utf-8")
    blocks = list(_BLOCK.finditer(text))
    found = []
    for number, block in enumerate(blocks):
        after = blocks[number + 1] if number + 1 < len(blocks) else None
        follows = after is not None and after[1] == "text" and not text[block.end() : after.start()].strip()
        output = after[2] if after is not None and follows else None
        run = not NOT_RUN.search(text[: block.start()]) and not block[2].startswith("pip install")
        found.append(Example(block[1], block[2], run, output))
    return found


def links(path: Path) -> Iterator[str]:
    """Yield the targets of a document's links, without anchors; those inside the document are left out."""
    text = _BLOCK.sub("", path.read_text(encoding="utf-8"))
    yield from filter(None, (match[1] for match in _LINK.finditer(text)))
