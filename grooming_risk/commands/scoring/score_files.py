"""The files that `grooming-risk score` reads, the names of their conversations, and what is in them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from grooming_risk.errors import (
    GroomingRiskError,
    InputTooLargeError,
    InvalidConversationError,
    UnknownFormatError,
    UnsupportedFormatError,
)
from grooming_risk.readers import (
    FORMATS,
    ExportedConversation,
    ReadConversation,
    ReadingOptions,
    UnreadableConversation,
    read_file,
)
from grooming_risk.readers.base.stores import DEEPEST
from grooming_risk.readers.detection import is_export
from grooming_risk.rows import IdentifiedConversation

# Errors of a single file; the other files are still scored. Any other error would occur for every file.
_PER_FILE = (InputTooLargeError, InvalidConversationError, UnsupportedFormatError)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """An export to read.

    Attributes:
        path: path of a file, or of a folder that is one export.
        label: name of the export in results, unique within a run.
        named: whether the caller named it, rather than a folder around it.
        error: why it cannot even be opened, as for a folder that cannot be listed.
    """

    path: Path
    label: str
    named: bool
    error: GroomingRiskError | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A conversation, or an error in place of a conversation or of a whole file.

    Attributes:
        label: label of the file.
        name: name of the conversation; None for a whole file.
        exported: the conversation, if it can be used.
        error: why it cannot be used.
        ids: the ids of the caller, where standard input gave any.
    """

    label: str
    name: str | None = field(repr=False)
    exported: ExportedConversation | None = None
    error: GroomingRiskError | None = None
    ids: IdentifiedConversation | None = None


@dataclass(slots=True)
class UnknownFiles:
    """Files in folders that no reader knows. They are not errors: people keep other things beside their exports.

    Attributes:
        count: number of such files.
        first: label of the first of them.
    """

    count: int = 0
    first: str = ""

    def add(self, label: str) -> None:
        """Count a file."""
        self.first = self.first or label
        self.count += 1


def source_files(paths: list[Path], source: str | None, leave_out: Path | None = None) -> Iterator[SourceFile]:
    """Find the exports in these paths, in an order that is the same in every run.

    A folder that is not an export itself is searched, including its folders, sorted by name. Links are not followed,
    and hidden files and folders are left out.

    Args:
        paths: paths as the caller gave them.
        source: name of the format, or None to recognize it.
        leave_out: a file that is never read, because the results go there.

    Yields:
        The exports.
    """
    labels = _labels(paths)
    for path, label in zip(paths, labels, strict=True):
        if path.is_dir() and not _is_one_export(path, source, named=True):
            yield from _below(path, label, source, leave_out, 0)
        else:
            yield SourceFile(path, label, named=True)


def read_source(
    file: SourceFile, source: str | None, reading: ReadingOptions, unknown: UnknownFiles
) -> Iterator[Found]:
    """Read the conversations of an export; an error that makes the rest unreadable comes last.

    Args:
        file: the export.
        source: name of the format, or None to recognize it.
        reading: what the export cannot tell by itself.
        unknown: counts the file if no reader knows it and it was found in a folder; nothing is yielded then.

    Yields:
        Conversations and errors, in the order of the file.
    """
    try:
        if file.error is not None:
            raise file.error
        for read, alone in _whether_alone(read_file(file.path, source, reading)):
            name = file.label if alone and read.identifier == "1" else f"{file.label}#{read.identifier}"
            if isinstance(read, UnreadableConversation):
                yield Found(file.label, name, error=read.error)
            else:
                yield Found(file.label, name, read)
    except _PER_FILE as error:
        if isinstance(error, UnknownFormatError) and not file.named:
            unknown.add(file.label)
        else:
            yield Found(file.label, None, error=error)


def _whether_alone(conversations: Iterator[ReadConversation]) -> Iterator[tuple[ReadConversation, bool]]:
    """Yield each conversation and whether it is the only one; an error comes after what was read before it."""
    first = next(conversations, None)
    if first is None:
        return
    try:
        second = next(conversations, None)
    except GroomingRiskError:
        yield first, False
        raise
    yield first, second is None
    if second is not None:
        yield second, False
    yield from ((conversation, False) for conversation in conversations)


def label_of(name: str) -> str:
    """Return the label of the file that contains the conversation of this name."""
    return name.partition("#")[0]


def _labels(paths: list[Path]) -> list[str]:
    """Return the last part of each path, or the whole paths where two of them end alike."""
    names = [path.name or path.resolve().name for path in paths]
    return [_plain(name) for name in (names if len(set(names)) == len(names) else [path.as_posix() for path in paths])]


def _plain(name: str) -> str:
    """Return a name without #, which separates file and conversation; two names never become the same."""
    return re.sub("%(?=2[35])", "%25", name).replace("#", "%23")


def _is_one_export(folder: Path, source: str | None, named: bool) -> bool:
    if source is None:
        try:
            return is_export(folder)
        except GroomingRiskError:  # too many files for one export, or a folder in it that cannot be opened
            return False
    accepts = FORMATS[source].accepts
    return "folder" in accepts and ((named and "file" not in accepts) or _is_one_export(folder, None, named))


def _below(folder: Path, label: str, source: str | None, leave_out: Path | None, depth: int) -> Iterator[SourceFile]:
    if depth > DEEPEST:
        too_deep = f"{label} is nested more than {DEEPEST} folders deep and was not searched; give it on its own"
        yield SourceFile(folder, label, named=False, error=InputTooLargeError(too_deep))
        return
    try:
        with os.scandir(folder) as scanned:
            entries = sorted(scanned, key=lambda entry: entry.name)
    except OSError as error:
        reason = f"{label} cannot be listed ({error.strerror}); check its permissions"
        yield SourceFile(folder, label, named=False, error=UnsupportedFormatError(reason))
        return
    for entry in entries:
        path, inner = Path(entry.path), f"{label}/{_plain(entry.name)}"
        if entry.name.startswith(".") or entry.is_symlink():
            continue
        if entry.is_dir(follow_symlinks=False):
            if _is_one_export(path, source, named=False):
                yield SourceFile(path, inner, named=False)
            else:
                yield from _below(path, inner, source, leave_out, depth + 1)
        elif entry.is_file(follow_symlinks=False) and not _same(entry, leave_out):
            yield SourceFile(path, inner, named=False)


def _same(entry: os.DirEntry[str], other: Path | None) -> bool:
    # The name is compared first: asking the system about every file would take as long as the walk itself.
    return other is not None and entry.name == other.name and other.exists() and other.samefile(entry.path)
