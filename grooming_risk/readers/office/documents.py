"""Reader of chats in documents: Word (.docx), OpenDocument text (.odt) and PDF (extra `office`, through pypdf).

The text of a document is read in the shapes of plain text. A document rarely keeps the form of a chat: pages of a PDF
have headers and line breaks of their own, and what is in pictures is lost, so every conversation gets a warning. DOCX:
ECMA-376 WordprocessingML (`w:p`, `w:t`, `w:tab`, `w:br`); text that was deleted with changes tracked (`w:delText`) is
not read.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from typing import Any

from grooming_risk.conversation import Attribution
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.office.package import elements_of, is_package
from grooming_risk.readers.plain.messages import read_messages

_WORD, _OPEN = "word/document.xml", "content.xml"
_PIECES = {"tab": "\t", "br": "\n", "cr": "\n", "line-break": "\n", "s": " "}
_WARNING = "read from a document: pictures are lost, and line breaks or page headers may be misread; check the messages"
_NEEDS = "reading PDF needs pypdf: pip install 'grooming-risk[office]', or copy the text into a text file"
_MOST_PAGES, _MOST_CHARACTERS = 5_000, 50_000_000


def _recognizes(export: Export) -> bool:
    if export.shape == "file":
        return export.first_bytes(export.names[0]).startswith(b"%PDF-")
    return is_package(export, _WORD) or _is_open(export)


def _is_open(export: Export) -> bool:
    return is_package(export, "mimetype", _OPEN) and "opendocument.text" in export.head("mimetype")


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    if not _recognizes(export):
        raise UnsupportedFormatError(f"{export.name} is not a document; choose a format with --from")
    if export.shape == "file":
        text = _pdf(export)
        lines = partial(iter, text)
    else:
        member = _WORD if is_package(export, _WORD) else _OPEN
        lines = partial(_paragraphs, export, member)
    yield from read_messages(lines, export.name, options, [_WARNING])


def _paragraphs(export: Export, member: str) -> Iterator[str]:
    parts: list[str] = []
    for item in elements_of(export, member):
        if item.text is None:
            continue
        if item.name in ("p", "h"):
            yield from ("".join(parts) + (item.text if member == _OPEN else "")).split("\n")
            parts = []
        elif item.name in _PIECES:
            parts.append(_PIECES[item.name])
        elif item.name == "t" or (member == _OPEN and item.name in ("span", "a")):
            parts.append(item.text)


def _pdf(export: Export) -> list[str]:
    try:
        import pypdf  # an extra
    except ImportError:
        pypdf = None  # type: ignore[assignment]
    if pypdf is None:
        raise UnsupportedFormatError(_NEEDS)
    lines: list[str] | None
    try:
        lines = _lines_of(pypdf.PdfReader(io.BytesIO(export.whole())))
    except (UnsupportedFormatError, MemoryError):
        raise
    except Exception:  # pypdf raises many kinds for damaged files
        lines = None
    if lines is None:
        raise UnsupportedFormatError(f"{export.name} is a damaged or locked PDF; copy its text into a text file")
    if not any(line.strip() for line in lines):
        raise UnsupportedFormatError(f"{export.name} contains no text, only pictures; export the chat as text instead")
    return lines


def _lines_of(reader: Any) -> list[str]:
    lines: list[str] = []
    total = 0
    for number, page in enumerate(reader.pages):
        if number >= _MOST_PAGES or total > _MOST_CHARACTERS:
            break
        text = page.extract_text()
        total += len(text)
        lines += text.split("\n")
    return lines


READER = Reader(
    name="document",
    attribution=Attribution.NAME,
    description="document with a chat as text: .docx, .odt or .pdf",
    accepts=("file", "zip"),
    keeps=("times",),
    limit="a document rarely keeps the form of a chat; PDF needs the extra office; pictures are not read",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Prefer the app's own export, or copy the chat into a text file.",
            "Begin each message with a name, as in Name: text or [date time] Name: text.",
            "For PDF, install grooming-risk[office].",
        ),
        kept=("text", "names", "times, where they are written"),
        lost=("pictures and scans", "ids, edits and deletions"),
        source="ECMA-376, OASIS OpenDocument 1.3, and pypdf",
        seen="files made for the tests",
    ),
)
