"""Files of review records: a log of JSON lines, one record, or a JSON list. A bad record never hides the others."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.export import Export

if sys.platform != "win32":
    import fcntl

_SUFFIXES = (".json", ".jsonl")
_NOT_JSON = "is not valid JSON, or contains a field twice"


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """What a file contains at one place.

    Attributes:
        path: the file.
        place: line, or position in a list; empty where the file is a single record.
        record: what was read; nothing has been checked yet.
        problem: why nothing could be read; None when something was.
    """

    path: Path
    place: str
    record: Any
    problem: str | None = None

    @property
    def where(self) -> str:
        """File name and place."""
        return f"{self.path.name} {self.place}".rstrip()

    def text(self, field: str) -> str | None:
        """Return a string field, or None where it is missing, is not a string, or the record is not an object."""
        value = self.record.get(field) if isinstance(self.record, dict) else None
        return value if isinstance(value, str) else None


def record_files(path: Path) -> list[Path]:
    """Return the files that may contain records.

    Args:
        path: a file, or a folder of files.

    Returns:
        The file itself, or the JSON files of the folder, sorted by name.

    Raises:
        UnsupportedFormatError: a folder has no JSON file, or cannot be opened.
    """
    if not path.is_dir():
        return [path]
    try:
        inside = sorted(file for file in path.iterdir() if file.suffix in _SUFFIXES)
    except OSError as error:
        raise UnsupportedFormatError(f"{path.name} cannot be opened ({error.strerror}); check the path") from None
    if not inside:
        raise UnsupportedFormatError(f"{path.name} contains no file that ends in {' or '.join(_SUFFIXES)}")
    return inside


def read_records(path: Path) -> list[StoredRecord]:
    """Read everything in a file, without checking it.

    Args:
        path: the file.

    Returns:
        Records and unreadable places, in order.

    Raises:
        InputTooLargeError: the file is over 50 MB.
        UnsupportedFormatError: the file cannot be opened or is not text.
    """
    text = Export(path).text()
    # A single line is a log of one record, unless it is a list.
    if "\n" in text.strip() or text.lstrip().startswith("["):
        try:
            whole = _loads(text)
        except ValueError:
            pass  # it is read as lines
        else:
            if isinstance(whole, list):
                return [StoredRecord(path, f"record {n}", record) for n, record in enumerate(whole, start=1)]
            return [StoredRecord(path, "", whole)]
    return _lines(path, text)


def _lines(path: Path, text: str) -> list[StoredRecord]:
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            found.append(StoredRecord(path, f"line {number}", _loads(line)))
        except ValueError:
            found.append(StoredRecord(path, f"line {number}", None, _NOT_JSON))
    if found and not any(isinstance(item.record, dict) for item in found):
        return [StoredRecord(path, "", None, "contains no JSON objects")]  # once, not for each line
    return found


def _loads(text: str) -> Any:
    """Parse strictly: JSON that contains a field twice could be read in two ways.

    Args:
        text: the JSON.

    Returns:
        The parsed value.

    Raises:
        ValueError: the text is not such JSON.
    """
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError):
        pass
    # Raised outside the handler: Python would tie the decoder's error to this one, and that holds the whole document.
    raise ValueError(_NOT_JSON)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError
    return fields


def _refuse(name: str) -> Any:
    raise ValueError


@contextmanager
def open_log(path: Path) -> Iterator[IO[str]]:
    """Open a log for appending, locked against other writers except on Windows; a new log is its owner's only.

    Args:
        path: file of the log.

    Yields:
        The open file.

    Raises:
        UnsupportedFormatError: the file cannot be written.
    """
    try:
        number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError as error:
        raise UnsupportedFormatError(f"{path.name} cannot be written ({error.strerror}); check the path") from None
    with os.fdopen(number, "a", encoding="utf-8", newline="\n") as stream:
        if sys.platform != "win32":
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield stream


def append_record(path: Path, stream: IO[str], record: Mapping[str, Any]) -> None:
    """Append a record to the open log on a line of its own, and wait until it is on the disk."""
    start = "" if Export(path).read()[-1:] in (b"", b"\n") else "\n"
    stream.write(start + json.dumps(record, allow_nan=False) + "\n")
    stream.flush()
    os.fsync(stream.fileno())
