"""Which reader an export is for, by its content."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from grooming_risk.errors import UnknownFormatError, UnsupportedFormatError
from grooming_risk.readers import (
    convokit,
    delimited,
    discord,
    irc,
    json_lines,
    matrix,
    messenger,
    signal,
    slack,
    telegram,
    whatsapp,
)
from grooming_risk.readers.contract import Columns, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.export import Export

# Most particular first: JSON lines would take any JSON, WhatsApp many lines that begin with a date and a time.
FORMATS: dict[str, Reader] = {
    reader.name: reader
    for reader in (
        discord.READER,
        telegram.READER,
        messenger.READER,
        slack.READER,
        matrix.READER,
        convokit.READER,
        signal.READER,
        irc.READER,
        whatsapp.READER,
        delimited.READER,
        json_lines.READER,
    )
}


def read_file(
    path: Path, format_name: str | None = None, options: ReadingOptions | None = None
) -> Iterator[ReadConversation]:
    """Conversations of an export.

    Args:
        path: a file, a folder or a zip.
        format_name: one of FORMATS, or None to recognise it by content; what nobody recognises is read as a table when
            its columns are given.
        options: what the export cannot say of itself.

    Raises:
        UnsupportedFormatError: no reader knows it, it is damaged, or it holds no messages.
        InputTooLargeError: it is over a limit.
        InvalidOptionError: a column that was given is not there.
    """
    if format_name is not None and format_name not in FORMATS:
        raise UnsupportedFormatError(f"no format of that name; use one of {', '.join(FORMATS)}")
    chosen = options or ReadingOptions()
    export = Export(path, chosen.export_limits)
    reader, export = _recognized(export, chosen) if format_name is None else (FORMATS[format_name], export)
    return _conversations(reader, export, chosen)


def is_export(path: Path) -> bool:
    """Whether a folder is itself an export, rather than a folder of exports."""
    export = Export(path)
    return any("folder" in reader.accepts and reader.recognizes(export) for reader in FORMATS.values())


def _conversations(reader: Reader, export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    empty = True
    for conversation in reader.read(export, options):
        empty = False
        yield conversation
    if empty:
        raise UnsupportedFormatError(f"{export.name} holds no messages; export it again or choose a format with --from")


def _recognized(export: Export, options: ReadingOptions) -> tuple[Reader, Export]:
    for reader in FORMATS.values():
        if reader.recognizes(export):
            return reader, export
    if export.shape == "zip":
        # A single file that somebody packed. Two are enough to know that it is something else.
        packed = (found for name in export.names for found in _packed(export.only(name)))
        found = list(islice(packed, 2))
        if len(found) == 1:
            return found[0]
    if options.columns != Columns() and len(export.names) == 1:
        return delimited.READER, export
    raise UnknownFormatError(f"{export.name} is in no known format; use one of {', '.join(FORMATS)} with --from")


def _packed(export: Export) -> Iterator[tuple[Reader, Export]]:
    reader = next((reader for reader in FORMATS.values() if reader.recognizes(export)), None)
    if reader is not None:
        yield reader, export
