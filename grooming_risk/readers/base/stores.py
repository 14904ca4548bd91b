"""Storage of an export's members: a file, a folder or a zip. Nothing is extracted, and no link is followed."""

from __future__ import annotations

import errno
import io
import os
import stat
import struct
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path
from typing import IO, Protocol

from grooming_risk.errors import InputTooLargeError, UnsupportedFormatError

# Raised while a damaged or locked file or zip is opened and read; zipfile documents BadZipFile only.
DAMAGE = (
    *(OSError, EOFError, ValueError, OverflowError, KeyError, RuntimeError),  # NotImplementedError is a RuntimeError
    *(zipfile.BadZipFile, zlib.error, struct.error),
)
# The methods that chat apps use. zipfile unpacks others without a bound on memory: 4 KB of LZMA may become 28 MB.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# Signature of an entry in the central directory of a zip; an entry takes 46 bytes and a name, rarely more than this.
_ENTRY, _ENTRY_BYTES = b"PK\x01\x02", 512


# Folders in folders; no export in use has more than a few.
DEEPEST = 50


class Store(Protocol):
    """Storage of members."""

    def names(self) -> list[str]:
        """Return member names; for a folder with too many members, one more than the limit."""

    def open(self, name: str) -> IO[bytes]:
        """Open a member; the caller closes it. Raises one of DAMAGE."""

    def size(self, name: str) -> int:
        """Return the bytes that a member is listed with, which may be wrong; 0 when unknown."""

    def path(self, name: str) -> Path | None:
        """Return the path of a member on disk, or None in a zip."""

    def whole(self, most: int) -> bytes:
        """Return the first bytes of the export itself; b"" for a folder. Raises one of DAMAGE."""


def store_of(path: Path, name: str, members: int) -> tuple[str, Store]:
    """Open an export.

    Args:
        path: Path of the export.
        name: Name of the export for error messages.
        members: Maximum number of members.

    Returns:
        The shape ("file", "folder" or "zip") and the storage of its members.

    Raises:
        UnsupportedFormatError: If the path does not exist, is neither a file nor a folder, or is a damaged zip.
        InputTooLargeError: If a zip lists more members than the maximum.
    """
    fault = ""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return "folder", _Folder(path, name, members)
        if not stat.S_ISREG(mode):
            raise UnsupportedFormatError(f"{name} is neither a file nor a folder; give an export")
        with _regular(path, follow=True) as stream:
            zipped = stream.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
        return ("zip", _Zip(path, name, members)) if zipped else ("file", _File(path))
    except OSError as error:
        fault = error.strerror or type(error).__name__
    except ValueError:
        fault = "its name contains a NUL character"
    raise UnsupportedFormatError(f"{name} cannot be opened ({fault}); check the path")


def too_many(name: str, members: int) -> InputTooLargeError:
    """Return the error for an export with too many members."""
    return InputTooLargeError(f"{name} contains more than {members:,} files; split it")


class _Folder:
    """Regular files below a folder; links are ignored because they may point anywhere."""

    def __init__(self, path: Path, name: str, members: int) -> None:
        self._path, self._name, self._members = path, name, members

    def names(self) -> list[str]:
        found: list[str] = []
        base = len(self._path.parts)
        for folder, folders, files in os.walk(self._path, onerror=self._refuse, followlinks=False):
            if len(Path(folder).parts) - base > DEEPEST:
                raise InputTooLargeError(
                    f"{self._name} contains folders that are nested more than {DEEPEST} deep; give a folder inside it"
                )
            folders[:] = [name for name in folders if _visible(name)]
            for path in (Path(folder) / file for file in files if _visible(file)):
                if len(found) > self._members:
                    return found
                if _is_regular(path):
                    found.append(path.relative_to(self._path).as_posix())
        return found

    def open(self, name: str) -> IO[bytes]:
        return _regular(self._path / name, follow=False)

    def size(self, name: str) -> int:
        return _size(self._path / name)

    def path(self, name: str) -> Path | None:
        return self._path / name

    def whole(self, most: int) -> bytes:  # noqa: ARG002 (a folder has no bytes)
        return b""

    def _refuse(self, error: OSError) -> None:
        # Without this, files in a folder that cannot be listed would be skipped silently.
        raise UnsupportedFormatError(
            f"{self._name} contains a folder that cannot be opened ({error.strerror}); check its permissions"
        )


