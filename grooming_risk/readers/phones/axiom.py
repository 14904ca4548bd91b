"""Reader of chats that Magnet AXIOM (and IEF before it) exports as CSV.

Columns, read in public importers of such files: each kind of artefact has its own, among them Sender or "Sender Name",
Recipient, Message or Body, "Message Sent Date/Time - UTC+00:00 (dd/MM/yyyy)", Direction or "Message Status",
"_ThreadID" or "Chat ID". The name of the column of times shows their order. The Excel export has the same columns and
is read as a spreadsheet.
"""

from __future__ import annotations

import re

from grooming_risk.conversation import Attribution
from grooming_risk.readers.base.contract import Guide, Reader
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.tables import delimited

_TIMES = re.compile(r"Date/Time - (?:UTC|GMT|Local)[^,;\"]{0,40}")


def _recognizes(export: Export) -> bool:
    if len(export.names) != 1:
        return False
    first = export.head().split("\n", 1)[0]
    return _TIMES.search(first) is not None and delimited.READER.recognizes(export)


READER = Reader(
    name="axiom",
    attribution=Attribution.NAME,
    description="Magnet AXIOM, a CSV export of messages (Excel exports are read as spreadsheets)",
    accepts=("file", "zip"),
    keeps=("times", "media"),
    limit="recovered messages are not marked; artefacts without columns of sender and text need --columns",
    recognizes=_recognizes,
    read=delimited.READER.read,
    guide=Guide(
        steps=(
            "In AXIOM Examine, choose the chat artefacts, then File > Create report / export > CSV or Excel.",
            "Include the columns of sender, recipient, message, time and thread.",
            "Give one CSV; artefacts of different apps are different files.",
        ),
        kept=("senders and recipients as shown", "times in UTC", "threads"),
        lost=("which messages were recovered", "attachments", "system notices as such"),
        source="public importers of AXIOM's columns; unverified on its newest versions",
        seen="columns of AXIOM 4 to 8 in importers",
    ),
)
