"""Folders and zips: an upload with folders becomes a zip, and a zip of several exports is split into its parts.

Names of members stay inside zips; the file system sees only names that the desk made.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import IO

from grooming_risk.desk.intake.upload import ReceivedFile
from grooming_risk.desk.storage.imports import BroughtFile, NewFile
from grooming_risk.errors import InputTooLargeError, UnsupportedFormatError
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.work import ExportLimits

DEEPEST = 12  # folders in folders, and zips in zips
_CHUNK = 1 << 18
_EPOCH = (1980, 1, 1, 0, 0, 0)


def as_exports(files: Iterable[ReceivedFile], folder: Path) -> list[NewFile]:
    """Move what arrived into the folder of exports: files alone, and each uploaded folder as a zip.

    Args:
        files: what arrived.
        folder: of exports.

    Returns:
        The exports to register. A run that is killed before they are registered leaves files that the next start
        removes.
    """
    folders: dict[str, list[ReceivedFile]] = defaultdict(list)
    found = []
    for file in files:
        top, _, inner = file.name.partition("/")
        if inner:
            folders[top].append(file)
        else:
            path = folder / file.path.name
            file.path.rename(path)
            found.append(NewFile(path.name, file.name, file.size, file.sha256))
    for top, inside in folders.items():
        path = folder / f"{secrets.token_hex(16)}.zip"
        with _new_zip(path) as archive:
            for file in inside:
                with file.path.open("rb") as stream:
                    _add(archive, file.name.partition("/")[2], stream)
                file.path.unlink()
        found.append(_measured(path, top, 0))
    return found


def split(file: BroughtFile, folder: Path, limits: ExportLimits) -> list[NewFile]:
    """Take a zip of several exports apart, one level of folders deep.

    Args:
        file: the zip.
        folder: of exports.
        limits: on the bytes that are unpacked.

    Returns:
        Its files, and each of its folders as a zip.

    Raises:
        InputTooLargeError: it unpacks to more than the limits allow, or is nested too deeply.
        UnsupportedFormatError: it is damaged.
    """
    if file.depth >= DEEPEST:
        raise InputTooLargeError(f"folders or zips are nested more than {DEEPEST} deep; bring in the inner ones")
    export = Export(folder / str(file.stored), limits)
    root = export.root()
    groups: dict[str, list[str]] = defaultdict(list)
    for name in export.names:
        groups[PurePosixPath(name).relative_to(root).parts[0]].append(name)
    made: list[NewFile] = []
    try:
        for top, names in sorted(groups.items()):
            alone = len(names) == 1 and PurePosixPath(names[0]).relative_to(root).name == top
            path = folder / f"{secrets.token_hex(16)}{_ending(top) if alone else '.zip'}"
            made.append(NewFile(path.name, f"{file.name}/{top}", 0, ""))
            if alone:
                _copy(export, names[0], path)
            else:
                _pack(export, root / top, names, path)
            made[-1] = _measured(path, f"{file.name}/{top}", file.depth + 1)
    except BaseException:
        for new in made:
            (folder / new.stored).unlink(missing_ok=True)
        raise
    return made


def can_be_split(path: Path, limits: ExportLimits) -> bool:
    """Return whether an export that no reader takes as a whole is a zip of several things."""
    with suppress(UnsupportedFormatError, InputTooLargeError):
        export = Export(path, limits)
        return export.shape == "zip" and len(export.names) > 1
    return False


def holds_zips(path: Path, limits: ExportLimits) -> bool:
    """Return whether an export is a zip of several things, of which one is a zip."""
    if not can_be_split(path, limits):
        return False
    return any(name.lower().endswith(".zip") for name in Export(path, limits).names)


def _ending(name: str) -> str:
    ending = PurePosixPath(name).suffix.lower()
    return ending if ending.isascii() and ending[1:].isalnum() and len(ending) <= 11 else ""


def _copy(export: Export, name: str, path: Path) -> None:
    with open(path, "xb", opener=_owner_only) as stream:
        for chunk in export.chunks(name):
            stream.write(chunk)
        stream.flush()
        os.fsync(stream.fileno())


def _pack(export: Export, root: PurePosixPath, names: Iterable[str], path: Path) -> None:
    with _new_zip(path) as archive:
        for name in names:
            inner = zipfile.ZipInfo(str(PurePosixPath(name).relative_to(root)), _EPOCH)
            inner.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(inner, "w", force_zip64=True) as stream:
                for chunk in export.chunks(name):
                    stream.write(chunk)


def _new_zip(path: Path) -> zipfile.ZipFile:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1)


def _add(archive: zipfile.ZipFile, name: str, stream: IO[bytes]) -> None:
    inner = zipfile.ZipInfo(name, _EPOCH)
    inner.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(inner, "w", force_zip64=True) as target:
        shutil.copyfileobj(stream, target, _CHUNK)


def _measured(path: Path, name: str, depth: int) -> NewFile:
    """Return a file with its size and digest, once it is safe on the disk."""
    sha256, size = hashlib.sha256(), 0
    with path.open("rb+") as stream:
        for chunk in _chunks(stream):
            sha256.update(chunk)
            size += len(chunk)
        os.fsync(stream.fileno())
    return NewFile(path.name, name, size, sha256.hexdigest(), depth)


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK):
        yield chunk


def _owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
