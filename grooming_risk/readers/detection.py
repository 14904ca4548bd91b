"""Which reader a file is for, by its content."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers import discord, json_lines
from grooming_risk.readers.contract import ExportedConversation, Reader

# Most particular first: JSON lines would take any JSON.
FORMATS: dict[str, Reader] = {reader.name: reader for reader in (discord.READER, json_lines.READER)}

_HEAD = 4_096


def read_file(path: Path, format_name: str | None = None) -> Iterator[ExportedConversation]:
    """Conversations of a file.

    Args:
        path: the file.
        format_name: one of FORMATS, or None to recognise it by content.

    Raises:
        UnsupportedFormatError: no reader knows it, or it is damaged.
        InputTooLargeError: it is over a limit.
        InvalidConversationError: a message in it cannot be used.
    """
    if format_name is not None:
        if format_name not in FORMATS:
            raise UnsupportedFormatError(f"no format of that name; use one of {', '.join(FORMATS)}")
        return FORMATS[format_name].read(path)
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError as error:
        raise UnsupportedFormatError(f"{path.name} cannot be opened ({error.strerror}); check the path") from None
    for reader in FORMATS.values():
        if reader.recognizes(head):
            return reader.read(path)
    raise UnsupportedFormatError(f"{path.name} is in no known format; use one of {', '.join(FORMATS)} with --from")
