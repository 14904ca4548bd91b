"""What can be said about the export that a case was read from: its size, its digest, its reader and its time zone."""

from __future__ import annotations

import hashlib
from pathlib import Path

from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.handover.case.case import Source
from grooming_risk.handover.case.facts import ZoneSource
from grooming_risk.readers import FORMATS
from grooming_risk.readers.base.export import Export
from grooming_risk.version import __version__

# Formats whose every time has an offset or counts seconds since 1970. The other formats have times without a zone, or
# did so in older versions, and their readers take them as UTC.
_STATE_THE_ZONE = frozenset({"convokit", "discord", "matrix", "messenger", "slack"})
_BLOCK = 1 << 20


def source_of(path: Path, format_name: str | None = None) -> Source:
    """Return the facts about an export.

    Args:
        path: of a file or a folder.
        format_name: name of its format; recognized when None.

    Returns:
        Name, size, digest and reader.

    Raises:
        UnsupportedFormatError: it cannot be opened.
    """
    export = Export(path)
    if export.shape == "folder":
        digests = {name: _digest(path / name, name) for name in export.names}
        size = sum(length for length, _ in digests.values())
        listing = "".join(f"{digest}  {name}\n" for name, (_, digest) in digests.items())
        sha256 = hashlib.sha256(listing.encode("utf-8", "surrogateescape")).hexdigest()
    else:
        size, sha256 = _digest(path, export.name)
    recognized = (name for name, reader in FORMATS.items() if reader.recognizes(export))
    reader = format_name or next(recognized, "other")
    return Source(export.name, size, sha256, reader, __version__)


def zone_of(source: Source | None) -> ZoneSource:
    """Return how the time zone is known from the export alone."""
    known = source is not None and source.reader in _STATE_THE_ZONE
    return ZoneSource.EXPORT if known else ZoneSource.UNKNOWN


def _digest(path: Path, name: str) -> tuple[int, str]:
    """Size in bytes and SHA-256 of a file."""
    size, sha256 = 0, hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                size += len(block)
                sha256.update(block)
    except OSError as error:
        raise UnsupportedFormatError(f"{name} cannot be read ({error.strerror}); check the path") from None
    return size, sha256.hexdigest()
