"""First inputs: the synthetic exports of the tests, what the tests' writers write, and values of the library's types.

All files of `tests/exports/` and all writers of `tests/support/writers/` are used, so that a new format needs no change
here.
"""

from __future__ import annotations

import importlib
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from fuzzing.members import as_zip, exported, fits, read_back, unpacked
from fuzzing.oracle import CANARY
from grooming_risk.conversation import Conversation, Message, MessageKind
from grooming_risk.errors import GroomingRiskError
from grooming_risk.readers import Reader
from grooming_risk.readers.base.export import Export

TESTS = Path(__file__).parents[1] / "tests"
SAMPLES = Path(__file__).parents[1] / "grooming_risk" / "samples"
LARGEST = 30_000  # bytes; mutations of larger inputs are slow and find no more
_START = datetime(2026, 3, 1, 19, 2, tzinfo=UTC)
_TEXTS = (f"hi {CANARY}", "see you at *practice*\nor not? 😀", "سلام، كيف الحال", "", "", '"quoted"; a,b\t[12:00] x: y')
_KINDS = (*[MessageKind.TEXT] * 3, MessageKind.MEDIA, MessageKind.SYSTEM, MessageKind.EDITED)


def exports(reader: Reader | None = None) -> Iterator[bytes]:
    """Yield the exports that a reader recognises or that are kept under its name; all exports when it is None."""
    for origin, data in _pool():
        if reader is None or origin == reader.name or _recognizes(reader, data):
            yield data


def zips() -> Iterator[bytes]:
    """Yield zips as bytes, compressed and uncompressed."""
    for _, data in _pool()[:6]:
        members, _ = unpacked(data) or ([("chat.json", data[:2_000])], True)
        for compression in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            yield as_zip(members, compression)
    nested = io.BytesIO(as_zip([("../up.json", b"[]"), ("/root.json", b"[]")]))
    yield as_zip([("inner.zip", nested.getvalue())])


def chat() -> Conversation:
    """Return a short conversation with every kind of message that a writer may have to write."""
    rows = zip("abacab", _TEXTS, _KINDS, strict=True)
    return Conversation(
        tuple(
            Message(speaker, text, _START + timedelta(minutes=7 * minute), kind)
            for minute, (speaker, text, kind) in enumerate(rows)
        )
    )


@cache
def _pool() -> list[tuple[str, bytes]]:
    """Return (format that the export is kept under, export), without duplicates."""
    found = [*_samples(), *_kept(), *_written()]
    return list({data: (origin, data) for origin, data in found if len(data) <= LARGEST}.values())


def _samples() -> Iterator[tuple[str, bytes]]:
    for path in sorted(SAMPLES.glob("*.json"))[:3]:
        rows = json.loads(path.read_text(encoding="utf-8"))
        yield "jsonl", json.dumps(rows[:6]).encode()
        yield "jsonl", "\n".join(json.dumps({**row, "conversation": path.stem}) for row in rows[:6]).encode()
        yield "jsonl", json.dumps({"id": path.stem, "messages": rows[:4]}).encode()


def _kept() -> Iterator[tuple[str, bytes]]:
    for folder in sorted(path for path in (TESTS / "exports").glob("*") if path.is_dir()):
        for path in sorted(folder.rglob("*")):
            if fits(path, LARGEST):
                yield folder.name, read_back(path)
                if path.is_dir():
                    yield folder.name, read_back(path, zipped=True)


def _written() -> Iterator[tuple[str, bytes]]:
    try:
        writers = importlib.import_module("tests.support.writers")
    except ModuleNotFoundError:
        return
    names = {"a": "Ann", "b": "Ben 🙂", "c": "+1 555 0100"}
    for name, module in writers.modules():
        folder = Path(tempfile.mkdtemp(prefix="fuzzing-"))
        try:
            path = folder / "export"
            importlib.import_module(module).write(chat(), path, names, "7")
            yield name, read_back(path)
        finally:
            shutil.rmtree(folder)


def _recognizes(reader: Reader, data: bytes) -> bool:
    with exported(data) as path:
        try:
            return reader.recognizes(Export(path))
        except GroomingRiskError:
            return False
