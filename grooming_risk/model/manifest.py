"""The manifest: every file of an artefact by name, size and SHA-256, verified before anything parses the file.

The manifest is canonical JSON and contains the digest of its own content, so any changed byte is noticed. The check
cannot be turned off.

`FORMAT` changes when a file is added, removed or read differently. To change it: change the reader, raise the number,
rebuild the artefact, and note the change in model_cards/CHANGELOG.md. Older artefacts are then refused; training writes
a new one.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from pathlib import Path
from typing import Any

from grooming_risk.errors import ArtifactIntegrityError

FORMAT = 3
NAME = "manifest.json"
FILES = (
    "abstention.json",
    "calibration.json",
    "encoder.onnx",
    "language.npz",
    "masking.json",
    "operating_points.json",
    "screen.npz",
    "taxonomy.json",
    "tokenizer.json",
    "window_model.onnx",
)
# A manifest has about 4,000 bytes, most of them provenance; this leaves room for a hundred times as many settings.
_LARGEST_MANIFEST = 400_000
# A file may be replaced after it was inspected, so it is opened without following a link and without waiting for the
# writer of a pipe. Windows has neither flag, and needs O_BINARY.
_OPENING = sum(getattr(os, name, 0) for name in ("O_RDONLY", "O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
_FIELDS = {"digest", "files", "format", "model_version", "provenance"}
_ENTRY = {"bytes", "sha256"}
# The version is printed, so it is a word that no terminal takes for a command.
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,63}")
_AGAIN = "reinstall the package, or retrain the artefact"


def canonical(content: dict[str, Any]) -> bytes:
    """Serialize a manifest in its only form: sorted keys, two spaces, final newline, with its own digest."""
    body = {name: value for name, value in content.items() if name != "digest"}
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    return (json.dumps({**body, "digest": digest}, sort_keys=True, indent=2) + "\n").encode()


def artifact_digest(manifest: dict[str, Any]) -> str:
    """Return the digest of the artefact with this manifest: SHA-256 of the file, hexadecimal."""
    return hashlib.sha256(canonical(manifest)).hexdigest()


def write_manifest(folder: Path, model_version: str, provenance: dict[str, Any]) -> str:
    """Write the manifest of a folder.

    Args:
        folder: A folder with all files of an artefact.
        model_version: Version of the model.
        provenance: What the artefact was trained from, as JSON types.

    Returns:
        SHA-256 of the manifest, hexadecimal: the digest of the artefact.
    """
    files = {name: _entry((folder / name).read_bytes()) for name in FILES}
    data = canonical({"format": FORMAT, "model_version": model_version, "provenance": provenance, "files": files})
    (folder / NAME).write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def read_verified(folder: Path) -> tuple[dict[str, Any], dict[str, bytes], str]:
    """Read every file once and verify it; the verified bytes are returned, and no file is read again.

    The folder may be reached through a link, but its files must not be links. The names that are read are fixed in
    `FILES`, so a name in a manifest never becomes a path.

    Args:
        folder: Folder of the artefact.

    Returns:
        Content of the manifest, file name → verified bytes, and SHA-256 of the manifest.

    Raises:
        ArtifactIntegrityError: A file is changed, missing, unexpected or not a regular file, or the artefact has
            another format.
    """
    _refuse_strangers(folder)
    data = _read(folder, NAME, _LARGEST_MANIFEST)
    manifest = _parse(data)
    contents: dict[str, bytes] = {}
    for name in FILES:
        expected = manifest["files"][name]
        contents[name] = _read(folder, name, expected["bytes"])
        if _entry(contents[name]) != expected:
            raise ArtifactIntegrityError(f"{name} does not match its manifest; {_AGAIN}")
    return manifest, contents, hashlib.sha256(data).hexdigest()


def _refuse_strangers(folder: Path) -> None:
    if not folder.is_dir():
        raise ArtifactIntegrityError(f"the artefact folder {folder.name!r} does not exist; {_AGAIN}")
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise ArtifactIntegrityError(f"the artefact folder cannot be read ({error.strerror}); {_AGAIN}") from None
    for path in paths:
        if path.is_symlink() or not path.is_file():
            raise ArtifactIntegrityError(f"{path.name!r} in the artefact is not a regular file; {_AGAIN}")
        if path.name not in (*FILES, NAME):
            raise ArtifactIntegrityError(f"{path.name!r} does not belong in the artefact; remove it")


def _read(folder: Path, name: str, largest: int) -> bytes:
    """Read a regular file of at most `largest` bytes."""
    try:
        with open(folder / name, "rb", opener=lambda path, _: os.open(path, _OPENING)) as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise ArtifactIntegrityError(f"{name} of the artefact is not a regular file; {_AGAIN}")
            if status.st_size > largest:
                raise ArtifactIntegrityError(f"{name} is larger than it should be; {_AGAIN}")
            return stream.read()
    except OSError as error:
        raise ArtifactIntegrityError(f"{name} of the artefact cannot be read ({error.strerror}); {_AGAIN}") from None


def _parse(data: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads(data, parse_constant=_refuse)
        known = manifest["format"]
        if type(known) is int and known != FORMAT:
            raise ArtifactIntegrityError(
                f"the artefact has format {known}, this version reads format {FORMAT}; install the version that matches"
            )
        # Sizes are checked before anything is read by them.
        sizes = [entry["bytes"] for entry in manifest["files"].values()]
        whole = type(known) is int and all(type(size) is int and size >= 0 for size in sizes)
        whole = whole and set(manifest) == _FIELDS and all(set(entry) == _ENTRY for entry in manifest["files"].values())
        whole = whole and _VERSION.fullmatch(manifest["model_version"]) is not None
        if not whole or canonical(manifest) != data or set(manifest["files"]) != set(FILES):
            raise ArtifactIntegrityError(f"{NAME} was changed; {_AGAIN}")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ArtifactIntegrityError(f"{NAME} is damaged; {_AGAIN}") from None
    return dict(manifest)


def _refuse(constant: str) -> Any:
    """Refuse NaN and the infinities, which are not JSON."""
    raise ValueError(constant)


def _entry(data: bytes) -> dict[str, Any]:
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
