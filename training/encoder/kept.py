"""The encoder of an existing artefact in place of a trained one: everything after it is trained anew, in minutes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from training.models import INT8
from training.options import UsageError

# Files of an artefact that the stages after the encoder need; they have the same form in every artefact format.
NEEDED = ("encoder.onnx", "tokenizer.json")


def kept_digest(artifact: Path) -> dict[str, str]:
    """Return the digests of the files that are kept, as the artefact's manifest has them.

    Args:
        artifact: Folder of an artefact of any format.

    Returns:
        Name of the file → SHA-256, hexadecimal.

    Raises:
        UsageError: The folder is not an artefact.
    """
    try:
        files = json.loads((artifact / "manifest.json").read_text(encoding="utf-8"))["files"]
        return {name: str(files[name]["sha256"]) for name in NEEDED}
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise UsageError(f"--keep-encoder: {artifact} is not the folder of an artefact")


def keep_encoder(artifact: Path, folder: Path) -> None:
    """Write the files of the encoder stage from an artefact.

    Args:
        artifact: Folder of an artefact of any format.
        folder: Folder that gets encoder.onnx and tokenizer.json.

    Raises:
        UsageError: A file does not match the artefact's manifest.
    """
    contents = {name: (artifact / name).read_bytes() for name in NEEDED}
    for name, digest in kept_digest(artifact).items():
        if hashlib.sha256(contents[name]).hexdigest() != digest:
            raise UsageError(f"--keep-encoder: {name} does not match the manifest of {artifact}")
    (folder / INT8).write_bytes(contents["encoder.onnx"])
    (folder / "tokenizer.json").write_bytes(contents["tokenizer.json"])
