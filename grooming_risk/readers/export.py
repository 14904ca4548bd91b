"""What a person exported: a file, a folder or a zip, as named members of bounded size. Nothing is ever extracted."""

from __future__ import annotations

import io
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from grooming_risk.errors import InputTooLargeError, UnsupportedFormatError
from grooming_risk.readers.json_text import encoding_of

HEAD = 4_096
# A line of an export is a message or, in JSON lines, a conversation.
_LINE_CHARACTERS = 20_000_000
# What a damaged file or zip raises while it is read.
_DAMAGE = (OSError, EOFError, ValueError, NotImplementedError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True, slots=True)
class ExportLimits:
    """What is read of an export; more is refused, never cut. Pictures and recordings beside it are not read.

    Attributes:
        member_bytes: most bytes of a file, or of an unpacked member of a zip, as counted while reading.
        total_bytes: most bytes read of a whole export.
        members: most files in a folder or a zip.
    """

    member_bytes: int = 50_000_000
    total_bytes: int = 2_000_000_000
    members: int = 200_000


class _Store(Protocol):
    """Where members lie."""

    def names(self) -> list[str]: ...

    def open(self, name: str) -> IO[bytes]: ...


class Export:
    """Members of an export by name (`/` between folders).

    Attributes:
        name: file name of the export, for messages to people.
        shape: "file", "folder" or "zip".
        names: its members, sorted; a file is its own only member.
    """

    __slots__ = ("_bytes_read", "_limits", "_store", "name", "names", "shape")

    def __init__(self, path: Path, limits: ExportLimits | None = None) -> None:
        """Open an export.

        Raises:
            UnsupportedFormatError: it is missing, is no file or folder, or is a damaged or unsafe zip.
            InputTooLargeError: it has too many members.
        """
        self.name = path.name or path.resolve().name
        self._limits = limits or ExportLimits()
        self._bytes_read = 0
        self.shape, self._store = _store(path, self.name)
        names = self._store.names()
        if len(names) > self._limits.members:
            raise InputTooLargeError(f"{self.name} holds {len(names):,} files, more than {self._limits.members:,}")
        self.names: tuple[str, ...] = tuple(sorted(names))

    def only(self, name: str) -> Export:
        """The same export, narrowed to one member."""
        narrowed = object.__new__(Export)
        narrowed.name, narrowed.shape, narrowed.names = self.name, self.shape, (name,)
        narrowed._limits, narrowed._store, narrowed._bytes_read = self._limits, self._store, self._bytes_read
        return narrowed

    def named(self, pattern: str) -> list[str]:
        """Members whose path ends like a pattern (`PurePosixPath.match`), sorted."""
        return [name for name in self.names if PurePosixPath(name).match(pattern)]

    def root(self) -> PurePosixPath:
        """The folder that holds all members, as people pack folders in folders; what a desktop adds does not count."""
        folders = [path.parent for name in self.names if not _of_a_desktop(path := PurePosixPath(name))]
        return PurePosixPath(os.path.commonpath(folders) if folders else "")

    def head(self, name: str | None = None) -> bytes:
        """The first 4,096 bytes of a member, the only one when name is None; b"" when there is none to read."""
        if name is None:
            if len(self.names) != 1:
                return b""
            name = self.names[0]
        with self._opened(name) as stream:
            return _some(stream, HEAD, self.where(name))

    def read(self, name: str | None = None) -> bytes:
        """All bytes of a member, the only one when name is None.

        Raises:
            InputTooLargeError: there are more than the limits allow.
            UnsupportedFormatError: it cannot be read.
        """
        name = self._only(name)
        with self._opened(name) as stream:
            data = _some(stream, self._limits.member_bytes + 1, self.where(name))
        self._count(len(data), len(data), name)
        return data

    def lines(self, name: str | None = None) -> Iterator[str]:
        """Lines of a text member without their ends, decoded as they come; only `\\n` and `\\r\\n` end a line.

        Raises:
            InputTooLargeError: the member or a line is over the limits.
            UnsupportedFormatError: it cannot be read or is not UTF-8 or UTF-16.
        """
        name = self._only(name)
        where = self.where(name)
        encoding = encoding_of(self.head(name))
        with self._opened(name) as stream:
            text = io.TextIOWrapper(io.BufferedReader(_Counted(self, stream, name)), encoding, newline="\n")
            for number in range(1, self._limits.member_bytes + 1):
                try:
                    line = text.readline(_LINE_CHARACTERS)
                except UnicodeDecodeError:
                    line, fault = "", f"{where} line {number} is not UTF-8; save it as UTF-8"
                except _DAMAGE:
                    line, fault = "", f"{where} is damaged; export it again"
                else:
                    fault = ""
                if fault:  # not raised in the handler: Python would tie the codec's error to it, which holds text
                    raise UnsupportedFormatError(fault)
                if not line:
                    return
                if len(line) >= _LINE_CHARACTERS:
                    raise InputTooLargeError(f"{where} line {number} has over {_LINE_CHARACTERS:,} characters")
                yield line.removesuffix("\n").removesuffix("\r")

    def where(self, name: str | None = None) -> str:
        """How messages to people call a member."""
        return self.name if self.shape == "file" or name is None else f"{self.name}/{name}"

    def _only(self, name: str | None) -> str:
        if name is None and len(self.names) != 1:
            raise UnsupportedFormatError(f"{self.name} holds {len(self.names)} files; give one of them")
        return self.names[0] if name is None else name

    def _opened(self, name: str) -> IO[bytes]:
        try:
            return self._store.open(name)
        except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, KeyError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else "damaged or locked"
            raise UnsupportedFormatError(f"{self.where(name)} cannot be opened ({reason}); check the path") from None

    def _count(self, bytes_now: int, bytes_of_member: int, name: str) -> None:
        self._bytes_read += bytes_now
        if bytes_of_member > self._limits.member_bytes:
            raise InputTooLargeError(f"{self.where(name)} has over {self._limits.member_bytes:,} bytes; split it")
        if self._bytes_read > self._limits.total_bytes:
            raise InputTooLargeError(f"{self.name} has over {self._limits.total_bytes:,} bytes of messages; split it")


