"""Check the members of an Excel workbook before openpyxl opens it, which holds more in memory than the file has bytes.

openpyxl finds its members through the workbook's own lists, whatever they are called, so all are checked. It streams
sheets row by row and parses everything else as a whole, shared strings for example.
"""

from __future__ import annotations

import re

from grooming_risk.errors import InputTooLargeError, UnsupportedFormatError
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.office.package import MOST_ROWS

_DECLARED = re.compile(rb"\A\s{0,16}<\?xml[^>]{0,200}\bencoding\s{0,9}=\s{0,9}[\"']([A-Za-z0-9._-]{1,40})")
_ENCODINGS = (b"utf-8", b"us-ascii")
_TYPES = (b"<!DOCTYPE", b"<!ENTITY")
_KEPT = 16  # bytes of a part that are searched again with the next one
_LARGEST_WHOLE, _LARGEST_SHEET, _LARGEST_ROW = 50_000_000, 200_000_000, 4_000_000
_SMALLER = "save the sheet as CSV UTF-8, which may be larger"


def check_workbook(export: Export) -> None:
    """Check every member of a workbook.

    Args:
        export: The workbook.

    Raises:
        UnsupportedFormatError: If a member has a document type or is not UTF-8.
        InputTooLargeError: If a member exceeds the limits, or a sheet has too many rows or a row that is too long.
    """
    for name in export.names:
        first = export.first_bytes(name).lstrip(b"\xef\xbb\xbf \t\r\n")
        if first.startswith(b"<") or b"\0" in first[:4]:  # pictures are not XML
            _check(export, name, first)


def _check(export: Export, name: str, first: bytes) -> None:
    where, size, rows, row, before = export.where(name), 0, 0, 0, b""
    declared = _DECLARED.match(first)
    if declared is not None and declared[1].lower() not in _ENCODINGS:
        raise UnsupportedFormatError(f"{where} is not UTF-8; save the workbook again")
    sheet = b"<worksheet" in first
    for part in export.chunks(name):
        text = before + part
        if b"\0" in part:
            raise UnsupportedFormatError(f"{where} is not UTF-8; save the workbook again")
        if any(mark in text for mark in _TYPES):
            raise UnsupportedFormatError(f"{where} has a document type; save the workbook again")
        size, rows = size + len(part), rows + part.count(b"<row")
        end = max(part.rfind(b"<row"), part.rfind(b"</row"))
        row = len(part) - end if end >= 0 else row + len(part)
        most = _LARGEST_SHEET if sheet and b"<si>" not in text else _LARGEST_WHOLE
        if size > most or rows > MOST_ROWS:
            raise InputTooLargeError(f"{where} is too large; {_SMALLER}")
        if sheet and row > _LARGEST_ROW:
            raise InputTooLargeError(f"{where} has a row that is too long; {_SMALLER}")
        before = part[-_KEPT:]
