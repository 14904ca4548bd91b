"""One input as an export: a file, or several members of a folder or a zip, in a form that survives mutation.

A member is `0x1E name LF content`. An input that begins with a member is a folder, or a zip when `0x1F` precedes it;
any other input is a file. Errors show the names of members, because people need them, so the canary is removed from
names.
"""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from fuzzing.oracle import CANARY

MEMBER, ZIP = b"\x1e", b"\x1f"
Members = list[tuple[str, bytes]]
_MOST = 40  # with thousands of files, the speed of the file system would dominate


def packed(members: Iterable[tuple[str, bytes]], zipped: bool) -> bytes:
    """Join members into one input."""
    return ZIP * zipped + b"".join(MEMBER + name.encode() + b"\n" + content for name, content in members)


def unpacked(data: bytes) -> tuple[Members, bool] | None:
    """Return the members and whether they are in a zip; None when the input is a file."""
    zipped = data.startswith(ZIP)
    body = data[zipped:]
    if not body.startswith(MEMBER):
        return None
    parts = (part.partition(b"\n") for part in body[1:].split(MEMBER)[:_MOST])
    return [(_name(name), content) for name, _, content in parts], zipped


def _name(name: bytes) -> str:
    """Return a name without NUL, which file systems refuse, and without the canary, since errors may show names."""
    return name.decode("utf-8", "replace").replace("\0", "").replace(CANARY, "name")


@contextmanager
def exported(data: bytes) -> Iterator[Path]:
    """Write the input as an export into a temporary folder, in memory where the system has such a folder."""
    folder = Path(tempfile.mkdtemp(prefix="fuzzing-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    try:
        yield write(data, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write(data: bytes, folder: Path) -> Path:
    """Write the input as an export into a folder, and return its path."""
    several = unpacked(data)
    if several is None:
        path = folder / "export.json"
        path.write_bytes(data)
        return path
    members, zipped = several
    path = folder / ("export.zip" if zipped else "export")
    if zipped:
        path.write_bytes(as_zip(members))
        return path
    path.mkdir()
    for name, content in members:
        _write_below(path, name, content)
    return path


def as_zip(members: Members, compression: int = zipfile.ZIP_STORED) -> bytes:
    """Return a zip whose members may have any name, and the same name twice."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name or "x")
            archive.writestr(info, content, compression)
    return stream.getvalue()


def read_back(path: Path, zipped: bool = False) -> bytes:
    """Return a file, a zip or a folder as one input.

    Args:
        path: The file, zip or folder.
        zipped: Whether a folder becomes a zip.

    Returns:
        The input.
    """
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file())
        return packed(((file.relative_to(path).as_posix(), file.read_bytes()) for file in files), zipped)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return packed(((name, archive.read(name)) for name in archive.namelist() if name[-1:] != "/"), True)
    return path.read_bytes()


def _write_below(folder: Path, name: str, content: bytes) -> None:
    """Write a member if the file system accepts its name; never outside of the folder."""
    parts = [part for part in PurePosixPath(name).parts if part not in ("/", "..", ".")]
    if not parts:
        return
    try:
        path = folder.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except (OSError, ValueError):  # too long, below a file, or taken already
        return


def fits(path: Path, most: int) -> bool:
    """Check whether a file or a folder has at most `most` bytes."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file()) <= most
