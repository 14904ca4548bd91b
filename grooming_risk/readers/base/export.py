"""An export (a file, a folder or a zip) as named members of bounded size. Nothing is ever extracted."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO, Any

from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.json_text import (
    decode,
    decode_head,
    encoding_of,
    legacy_encoding_of,
    parse_json,
    values_of,
)
from grooming_risk.readers.base.stores import DAMAGE, store_of, too_many
from grooming_risk.readers.base.streams import decoded_lines, some_of
from grooming_risk.readers.base.work import ExportLimits, Work

_HEAD_BYTES = 4_096
_CHUNK_BYTES = 1 << 18

# Parsed as a whole, a JSON document takes seven times its bytes.
_LARGE = 10_000_000


class Export:
    """The members of an export by name (`/` separates folders).

    Attributes:
        name: File name of the export, for error messages.
        shape: "file", "folder" or "zip".
        names: Sorted member names. A file is its own only member.
        work: What was read so far, and its limits.
    """

    __slots__ = ("_limits", "_store", "name", "names", "shape", "work")

    name: str
    shape: str
    names: tuple[str, ...]
    work: Work

    def __init__(self, path: Path, limits: ExportLimits | None = None) -> None:
        """Open an export.

        Args:
            path: File, folder or zip.
            limits: Limits on what is read; `ExportLimits()` when None.

        Raises:
            UnsupportedFormatError: If the path does not exist, is neither a file nor a folder, or is a damaged or
                unsafe zip.
            InputTooLargeError: If the export has too many members.
        """
        self.name = path.name or path.resolve().name
        self._limits = limits or ExportLimits()
        self.shape, self._store = store_of(path, self.name, self._limits.members)
        self.work = Work(self.name, self._limits, path.stat().st_size if self.shape == "zip" else None)
        names = self._store.names()
        if len(names) > self._limits.members:
            raise too_many(self.name, self._limits.members)
        self.names = tuple(sorted(names))

    @property
    def largest(self) -> int:
        """Maximum bytes read of the whole export, which is also the maximum size of a database."""
        return self._limits.total_bytes

    def local_path(self, name: str) -> Path | None:
        """Return the path of a member that is a regular file on disk, or None for a member of a zip."""
        return self._store.path(name)

    def has_beside(self, name: str) -> bool:
        """Return whether a regular file of this name lies beside a single file."""
        path = self.local_path(self.names[0]) if self.shape == "file" else None
        return path is not None and path.with_name(name).is_file()

    def member(self) -> str:
        """Return the name of the only member; raise `UnsupportedFormatError` when there is not exactly one."""
        return self._only(None)

    def only(self, name: str) -> Export:
        """Return the same export, narrowed to one member."""
        narrowed = object.__new__(Export)
        narrowed.name, narrowed.shape, narrowed.names = self.name, self.shape, (name,)
        narrowed._limits, narrowed._store, narrowed.work = self._limits, self._store, self.work
        return narrowed

    def named(self, pattern: str) -> list[str]:
        """Return the sorted members whose path matches a pattern (`PurePosixPath.match`)."""
        # Compared by its last part first: making a path of each of 100,000 names takes seconds.
        last = re.compile(fnmatch.translate(pattern.rpartition("/")[2])).match
        likely = (name for name in self.names if last(name.rpartition("/")[2]))
        return [name for name in likely if "/" not in pattern or PurePosixPath(name).match(pattern)]

    def root(self) -> PurePosixPath:
        """Return the deepest folder that contains all members, because people pack folders in folders."""
        folders = {name.rpartition("/")[0] for name in self.names}  # making a path of each name takes far longer
        return PurePosixPath(os.path.commonpath(folders) if folders else "")

    def head(self, name: str | None = None) -> str:
        """Return the text of a member's first 4,096 bytes, for detection.

        Args:
            name: Member; None selects the only member.

        Returns:
            The text without its byte order mark, decoded as UTF-8 or UTF-16 with U+FFFD for invalid bytes; "" when
            name is None and the export has more than one member.
        """
        if name is None and len(self.names) != 1:
            return ""
        return decode_head(self._head(self._only(name)))

    def first_bytes(self, name: str) -> bytes:
        """Return the first 4,096 bytes of a member, for detection."""
        return self._head(name)

    def read(self, name: str | None = None) -> bytes:
        """Return all bytes of a member.

        Args:
            name: Member; None selects the only member.

        Returns:
            The bytes.

        Raises:
            InputTooLargeError: If the member exceeds the limits.
            UnsupportedFormatError: If the member cannot be read.
        """
        name = self._only(name)
        with self._opened(name) as stream:
            data = some_of(stream, self._limits.member_bytes + 1, self.where(name))
        self.work.add_bytes(len(data), len(data), self.where(name))
        return data

    def whole(self) -> bytes:
        """Return the bytes of the file or zip itself, for libraries that open it.

        Returns:
            The bytes.

        Raises:
            InputTooLargeError: If the file exceeds the limits.
            UnsupportedFormatError: If the export is a folder or cannot be read.
        """
        if self.shape == "folder":
            raise UnsupportedFormatError(f"{self.name} is a folder; give the file")
        if self.shape == "file":
            return self.read()
        data = self._store.whole(self._limits.member_bytes + 1)
        self.work.add_bytes(len(data), len(data), self.name)
        return data

    def text(self, name: str | None = None) -> str:
        """Return the text of a member.

        Args:
            name: Member; None selects the only member.

        Returns:
            The text without its byte order mark.

        Raises:
            InputTooLargeError: If the member exceeds the limits.
            UnsupportedFormatError: If the member cannot be read or is neither UTF-8 nor UTF-16.
        """
        return decode(self.read(name), self.where(name))

    def json(self, name: str | None = None) -> Any:
        """Return the parsed JSON of a member.

        Args:
            name: Member; None selects the only member.

        Returns:
            The parsed document.

        Raises:
            InputTooLargeError: If the member exceeds the limits.
            UnsupportedFormatError: If the member cannot be read or is not valid JSON.
        """
        return self.parsed(self.text(name), self.where(name))

    def parsed(self, text: str, where: str) -> Any:
        """Parse JSON that is, or is part of, the text of a member, within the limits of the export."""
        self.work.add_values(values_of(text))
        return parse_json(text, where)

    def chunks(self, name: str | None = None, again_from: int | None = None) -> Iterator[bytes]:
        """Yield the bytes of a member in parts, as they are read.

        Args:
            name: Member; None selects the only member.
            again_from: Where to begin, for a member that was read before: nothing is counted again.

        Yields:
            Parts of at most 262,144 bytes.

        Raises:
            InputTooLargeError: If the member exceeds the limits.
            UnsupportedFormatError: If the member cannot be read.
        """
        name = self._only(name)
        done = 0
        with self._opened(name) as stream:
            stream.seek(again_from or 0)
            while part := some_of(stream, _CHUNK_BYTES, self.where(name)):
                done += len(part)
                if again_from is None:
                    self.work.add_bytes(len(part), done, self.where(name), streamed=True)
                yield part

    def encoding(self, name: str | None = None) -> str:
        """Return the encoding of a text member that may be older than UTF-8, after reading all of it.

        Args:
            name: Member; None selects the only member.

        Returns:
            "utf-8-sig", a form of UTF-16, or "cp1252".

        Raises:
            UnsupportedFormatError: If the member cannot be read.
        """
        name = self._only(name)
        with self._opened(name) as stream:
            parts = iter(lambda: some_of(stream, _CHUNK_BYTES, self.where(name)), b"")
            return legacy_encoding_of(islice(parts, self._limits.streamed_bytes // _CHUNK_BYTES + 1))

    def lines(self, name: str | None = None, encoding: str | None = None, *, ends: bool = False) -> Iterator[str]:
        r"""Yield the lines of a text member without their ends; only `\n` and `\r\n` end a line.

        Args:
            name: Member; None selects the only member.
            encoding: Its encoding, from `encoding`; None for UTF-8 or UTF-16.
            ends: Whether to keep a carriage return at the end of a line.

        Yields:
            The lines, decoded while the member is read.

        Raises:
            InputTooLargeError: If the member or a line exceeds the limits.
            UnsupportedFormatError: If the member cannot be read or is neither UTF-8 nor UTF-16.
        """
        name = self._only(name)
        encoding = encoding or encoding_of(self._head(name))
        for line in decoded_lines(self.chunks(name), encoding, self.where(name), self.work.check_lines):
            yield line if ends else line.removesuffix("\r")

    def is_large(self, name: str) -> bool:
        """Return whether a member is listed with so many bytes that it should be parsed in parts."""
        return self._store.size(name) > min(_LARGE, self._limits.member_bytes)

    def where(self, name: str | None = None) -> str:
        """Return the name of a member for error messages."""
        return self.name if self.shape == "file" or name is None else f"{self.name}/{name}"

    def _only(self, name: str | None) -> str:
        if name is None and len(self.names) != 1:
            raise UnsupportedFormatError(f"{self.name} contains {len(self.names)} files; give one of them")
        return self.names[0] if name is None else name

    def _head(self, name: str) -> bytes:
        return self.work.head(name, lambda: self._first(name))

    def _first(self, name: str) -> bytes:
        with self._opened(name) as stream:
            return some_of(stream, _HEAD_BYTES, self.where(name))

    def _opened(self, name: str) -> IO[bytes]:
        try:
            return self._store.open(name)
        except DAMAGE as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else "damaged or locked"
        # Raised here: the damaged header that an error of zipfile quotes may hold text of messages.
        raise UnsupportedFormatError(f"{self.where(name)} cannot be opened ({reason}); check the path")
