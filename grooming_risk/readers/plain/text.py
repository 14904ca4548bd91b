"""Reader of plain text: `Name: text`, `[time] Name: text` and other shapes, typed or copied from a chat window.

There is no schema; the shapes and their sources are in `heads`. The first line decides the shape of the file; lines
that do not have it continue the message before them. A message of several lines can therefore contain a forged head.
Files in Windows-1252 are read with a warning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from grooming_risk.conversation import Attribution
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.plain.heads import shape_of
from grooming_risk.readers.plain.messages import NOT_UTF8, SAMPLE, read_messages


def _recognizes(export: Export) -> bool:
    if len(export.names) != 1:
        return False
    head = export.head()
    if "\0" in head or head.lstrip("\ufeff \t\r\n").startswith(("{", "<")):
        return False
    lines = head.replace("\r\n", "\n").split("\n")
    lines = lines[:-1] if len(lines) > 2 and len(head) > 3_000 else lines
    return shape_of([line for line in lines if line.strip()][:SAMPLE]) is not None


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    encoding = export.encoding()

    def lines() -> Iterable[str]:
        return export.lines(encoding=encoding)

    yield from read_messages(lines, export.where(), options, [NOT_UTF8] if encoding == "cp1252" else ())


READER = Reader(
    name="text",
    attribution=Attribution.NAME,
    description="text with a name before each message: Name: text, [time] Name: text, or copied from a chat window",
    accepts=("file", "zip"),
    keeps=("times",),
    limit="names are as typed; times have no zone (read as UTC); notices and media are read as text",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Copy the chat from the app's window on a computer into a text file.",
            "Check that each message begins with a name, as in Name: text or [date time] Name: text.",
            "Save the file as UTF-8.",
        ),
        kept=("text", "names", "times, where they are written"),
        lost=("ids", "edits and deletions", "media"),
        source="public examples of text copied from Discord, Teams, Slack and Skype; unverified per version",
        seen="any",
    ),
)
