"""The conversation that is handed over, read from its export."""

from __future__ import annotations

from pathlib import Path

from grooming_risk.commands.scoring.score_files import UnknownFiles, read_source, source_files
from grooming_risk.errors import InvalidOptionError
from grooming_risk.readers import ExportedConversation, ReadingOptions


def read_conversation(
    path: Path, wanted: str | None, source: str | None, reading: ReadingOptions
) -> tuple[str, ExportedConversation]:
    """Read one conversation of an export, with the name that results give it.

    Args:
        path: file, folder or zip of the export.
        wanted: name of the conversation; None if the export contains a single one.
        source: name of the format; None to detect it.
        reading: what the export leaves open.

    Returns:
        The name and the conversation.

    Raises:
        InvalidOptionError: the export contains no such conversation, or several.
        UnsupportedFormatError: the format is not known, or the export does not have it.
        InputTooLargeError: the export is too large.
        InvalidConversationError: the conversation cannot be scored.
    """
    chosen: list[tuple[str, ExportedConversation]] = []
    for file in source_files([path], source):
        for item in read_source(file, source, reading, UnknownFiles()):
            if item.error is not None and (item.name is None or item.name == wanted or wanted is None):
                raise item.error
            if item.exported is not None and wanted in (None, item.name):
                chosen.append((str(item.name), item.exported))
    if len(chosen) != 1:
        raise InvalidOptionError(
            f"{path.name} contains {len(chosen)} matching conversations; pick one with --conversation"
        )
    return chosen[0]
