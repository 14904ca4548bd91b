"""Choose the reader for an export by its content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from os import PathLike
from pathlib import Path, PurePosixPath

from grooming_risk.conversation import Attribution
from grooming_risk.errors import GroomingRiskError, UnknownFormatError, UnsupportedFormatError
from grooming_risk.readers.base.contract import (
    Columns,
    ReadConversation,
    Reader,
    ReadingOptions,
    UnreadableConversation,
)
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.formats import FORMATS
from grooming_risk.readers.slack import reader as slack
from grooming_risk.readers.tables import delimited, json_lines
from grooming_risk.readers.unknown_files import is_certain, look_of

# Files beside a chat that may be another chat; pictures and recordings are not inspected.
_TEXTS = (".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".txt", ".log", ".md", ".weechatlog", ".html")
# Members of an unknown zip that every reader looks at, so that 100,000 of them cost no more than these.
_MEMBERS_TRIED = 500
# The JSON lines reader accepts any JSON, including other files of an export; only rows of messages make it a chat.
_PAIRS = re.compile(r'\A\s*\[\s*\[\s*"')
_ROW = (re.compile(r'"(speaker|author|user|from|sender)"\s*:'), re.compile(r'"(text|content|body)"\s*:'))


def read_file(
    path: str | PathLike[str], format_name: str | None = None, options: ReadingOptions | None = None
) -> Iterator[ReadConversation]:
    """Read the conversations of an export.

    Args:
        path: File, folder or zip.
        format_name: One of FORMATS, or None to detect the format by content. A file in no known format is read as a
            table when its columns are given.
        options: Settings that cannot be read from the export itself.

    Returns:
        An iterator over the conversations. Errors of the whole export are raised while it is consumed.

    Raises:
        UnsupportedFormatError: If no reader knows the format, the export is damaged, or it contains no messages.
        InputTooLargeError: If the export exceeds a limit.
        InvalidOptionError: If a given column does not exist.
    """
    chosen = options or ReadingOptions()
    reader, export = open_export(Path(path), format_name, chosen)
    return read_export(reader, export, chosen)


def candidates(export: Export) -> list[Reader]:
    """Return the readers that recognize an export, the most specific one first; detection chooses the first."""
    with export.work.searching():
        return [reader for reader in FORMATS.values() if reader.recognizes(export)]


def open_export(path: Path, format_name: str | None, options: ReadingOptions) -> tuple[Reader, Export]:
    """Open an export and choose its reader.

    Args:
        path: File, folder or zip.
        format_name: One of FORMATS, or None to detect the format.
        options: Settings that cannot be read from the export itself.

    Returns:
        The reader, and the export or the one member of a zip that the reader is for.

    Raises:
        UnsupportedFormatError: If no reader knows the format, or the export is damaged.
        InputTooLargeError: If the export exceeds a limit.
    """
    if format_name is not None and format_name not in FORMATS:
        raise UnsupportedFormatError(f"unknown format name; use one of {', '.join(FORMATS)}")
    export = Export(path, options.export_limits)
    if format_name is not None:
        return FORMATS[format_name], export
    with export.work.searching():
        return _recognized(export, options)


def is_export(path: Path) -> bool:
    """Return whether a folder is itself an export, rather than a folder of exports."""
    export = Export(path)
    takers = (reader for reader in FORMATS.values() if "folder" in reader.accepts and reader.recognizes(export))
    with export.work.searching():
        reader = next(takers, None)
        return reader is not None and not _leaves_out(reader, export)


def read_export(reader: Reader, export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    """Return the conversations of an export that `open_export` opened, each with what shows who wrote it.

    Args:
        reader: The reader that `open_export` chose.
        export: The export.
        options: Settings that cannot be read from the export itself.

    Returns:
        An iterator; errors of the whole export are raised while it is consumed, as `read_file` does.
    """
    return _explained(_conversations(reader, export, options), reader, export)


def _conversations(reader: Reader, export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    empty = True
    for conversation in reader.read(export, options):
        empty = False
        yield _attributed(conversation, reader.attribution)
    if empty:
        raise UnsupportedFormatError(
            f"{export.name} contains no messages; export it again or choose a format with --from"
        )


def _explained(read: Iterator[ReadConversation], reader: Reader, export: Export) -> Iterator[ReadConversation]:
    """Yield the conversations; an error before the first one also says what else the export may be."""
    first, fault = None, ""
    try:
        first = next(read, None)
    except UnsupportedFormatError as error:
        hint = _hint(reader, export)
        if not hint:
            raise
        fault = f"{error}; {hint}"
    if fault:
        raise UnsupportedFormatError(fault)
    if first is not None:
        yield first
    yield from read


def _hint(tried: Reader, export: Export) -> str:
    """Return what an export may be instead of the format that failed, or ""."""
    try:
        others = [reader for reader in candidates(export) if reader is not tried]
        look = look_of(export)
    except GroomingRiskError:
        return ""
    if others:
        return f"it may be in the format {others[0].name}: choose it with --from {others[0].name}"
    return f"it looks like {look.what}: {look.advice[0].lower()}{look.advice[1:]}" if is_certain(look) else ""


def _attributed(read: ReadConversation, attribution: Attribution) -> ReadConversation:
    """Return a conversation with what shows who wrote it, where its reader has not said so itself."""
    if isinstance(read, UnreadableConversation) or read.conversation.attribution is not Attribution.GIVEN:
        return read
    return replace(read, conversation=replace(read.conversation, attribution=attribution))


def _recognized(export: Export, options: ReadingOptions) -> tuple[Reader, Export]:
    for reader in FORMATS.values():
        if reader.recognizes(export):
            if _leaves_out(reader, export):
                raise _several(export)
            return reader, export
    if export.shape == "zip":
        # A single file that somebody packed. Two are enough to know that it is something else.
        packed = (found for name in export.names[:_MEMBERS_TRIED] for found in _packed(export.only(name)))
        found = list(islice(packed, 2))
        if len(found) == 1:
            return found[0]
        if any(_is_chat(reader, member) for reader, member in chain(found, packed)):
            raise _several(export)
    if options.columns != Columns() and len(export.names) == 1:
        return delimited.READER, export
    look = look_of(export)
    raise UnknownFormatError(
        f"{export.name} is in no known format; it looks like {look.what}. {look.advice}, or choose a format with "
        "--from (`grooming-risk formats` lists them)"
        if look.what != "empty"
        else f"{export.name} is empty and in no known format. {look.advice}"
    )


def _leaves_out(reader: Reader, export: Export) -> bool:
    """Return whether a folder or zip also contains chats of other formats, which this reader would skip."""
    if len(export.names) == 1:
        return False
    zips = (PurePosixPath(name) for name in export.names if name.lower().endswith(".zip"))
    if export.shape == "folder" and any(path.parent == export.root() for path in zips):
        return True
    texts = (export.only(name) for name in export.names if name.lower().endswith(_TEXTS))
    return any(_is_foreign(reader, member) for member in texts)


def _is_foreign(reader: Reader, member: Export) -> bool:
    if reader is slack.READER and slack.is_day_file(member.names[0]):  # however unusual its rows are
        return False
    try:
        return not reader.recognizes(member) and any(_is_chat(*found) for found in _packed(member))
    except UnsupportedFormatError:  # a damaged member is reported by the reader that reads it
        return False


def _is_chat(reader: Reader, member: Export) -> bool:
    if reader is not json_lines.READER:
        return True
    head = member.head()
    return _PAIRS.match(head) is not None or all(key.search(head) for key in _ROW)


def _several(export: Export) -> UnsupportedFormatError:
    how = "unpack it and give the folder" if export.shape == "zip" else "give each on its own"
    return UnsupportedFormatError(f"{export.name} contains several exports; {how}, or choose a format with --from")


def _packed(export: Export) -> Iterator[tuple[Reader, Export]]:
    reader = next((reader for reader in FORMATS.values() if reader.recognizes(export)), None)
    if reader is not None:
        yield reader, export
