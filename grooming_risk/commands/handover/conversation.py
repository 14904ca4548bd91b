"""The conversation and the report that a hand-over is about."""

from __future__ import annotations

from pathlib import Path

from grooming_risk.commands.score_files import UnknownFiles, read_source, source_files
from grooming_risk.errors import InvalidOptionError
from grooming_risk.readers import ExportedConversation, ReadingOptions


def read_conversation(
    path: Path, wanted: str | None, source: str | None, reading: ReadingOptions
) -> tuple[str, ExportedConversation]:
    """Read one conversation of an export, under the name that results have.

    Args:
        path: of the export.
        wanted: name of the conversation; None where the export holds one.
        source: name of the format; recognized when None.
        reading: what the export cannot say of itself.

    Returns:
        Name and conversation.

    Raises:
        InvalidOptionError: the export holds no such conversation, or several.
        UnsupportedFormatError, InputTooLargeError, InvalidConversationError: it cannot be read.
    """
    chosen: list[tuple[str, ExportedConversation]] = []
    for file in source_files([path], source):
        for item in read_source(file, source, reading, UnknownFiles()):
            if item.error is not None and (item.name is None or item.name == wanted or wanted is None):
                raise item.error
            if item.exported is not None and wanted in (None, item.name):
                chosen.append((str(item.name), item.exported))
    if len(chosen) != 1:
        count = len(chosen) or "no"
        raise InvalidOptionError(f"{path.name} holds {count} such conversations; name one with --conversation")
    return chosen[0]
