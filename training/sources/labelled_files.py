"""Rows of labelled conversations, from each kind of file; what cannot be read is named by its place, never quoted."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from training.errors import TrainingError

Row = tuple[str, Mapping[str, Any] | None]  # place of a row, and its content; None where it cannot be read
_HUB_ID = re.compile(r"[\w.-]{1,96}/[\w.-]{1,96}")
_SAVED = ("dataset_dict.json", "dataset_info.json")  # files of a folder that `datasets` saved
_CSV_NEEDED = ("conversation", "label", "speaker", "text")
_CSV_ONCE = ("focus", "tier", "family", "lang")  # the same in every row of a conversation
_CSV_MESSAGE = ("speaker", "text", "sent_at")


def labelled_rows(place: Path | str) -> Iterator[Row]:
    """Yield the rows of a file, of a folder, or of a data set in the Hub's cache.

    Args:
        place: Path, or identifier of a data set of the Hub, which is never downloaded.

    Yields:
        Place and content of each row.

    Raises:
        TrainingError: There is nothing of these at the place.
    """
    path = Path(place)
    if not path.exists():
        path = _cached(str(place))
    if path.is_file():
        yield from _file_rows(path)
    elif any((path / name).exists() for name in _SAVED):
        yield from _saved_rows(path)
    else:
        files = sorted(file for file in path.rglob("*") if file.is_file() and file.suffix.lower() in _READERS)
        if not files:
            raise TrainingError(f"{place} has no {', '.join(_READERS)} file and is not a saved data set")
        for file in files:
            yield from _file_rows(file)


def _file_rows(path: Path) -> Iterator[Row]:
    if (reader := _READERS.get(path.suffix.lower())) is None:
        raise TrainingError(f"{path.name}: labelled conversations must be {', '.join(_READERS)}, or a saved data set")
    return reader(path)


def _json_rows(path: Path) -> Iterator[Row]:
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            if line.strip():
                yield f"{path.name} line {number}", _parsed(line)


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        row = json.loads(line.removeprefix(b"\xef\xbb\xbf"))
    except ValueError:
        return None
    return row if isinstance(row, dict) else None


def _csv_rows(path: Path) -> Iterator[Row]:
    """Yield conversations of a CSV file with a row for each message, in the order of their first rows."""
    conversations: dict[str, tuple[int, dict[str, Any] | None]] = {}
    for number, row in _csv_messages(path):
        if row is None:
            yield f"{path.name} line {number}", None
            continue
        first, whole = conversations.setdefault(row["conversation"], (number, _begun(row)))
        if whole is None or any(str(whole[name]) != row.get(name, "") for name in ("label", *_CSV_ONCE)):
            yield f"{path.name} line {number}", None
            continue
        whole["messages"].append({name: row[name] for name in _CSV_MESSAGE if row.get(name)})
        if row.get("person"):
            whole["participants"] = [*(whole["participants"] or ()), row["person"]]
    for first, whole in conversations.values():
        yield f"{path.name}, the conversation that begins in line {first},", whole


def _begun(row: Mapping[str, str]) -> dict[str, Any] | None:
    if row["label"] not in ("0", "1"):
        return None
    return {
        "label": int(row["label"]),
        "messages": [],
        "participants": None,
        **{name: row.get(name, "") for name in _CSV_ONCE},
    }


def _csv_messages(path: Path) -> Iterator[tuple[int, dict[str, str] | None]]:
    """Yield the line and the cells of each row; None for what `csv` cannot read, which ends the file."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        reader = csv.DictReader(stream, restval="", strict=True)
        missing = set(_CSV_NEEDED) - set(reader.fieldnames or ())
        if missing:
            raise TrainingError(f"{path.name} must have the columns {', '.join(sorted(missing))} in its first line")
        while True:
            try:
                row = next(reader, None)
            except csv.Error:
                row = {}
            if row is None:
                return
            yield reader.line_num, row if row and None not in row else None
            if not row:
                return


def _parquet_rows(path: Path) -> Iterator[Row]:
    import pyarrow.parquet  # comes with datasets, whose own reader would copy the texts into its cache

    number = 0
    with pyarrow.parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=256):
            for row in batch.to_pylist():
                number += 1
                yield f"{path.name} row {number}", row


def _saved_rows(folder: Path) -> Iterator[Row]:
    """Yield the rows of all parts of a data set that `datasets` saved; its files are read where they are."""
    from datasets import DatasetDict, load_from_disk

    found = load_from_disk(str(folder))
    parts = found if isinstance(found, DatasetDict) else {"": found}
    for name, part in parts.items():
        for number, row in enumerate(part, start=1):
            yield f"{folder.name} {name} row {number}".replace("  ", " "), row


def _cached(identifier: str) -> Path:
    """Return the folder of a data set in the Hub's cache on this machine."""
    if _HUB_ID.fullmatch(identifier):
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import LocalEntryNotFoundError

        try:
            return Path(snapshot_download(identifier, repo_type="dataset", local_files_only=True))
        except LocalEntryNotFoundError:
            pass
        raise TrainingError(
            f"{identifier} is neither a file or folder nor a data set in the Hub's cache; give the path of a file, or "
            f"download it once with `hf download --repo-type dataset {identifier}`"
        )
    raise TrainingError(f"{identifier} does not exist; give the path of a file or folder of labelled conversations")


_READERS = {".jsonl": _json_rows, ".csv": _csv_rows, ".parquet": _parquet_rows}
