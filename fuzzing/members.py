"""One input as an export: a file, or several members in a folder or a zip, in a form that mutations leave readable.

`0x1E name LF content` is a member. An input that begins with one is a folder, with `0x1F` before it a zip; any other
is a file. Names of members stand in errors, for people need them; so the canary is taken out of names.
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
_MOST = 40  # a folder of thousands of files would be the file system's speed


def packed(members: Iterable[tuple[str, bytes]], zipped: bool) -> bytes:
    """Members as one input."""
    return ZIP * zipped + b"".join(MEMBER + name.encode() + b"\n" + content for name, content in members)


def unpacked(data: bytes) -> tuple[Members, bool] | None:
    """The members and whether they are in a zip; None when the input is a file."""
    zipped = data.startswith(ZIP)
    body = data[zipped:]
    if not body.startswith(MEMBER):
        return None
    parts = (part.partition(b"\n") for part in body[1:].split(MEMBER)[:_MOST])
    return [(_name(name), content) for name, _, content in parts], zipped


def _name(name: bytes) -> str:
    """Names are no text, and may be shown; a file system takes no NUL, and what stands around one would join."""
    return name.decode("utf-8", "replace").replace("\0", "").replace(CANARY, "name")


@contextmanager
def exported(data: bytes) -> Iterator[Path]:
    """The input as an export in a temporary folder, in memory where the system has such a place."""
    folder = Path(tempfile.mkdtemp(prefix="fuzzing-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    try:
        yield write(data, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write(data: bytes, folder: Path) -> Path:
    """The input as an export below a folder."""
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
    """A zip whose members may have any name, twice too."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name or "x")
            archive.writestr(info, content, compression)
    return stream.getvalue()


def read_back(path: Path, zipped: bool = False) -> bytes:
    """A file, a zip or a folder as one input.

    Args:
        path: of it.
        zipped: a folder as a zip.
    """
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file())
        return packed(((file.relative_to(path).as_posix(), file.read_bytes()) for file in files), zipped)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return packed(((name, archive.read(name)) for name in archive.namelist() if name[-1:] != "/"), True)
    return path.read_bytes()


def _write_below(folder: Path, name: str, content: bytes) -> None:
    """Write a member where a file system takes its name; one that leads out of the folder is none of a folder's."""
    parts = [part for part in PurePosixPath(name).parts if part not in ("/", "..", ".")]
    if not parts:
        return
    try:
        path = folder.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except (OSError, ValueError):  # too long, below a file, a name that stands already
        return


def fits(path: Path, most: int) -> bool:
    """Whether a file or a folder has at most so many bytes."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file()) <= most
