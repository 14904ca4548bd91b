"""The folder of a desk: readable by its owner only, and never anything outside it."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from grooming_risk.errors import DeskError

DEFAULT = "grooming-risk-desk"  # below the user's home
_DATABASE = "desk.sqlite3"
_INNER = ("exports", "incoming", "packages")
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class DeskFolder:
    """Where everything of a desk lies.

    Attributes:
        path: the folder.
    """

    path: Path

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.path / _DATABASE

    @property
    def exports(self) -> Path:
        """Exports that were brought in, by number."""
        return self.path / "exports"

    @property
    def incoming(self) -> Path:
        """Uploads that are not complete yet."""
        return self.path / "incoming"

    @property
    def packages(self) -> Path:
        """Hand-over packages, by number."""
        return self.path / "packages"

    @property
    def running(self) -> Path:
        """The file that a running desk holds locked."""
        return self.path / "running.json"

    @property
    def record_key(self) -> bytes:
        """Key of the seals of records."""
        return _key(self.path / "records.key")

    @property
    def digest_key(self) -> bytes:
        """Key of the digests by which repeated conversations are recognized."""
        return _key(self.path / "digests.key")


def open_folder(path: Path) -> DeskFolder:
    """Open the folder of a desk, and make it if it does not exist.

    Args:
        path: the folder.

    Returns:
        The folder, which only its owner can read.

    Raises:
        DeskError: it cannot be made, or holds other things.
    """
    fault = ""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (path / _DATABASE).exists() and _strange(path):
            raise DeskError(f"{path.name} is not empty and is not the folder of a desk; choose an empty folder")
        _close(path)
        for name in _INNER:
            (path / name).mkdir(mode=0o700, exist_ok=True)
            _close(path / name)
        return DeskFolder(path)
    except OSError as error:
        fault = error.strerror or type(error).__name__
    raise DeskError(f"{path.name} cannot be used as a folder ({fault}); choose another with --folder")


def clear(folder: Path, keep: frozenset[str]) -> int:
    """Remove what an interrupted run left in a folder.

    Args:
        folder: one of the inner folders.
        keep: names that the data base knows.

    Returns:
        How many things were removed.
    """
    removed = 0
    for entry in folder.iterdir():
        if entry.name not in keep:
            remove(entry)
            removed += 1
    return removed


def remove(path: Path) -> None:
    """Remove a file, or a folder with what is in it; nothing happens where there is none."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(FileNotFoundError):
            path.unlink()


def _strange(path: Path) -> bool:
    """Return whether a folder holds what no desk has put there, such as other documents."""
    known = {*_INNER, "running.json", "records.key", "digests.key", "vault.json"}
    return any(entry.name not in known for entry in path.iterdir())


def _close(path: Path) -> None:
    """Take away every right but the owner's; Windows has other means, which the folder inherits from its parent."""
    if sys.platform != "win32":
        path.chmod(0o700)


def _key(path: Path) -> bytes:
    """Return a key, and make it where there is none."""
    with suppress(FileExistsError):
        part = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(number, "wb") as stream:
                stream.write(secrets.token_bytes(_KEY_BYTES))
                stream.flush()
                os.fsync(stream.fileno())
            os.link(part, path)  # never over a key that exists, and never half a key
        finally:
            part.unlink()
    return path.read_bytes()
