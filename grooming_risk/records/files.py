"""Files of review records: JSON lines (a log), one record, or a JSON list of them. A bad one never hides the others."""

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
_NOT_JSON = "is not valid JSON, or names a field twice"


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """What stands at one place of a file.

    Attributes:
        path: the file.
        place: line, or position in a list; empty where the file is one record.
        record: what was read; nothing is checked yet.
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


def record_files(path: Path) -> list[Path]:
    """The file itself, or those of a folder that may hold records, by name.

    Raises:
        UnsupportedFormatError: a folder has no such file, or cannot be opened.
    """
    if not path.is_dir():
        return [path]
    try:
        inside = sorted(file for file in path.iterdir() if file.suffix in _SUFFIXES)
    except OSError as error:
        raise UnsupportedFormatError(f"{path.name} cannot be opened ({error.strerror}); check the path") from None
    if not inside:
        raise UnsupportedFormatError(f"{path.name} has no file that ends in {' or '.join(_SUFFIXES)}")
    return inside


def read_records(path: Path) -> list[StoredRecord]:
    """Everything that stands in a file, in order.

    Raises:
        InputTooLargeError: it is over 50 MB.
        UnsupportedFormatError: it cannot be opened or is no text.
    """
    text = Export(path).text()
    # What stands on one line is a log of one record, unless it is a list.
    if "\n" in text.strip() or text.lstrip().startswith("["):
        try:
            whole = _loads(text)
        except ValueError:
            pass  # lines
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
        return [StoredRecord(path, "", None, "holds no JSON objects")]  # a file of another form: said once
    return found


def _loads(text: str) -> Any:
    """Parse strictly; a field that stands twice could be read in two ways.

    Raises:
        ValueError: it is no such JSON.
    """
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError):
        pass
    # Not raised in the handler: Python would tie the decoder's error to this one, and that holds the whole document.
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
    """A log to append to, locked against another writer where the system can; made for its owner only where new.

    Raises:
        UnsupportedFormatError: it cannot be written.
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
    """Write one line to the open log, after the end of the line before it, and wait until it is on the disk."""
    start = "" if Export(path).read()[-1:] in (b"", b"\n") else "\n"
    stream.write(start + json.dumps(record, allow_nan=False) + "\n")
    stream.flush()
    os.fsync(stream.fileno())
