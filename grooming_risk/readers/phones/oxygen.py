"""Reader of messages that Oxygen Forensic Detective exports as CSV.

Columns as users of the program describe them, unverified per version: Type, Direction, "Time stamp", From, To or
"Remote party", Text, Source, Deleted. Files with other columns are read with --columns. The Excel export has the same
columns and is read as a spreadsheet.
"""

from __future__ import annotations

import csv

from grooming_risk.conversation import Attribution
from grooming_risk.readers.base.contract import Guide, Reader
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.tables import delimited

_MARKS = ("remote party", "time stamp", "source file", "extraction", "deleted")
_NEEDED = 2


def _recognizes(export: Export) -> bool:
    if len(export.names) != 1:
        return False
    first = export.head().split("\n", 1)[0].rstrip("\r")
    try:
        cells = next(csv.reader([first], delimiter=";" if first.count(";") > first.count(",") else ","), [])
    except csv.Error:
        return False
    names = [cell.strip().casefold() for cell in cells]
    known = sum(any(name.startswith(mark) for name in names) for mark in _MARKS)
    return known >= _NEEDED and delimited.READER.recognizes(export)


READER = Reader(
    name="oxygen",
    attribution=Attribution.NAME,
    description="Oxygen Forensic Detective, a CSV export of messages (Excel exports are read as spreadsheets)",
    accepts=("file", "zip"),
    keeps=("times", "media"),
    limit="recovered messages are not marked; files with other columns need --columns",
    recognizes=_recognizes,
    read=delimited.READER.read,
    guide=Guide(
        steps=(
            "In Oxygen Forensic Detective, open Messages or the app's section and choose the messages.",
            "Export > CSV or Excel, with the columns Direction, Time stamp, From, To and Text.",
        ),
        kept=("senders and recipients as shown", "times as written"),
        lost=("which messages were recovered", "attachments", "system notices as such"),
        source="descriptions of users; Oxygen publishes no schema, unverified per version",
        seen="columns as described in 2020 to 2025",
    ),
)
