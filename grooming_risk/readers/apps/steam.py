"""Reader of Steam chats: the page of friends' messages in an account's data, saved as HTML.

The page help.steampowered.com/accountdata/GetFriendMessagesLog shows a table with the columns Sender, Recipient, Time
and Message (public exporters of it, 2018 to 2025). Times are in Pacific time without a zone, as "Mar 1, 2026 @ 7:02pm"
or "2026-03-01 19:02:11". CSV of exporters, and text copied from the chat window, are read as tables and text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from grooming_risk.conversation import Attribution
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.contract import Columns, Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.html_records import html_records
from grooming_risk.readers.tables.cells import Sheet, read_sheet

_PAGE = re.compile(r"(?i)<(?:!doctype html|html)")
_MARKS = ("steampowered.com", "steamcommunity.com", "AccountDataTable", "account_data")
# Columns of the table. So many rows are held as one, in a third of the memory that strings of their own would take.
_WIDTH, _AT_ONCE = 4, 1_000
_ROWS, _CELLS = "\x1e", "\x1f"
_SEPARATORS = re.compile(f"[{_ROWS}{_CELLS}]")
_AT = re.compile(r"(?<=\d{4}) @ ?(?=\d{1,2}:\d\d[ :\d]{0,4}(?:[ap]m)?\Z)")


def _recognizes(export: Export) -> bool:
    if len(export.names) != 1:
        return False
    head = export.head()
    return _PAGE.search(head) is not None and any(mark in head for mark in _MARKS)


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    member = export.member()
    # Rows are read twice, for the order of their dates first; parsing the page twice would take far longer.
    rows = iter(_rows(export))
    blocks = list(iter(lambda: _ROWS.join(islice(rows, _AT_ONCE)).encode("utf-8", "surrogatepass"), b""))
    if not blocks:
        raise UnsupportedFormatError(
            f"{export.where(member)} has no table of messages; open the page of friends' messages and save it"
        )

    def messages() -> Iterator[tuple[int, list[str]]]:
        for block in blocks:
            for row in block.decode("utf-8", "surrogatepass").split(_ROWS):
                number, *cells = row.split(_CELLS)
                yield int(number), cells

    yield from read_sheet(Sheet(messages, export.where(member), "row"), Columns(), options)


def _rows(export: Export) -> Iterator[str]:
    """Yield the number and cells of each row of messages, as one string."""
    records = html_records(export.chunks(), export.where(export.member()), lambda tag, _: tag == "tr")
    for number, row in enumerate(records, start=1):
        texts = (_SEPARATORS.sub(" ", cell.text()) for cell in row.tags("td") or row.tags("th"))
        cells = [_AT.sub(" ", text) for text in texts]
        if len(cells) >= _WIDTH:
            yield _CELLS.join((str(number), *cells))


READER = Reader(
    name="steam",
    attribution=Attribution.NAME,
    description="Steam: the saved page of friends' messages in the account's data",
    accepts=("file", "zip"),
    keeps=("times", "media"),
    limit="Steam shows the last two weeks only; times are Pacific time without a zone (read as UTC)",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Open help.steampowered.com/accountdata, then Friends messages.",
            "Scroll to the end and save the page as HTML.",
            "Or copy the chat window's text into a file: it is read as text.",
        ),
        kept=("names", "times", "who a message was for"),
        lost=("messages older than two weeks", "zones of times", "ids, pictures"),
        source="public exporters of the page; unverified per version",
        seen="pages of 2018 to 2025 as described",
    ),
)