def _of_a_desktop(path: PurePosixPath) -> bool:
    return path.parts[0] == "__MACOSX" or path.name.startswith(".")


class _Counted(io.RawIOBase):
    """A stream that is refused once it is over the limits, whatever its header says."""

    def __init__(self, export: Export, stream: IO[bytes], name: str) -> None:
        self._export, self._stream, self._name, self._bytes = export, stream, name, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        self._bytes += len(data)
        self._export._count(len(data), self._bytes, self._name)
        buffer[: len(data)] = data
        return len(data)


def _some(stream: IO[bytes], most: int, where: str) -> bytes:
    try:
        return stream.read(most)
    except _DAMAGE:
        raise UnsupportedFormatError(f"{where} is damaged; export it again") from None


class _Folder:
    """Regular files below a folder; links are left out, for they may lead anywhere."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> list[str]:
        found = []
        for folder, _, files in os.walk(self._path, followlinks=False):
            for file in files:
                path = Path(folder) / file
                if stat.S_ISREG(path.lstat().st_mode):
                    found.append(path.relative_to(self._path).as_posix())
        return found

    def open(self, name: str) -> IO[bytes]:
        return (self._path / name).open("rb")


class _File(_Folder):
    """A file alone: its folder, with one member."""

    def __init__(self, path: Path) -> None:
        super().__init__(path.parent)
        self._name = path.name

    def names(self) -> list[str]:
        return [self._name]


class _Zip:
    """Members of a zip."""

    def __init__(self, path: Path, name: str) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError):
            raise UnsupportedFormatError(f"{name} is a damaged zip; export it again") from None
        self._name = name

    def names(self) -> list[str]:
        found = [info for info in self._zip.infolist() if not info.is_dir()]
        names = [info.filename for info in found]
        for info in found:
            parts = PurePosixPath(info.filename.replace("\\", "/")).parts
            escapes = not parts or parts[0] == "/" or ".." in parts or ":" in parts[0]
            if escapes or stat.S_ISLNK(info.external_attr >> 16):
                raise UnsupportedFormatError(f"{self._name} has a member that leads out of it; it is not opened")
            if info.flag_bits & 0x1:
                raise UnsupportedFormatError(f"{self._name} is locked with a password; unpack it and give the folder")
        if len(set(names)) != len(names):
            raise UnsupportedFormatError(f"{self._name} holds two members of one name; unpack it and give the folder")
        return names

    def open(self, name: str) -> IO[bytes]:
        return self._zip.open(name)


def _store(path: Path, name: str) -> tuple[str, _Store]:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return "folder", _Folder(path)
        if not stat.S_ISREG(mode):
            raise UnsupportedFormatError(f"{name} is neither a file nor a folder; give an export")
        with path.open("rb") as stream:
            zipped = stream.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    except OSError as error:
        raise UnsupportedFormatError(f"{name} cannot be opened ({error.strerror}); check the path") from None
    return ("zip", _Zip(path, name)) if zipped else ("file", _File(path))
