"""Where the members of an export lie: a file, a folder or a zip. Nothing is ever extracted, and no link is followed."""

from __future__ import annotations

import errno
import io
import os
import stat
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from grooming_risk.errors import InputTooLargeError, UnsupportedFormatError

# What a damaged or locked file or zip raises while it is opened and read; zipfile promises BadZipFile only.
DAMAGE = (
    *(OSError, EOFError, ValueError, OverflowError, KeyError, RuntimeError),  # NotImplementedError is a RuntimeError
    *(zipfile.BadZipFile, zlib.error, struct.error),
)
# What chat apps pack with. zipfile unpacks other methods without a bound on memory: 4 KB of LZMA may become 28 MB.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# An entry of the list of members that a zip ends with begins so, and takes 46 bytes and a name, rarely more than this.
_ENTRY, _ENTRY_BYTES = b"PK\x01\x02", 512


class Store(Protocol):
    """Where members lie."""

    def names(self) -> list[str]:
        """Names of members; of a folder with too many, one more than it may have."""

    def open(self, name: str) -> IO[bytes]:
        """A member, to be closed by the caller. Raises one of DAMAGE."""


def store_of(path: Path, name: str, members: int) -> tuple[str, Store]:
    """The shape of an export ("file", "folder", "zip") and where its members lie.

    Args:
        path: of the export.
        name: what messages to people call it.
        members: most that it may have.

    Raises:
        UnsupportedFormatError: it is missing, is no file or folder, or is a damaged zip.
        InputTooLargeError: a zip lists more.
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
        fault = "its name holds a NUL"
    raise UnsupportedFormatError(f"{name} cannot be opened ({fault}); check the path")


def too_many(name: str, members: int) -> InputTooLargeError:
    """The error of an export with too many members."""
    return InputTooLargeError(f"{name} holds more than {members:,} files; split it")


class _Folder:
    """Regular files below a folder; links are left out, for they may lead anywhere."""

    def __init__(self, path: Path, name: str, members: int) -> None:
        self._path, self._name, self._members = path, name, members

    def names(self) -> list[str]:
        found: list[str] = []
        for folder, folders, files in os.walk(self._path, onerror=self._refuse, followlinks=False):
            folders[:] = [name for name in folders if _visible(name)]
            for path in (Path(folder) / file for file in files if _visible(file)):
                if len(found) > self._members:
                    return found
                if _is_regular(path):
                    found.append(path.relative_to(self._path).as_posix())
        return found

    def open(self, name: str) -> IO[bytes]:
        return _regular(self._path / name, follow=False)

    def _refuse(self, error: OSError) -> None:
        # Without this, what lies in a folder that cannot be listed would be left out in silence.
        raise UnsupportedFormatError(
            f"{self._name} holds a folder that cannot be opened ({error.strerror}); check its permissions"
        )


class _File:
    """A file alone, as its own only member."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> list[str]:
        return [self._path.name]

    def open(self, name: str) -> IO[bytes]:  # noqa: ARG002 (its only member)
        return _regular(self._path, follow=True)


class _Zip:
    """Members of a zip."""

    def __init__(self, path: Path, name: str, members: int) -> None:
        self._name = name
        self._stream = _ZipStream(_raw(path, follow=True), name, members)
        try:
            self._zip = zipfile.ZipFile(self._stream)
        except DAMAGE:
            raise UnsupportedFormatError(f"{name} is a damaged zip; export it again") from None
        self._stream.members = None

    def __del__(self) -> None:
        if hasattr(self, "_stream"):
            self._stream.close()

    def names(self) -> list[str]:
        found = [info for info in self._zip.infolist() if not info.filename.endswith("/")]  # is_dir() needs a name
        for info in found:
            name = info.filename.replace("\\", "/")
            parts = PurePosixPath(name).parts
            escapes = not parts or name.startswith("/") or ".." in parts or ":" in parts[0]
            if escapes or stat.S_ISLNK(info.external_attr >> 16):
                raise UnsupportedFormatError(f"{self._name} has a member that leads out of it; it is not opened")
            if info.flag_bits & 0x1:
                raise UnsupportedFormatError(f"{self._name} is locked with a password; unpack it and give the folder")
        names = [info.filename for info in found]
        if len(set(names)) != len(names):
            raise UnsupportedFormatError(f"{self._name} holds two members of one name; unpack it and give the folder")
        return [name for name in names if all(map(_visible, PurePosixPath(name).parts))]

    def open(self, name: str) -> IO[bytes]:
        info = self._zip.getinfo(name)
        if info.compress_type not in _METHODS:
            raise UnsupportedFormatError(
                f"{self._name}/{name} is packed in an unusual way; unpack it and give the folder"
            )
        return self._zip.open(info)


class _ZipStream(io.BufferedReader):
    """The bytes of a zip. While it is opened, the list of members is refused before zipfile turns a long one, or the
    claim of one, into memory.

    Attributes:
        members: most that the list may hold; None once it is read.
    """

    def __init__(self, raw: io.FileIO, name: str, members: int) -> None:
        super().__init__(raw)
        self.members: int | None = members
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
    """Not what systems leave beside people's files: .DS_Store, ._chat.json, __MACOSX."""
    return not name.startswith(".") and name != "__MACOSX"


def _is_regular(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:  # it vanished since the folder was listed
        return False


def _regular(path: Path, *, follow: bool) -> IO[bytes]:
    return io.BufferedReader(_raw(path, follow=follow))


def _raw(path: Path, *, follow: bool) -> io.FileIO:
    """A regular file, looked at once more when it is open: what was one a moment ago may now be a pipe, which without
    O_NONBLOCK would wait for a writer.
    """
    more = getattr(os, "O_NONBLOCK", 0) | (0 if follow else getattr(os, "O_NOFOLLOW", 0))
    raw = io.FileIO(path, "rb", opener=lambda name, flags: os.open(name, flags | more))
    if not stat.S_ISREG(os.fstat(raw.fileno()).st_mode):
        raw.close()
        raise OSError(errno.EINVAL, "no regular file")
    return raw
