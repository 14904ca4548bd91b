"""Stages of a run: each has a folder and a key, and a stage whose key is in its folder is not run again.

A key covers the stage's settings, the keys of its inputs and its version. Raise the version of a stage when a change of
its code changes its files. Folders hold tensors, vectors of numbers and counts, never text.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DONE = "done.json"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage.

    Attributes:
        name: Name of its folder.
        version: Version of its code.
        inputs: Settings, and keys of earlier stages, as JSON types.
        run: Writes the stage's files into the given folder; may go on from the files of an interrupted run.
    """

    name: str
    version: int
    inputs: Any
    run: Callable[[Path], None]

    @property
    def key(self) -> str:
        """SHA-256 of everything that decides the content of the stage's files."""
        content = json.dumps([self.name, self.version, self.inputs], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()


def run_stage(stage: Stage, work: Path) -> Path:
    """Run a stage unless it was run before with the same key.

    Args:
        stage: Stage to run.
        work: Folder of all stages.

    Returns:
        The stage's folder.
    """
    folder, started = work / stage.name, folder_key(work / stage.name)
    if started == (stage.key, True):
        print(f"{stage.name}: done before", file=sys.stderr)
        return folder
    if started[0] != stage.key and folder.exists():
        shutil.rmtree(folder)  # left by other settings
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder, stage.key, done=False, seconds=0.0)
    print(f"{stage.name}: running", file=sys.stderr)
    begin = time.perf_counter()
    stage.run(folder)
    _write(folder, stage.key, done=True, seconds=time.perf_counter() - begin)
    return folder


def folder_key(folder: Path) -> tuple[str, bool]:
    """Return the key that a stage's folder was started with, empty for none, and whether the stage was completed."""
    try:
        content = json.loads((folder / DONE).read_text(encoding="utf-8"))
        return str(content["key"]), bool(content["done"])
    except (OSError, ValueError, KeyError):
        return "", False


def folder_seconds(folder: Path) -> float:
    """Return the wall-clock time that the stage of a folder took, in seconds."""
    return float(json.loads((folder / DONE).read_text(encoding="utf-8"))["seconds"])


def digest_files(paths: list[Path]) -> str:
    """Return the SHA-256 of the folder names, names and contents of files, in the order of their paths."""
    value = hashlib.sha256()
    for path in sorted(paths):
        value.update(f"{path.parent.name}/{path.name}".encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return value.hexdigest()


def _write(folder: Path, key: str, done: bool, seconds: float) -> None:
    content = {"key": key, "done": done, "seconds": round(seconds, 1)}
    (folder / DONE).write_text(json.dumps(content) + "\n", encoding="utf-8")
