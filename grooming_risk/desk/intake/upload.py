"""Receive uploads: streamed into the desk's own folder, bounded, and under names that no user chose."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from grooming_risk.errors import DeskError

MOST_BYTES = 2_147_483_648  # of one upload; exports hold text, and pictures do not need to be brought in
MOST_FILES = 20_000
_MOST_FIELD = 4_096  # bytes of a field that is not a file
_MOST_NAME = 500  # characters of a name that is shown
_SPARE = 64 * 1024 * 1024  # bytes that stay free on the disk
_SUFFIX = re.compile(r"\.[a-z0-9]{1,10}$")
_FILES = "files"


class UploadRefused(DeskError):
    """An upload that is refused while it arrives.

    Attributes:
        status: of the answer.
    """

    status: int

    def __init__(self, message: str, status: int) -> None:
        """Create the error.

        Args:
            message: what is wrong and what to do.
            status: of the answer.
        """
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file that arrived completely.

    Attributes:
        path: where it lies.
        name: what it was called, with its folders; never used as a path.
        size: bytes.
        sha256: digest of its bytes.
    """

    path: Path
    name: str = field(repr=False)
    size: int
    sha256: str


@dataclass(slots=True)
class _Part:
    name: str
    file_name: str | None
    stream: IO[bytes] | None = None
    path: Path | None = None
    digest: Any = field(default_factory=hashlib.sha256)
    size: int = 0
    data: bytearray = field(default_factory=bytearray)


class Receiver:
    """Takes the bytes of a multipart form and writes its files.

    Attributes:
        files: files that arrived.
        fields: other fields of the form.
    """

    files: list[ReceivedFile]
    fields: dict[str, str]

    def __init__(
        self,
        content_type: str,
        folder: Path,
        allowed: Callable[[dict[str, str]], bool],
        most_bytes: int = MOST_BYTES,
    ) -> None:
        """Prepare to receive.

        Args:
            content_type: header of the request.
            folder: where files are written.
            allowed: asked before the first file with the fields that came before it.
            most_bytes: of all files together.

        Raises:
            UploadRefused: the request is not a multipart form.
        """
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise UploadRefused("choose files with the form of this page", 415)
        self.files, self.fields = [], {}
        self._folder, self._allowed, self._most = folder, allowed, most_bytes
        self._headers: dict[bytes, bytes] = {}
        self._header: tuple[bytearray, bytearray] = (bytearray(), bytearray())
        self._part: _Part | None = None
        self._total = 0
        self._complete = False
        self._parser = MultipartParser(
            options[b"boundary"],
            {
                "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
                "on_header_end": self._end_of_header,
                "on_headers_finished": self._begin_part,
                "on_part_data": self._data,
                "on_part_end": self._end_of_part,
                "on_end": self._end,
            },
        )

    def take(self, chunk: bytes) -> None:
        """Take the next bytes of the request.

        Args:
            chunk: the bytes.

        Raises:
            UploadRefused: the form is damaged, too large or not allowed, or the disk is full.
        """
        fault, status = "", 400
        try:
            self._parser.write(chunk)
            return
        except FormParserError:
            fault = "the upload arrived damaged; try again"
        except OSError as error:
            fault, status = f"the disk does not take the upload ({error.strerror}); nothing was kept", 507
        raise UploadRefused(fault, status)

    def finish(self) -> None:
        """Check that everything arrived; raise `UploadRefused` where the end is missing."""
        if not self._complete:
            raise UploadRefused("the upload was interrupted; nothing was kept. Try again", 400)

    def discard(self) -> None:
        """Remove every file of this upload."""
        if self._part is not None and self._part.stream is not None:
            self._part.stream.close()
        paths = [file.path for file in self.files] + ([self._part.path] if self._part and self._part.path else [])
        for path in paths:
            path.unlink(missing_ok=True)

    def _end_of_header(self) -> None:
        self._headers[bytes(self._header[0]).lower()] = bytes(self._header[1])
        self._header = (bytearray(), bytearray())

    def _begin_part(self) -> None:
        _, options = parse_options_header(self._headers.pop(b"content-disposition", b""))
        self._headers.clear()
        name = options.get(b"name", b"").decode("utf-8", "replace")
        raw = options.get(b"filename")
        self._part = part = _Part(name, None if raw is None else raw.decode("utf-8", "replace"))
        if part.file_name is None:
            return
        if name != _FILES or not self._allowed(self.fields):
            raise UploadRefused("this form is out of date; open the page again", 403)
        if len(self.files) >= MOST_FILES:
            raise UploadRefused(f"more than {MOST_FILES:,} files at once; bring them in in parts", 413)
        part.path = self._folder / f"{secrets.token_hex(16)}{_suffix(part.file_name)}"
        part.stream = open(part.path, "xb", opener=_owner_only)  # noqa: SIM115 (closed at the end of the part)

    def _data(self, data: bytes, start: int, end: int) -> None:
        part, piece = self._part, data[start:end]
        if part is None:
            return
        self._total += len(piece)
        if self._total > self._most:
            raise UploadRefused(f"more than {self._most:,} bytes at once; leave out pictures and recordings", 413)
        if part.stream is None:
            part.data.extend(piece)
            if len(part.data) > _MOST_FIELD:
                raise UploadRefused("a field of the form is too long", 413)
            return
        part.stream.write(piece)
        part.digest.update(piece)
        part.size += len(piece)

    def _end_of_part(self) -> None:
        part, self._part = self._part, None
        if part is None:
            return
        if part.stream is None or part.path is None or part.file_name is None:
            self.fields[part.name] = part.data.decode("utf-8", "replace")
            return
        part.stream.flush()
        os.fsync(part.stream.fileno())
        part.stream.close()
        name = shown_name(part.file_name)
        if name and part.size:
            self.files.append(ReceivedFile(part.path, name, part.size, part.digest.hexdigest()))
        else:  # no file was chosen, or an operating system's leftover
            part.path.unlink()

    def _end(self) -> None:
        self._complete = True


def check_announced(length: str | None, folder: Path, most_bytes: int = MOST_BYTES) -> None:
    """Refuse an upload by the length that it announces, before any of it is read.

    Args:
        length: header of the request; None where it has none.
        folder: where it would be written.
        most_bytes: of all files together.

    Raises:
        UploadRefused: it is too large, or does not fit on the disk.
    """
    announced = int(length) if length is not None and length.isascii() and length.isdecimal() else 0
    if announced > most_bytes + 1_000_000:  # boundaries and headers
        raise UploadRefused(f"more than {most_bytes:,} bytes at once; leave out pictures and recordings", 413)
    if announced + _SPARE > shutil.disk_usage(folder).free:
        raise UploadRefused("the disk has too little space left for this upload; free some and try again", 507)


def shown_name(raw: str) -> str:
    """Return a name for people: its folders without those that lead upwards; empty for an operating system's files."""
    parts = [part for part in raw.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    if any(part.startswith(".") or part == "__MACOSX" for part in parts) or (parts and parts[-1] == "Thumbs.db"):
        return ""
    return "/".join(part.replace("\0", "") for part in parts)[-_MOST_NAME:]


def _suffix(name: str) -> str:
    """Return the ending of a name if it is harmless: some readers look at it."""
    found = _SUFFIX.search(PurePosixPath(name.replace("\\", "/")).name.lower())
    return found[0] if found else ""


def _owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