class _File:
    """A single file as its own only member."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> list[str]:
        return [self._path.name]

    def open(self, name: str) -> IO[bytes]:  # noqa: ARG002 (its only member)
        return _regular(self._path, follow=True)

    def size(self, name: str) -> int:  # noqa: ARG002 (its only member)
        return _size(self._path)

    def path(self, name: str) -> Path | None:  # noqa: ARG002 (its only member)
        return self._path

    def whole(self, most: int) -> bytes:
        with _regular(self._path, follow=True) as stream:
            return stream.read(most)


class _Zip:
    """Members of a zip."""

    def __init__(self, path: Path, name: str, members: int) -> None:
        self._name = name
        self._stream = _ZipStream(_raw(path, follow=True), name, members)
        listed: zipfile.ZipFile | None = None
        with suppress(*DAMAGE):
            listed = zipfile.ZipFile(self._stream)
        if listed is None:
            raise UnsupportedFormatError(f"{name} is a damaged zip; export it again")
        self._zip, self._stream.members = listed, None

    def __del__(self) -> None:
        if hasattr(self, "_stream"):
            self._stream.close()

    def names(self) -> list[str]:
        found = [info for info in self._zip.infolist() if not info.filename.endswith("/")]  # is_dir() needs a name
        for info in found:
            name = info.filename.replace("\\", "/")
            parts = [part for part in name.split("/") if part not in ("", ".")]  # a path object takes far longer
            escapes = not parts or name.startswith("/") or ".." in parts or ":" in parts[0]
            if escapes or stat.S_ISLNK(info.external_attr >> 16):
                raise UnsupportedFormatError(
                    f"{self._name} has a member whose path points outside the zip; export it again"
                )
            if info.flag_bits & 0x1:
                raise UnsupportedFormatError(f"{self._name} is locked with a password; unpack it and give the folder")
        names = [info.filename for info in found]
        if len(set(names)) != len(names):
            raise UnsupportedFormatError(
                f"{self._name} contains two members of one name; unpack it and give the folder"
            )
        return [name for name in names if all(part == "." or _visible(part) for part in name.split("/"))]

    def open(self, name: str) -> IO[bytes]:
        info = self._zip.getinfo(name)
        if info.compress_type not in _METHODS:
            raise UnsupportedFormatError(
                f"{self._name}/{name} uses an unsupported compression method; unpack it and give the folder"
            )
        return self._zip.open(info)

    def size(self, name: str) -> int:
        return self._zip.getinfo(name).file_size

    def path(self, name: str) -> Path | None:  # noqa: ARG002 (members of a zip are not on disk)
        return None

    def whole(self, most: int) -> bytes:
        self._stream.seek(0)
        return self._stream.read(most)


class _ZipStream(io.BufferedReader):
    """The bytes of a zip; a list of members that is (or claims to be) too long is refused before zipfile reads it."""

    def __init__(self, raw: io.FileIO, name: str, members: int) -> None:
        super().__init__(raw)
        self.members: int | None = members  # None once the list has been read
        self._called = name

    def read(self, size: int | None = -1) -> bytes:
        if self.members is None:
            return super().read(size)
        if size is not None and size > max(65_536, self.members * _ENTRY_BYTES):
            raise too_many(self._called, self.members)
        data = super().read(size)
        if data.count(_ENTRY) > self.members:
            raise too_many(self._called, self.members)
        return data


def _visible(name: str) -> bool:
    """Return whether a name is not a leftover of an operating system (.DS_Store, ._chat.json, __MACOSX)."""
    return not name.startswith(".") and name != "__MACOSX"


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # it was removed after the folder was listed
        return 0


def _is_regular(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:  # it was removed after the folder was listed
        return False


def _regular(path: Path, *, follow: bool) -> IO[bytes]:
    return io.BufferedReader(_raw(path, follow=follow))


def _raw(path: Path, *, follow: bool) -> io.FileIO:
    """Open a regular file and check its type again: it may have become a pipe, which would block without O_NONBLOCK."""
    more = getattr(os, "O_NONBLOCK", 0) | (0 if follow else getattr(os, "O_NOFOLLOW", 0))
    raw = io.FileIO(path, "rb", opener=lambda name, flags: os.open(name, flags | more))
    if not stat.S_ISREG(os.fstat(raw.fileno()).st_mode):
        raw.close()
        raise OSError(errno.EINVAL, "not a regular file")
    return raw
