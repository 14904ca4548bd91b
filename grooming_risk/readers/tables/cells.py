"""Turn the rows of a sheet (CSV, spreadsheet, HTML table) into conversations, by the names of its columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from grooming_risk.readers.base.contract import Columns, ReadConversation, ReadingOptions
from grooming_risk.readers.base.rows import Row, gather
from grooming_risk.readers.base.times import known_time
from grooming_risk.readers.base.written_times import WrittenTimes
from grooming_risk.readers.tables.columns import FoundColumns, by_position, find_columns, order_in

_NOTIFICATION = "notification"
_OUTGOING = (
    "outgoing sent out outbox true yes me 2 ausgehend gesendet enviado enviada saliente envoyé sortant inviato "
    "verzonden uitgaand wysłane wysłana giden gönderilen исходящее исходящий отправлено"
)
_INCOMING = (
    "incoming received in inbox false no 0 1 eingehend empfangen recibido recibida entrante reçu ricevuto ontvangen "
    "inkomend odebrane odebrana przychodzące gelen входящее входящий получено recebido recebida"
)
_SENT = {**dict.fromkeys(_INCOMING.split(), False), **dict.fromkeys(_OUTGOING.split(), True)}
_TOO_WIDE = "the row has more cells than there are columns; save it with texts in quotes"
_OTHER = "the other person"

Cells = Callable[[], Iterator[tuple[int, list[str]]]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet whose rows can be read repeatedly.

    Attributes:
        cells: Returns numbered rows from the start; the first one names the columns.
        where: Name of the sheet for error messages.
        place: What a row is called, such as "line".
        warnings: Warnings that every conversation gets.
    """

    cells: Cells
    where: str
    place: str = "line"
    warnings: tuple[str, ...] = ()


def read_sheet(sheet: Sheet, given: Columns, options: ReadingOptions) -> Iterator[ReadConversation]:
    """Read the conversations of a sheet.

    Args:
        sheet: The sheet.
        given: Columns given by the caller, or inferred.
        options: Order of dates and limits.

    Yields:
        The conversations, in the order of their first rows.

    Raises:
        UnsupportedFormatError: If a required column is missing.
        InvalidOptionError: If a given column does not exist.
    """
    rows = sheet.cells()
    first = next(rows, None)
    if first is None:
        return
    names = first[1]
    found = find_columns(names, given, sheet.where)
    times, last = _collected(chain([first], rows) if by_position(given) else rows, names, found, options)
    warnings = [*sheet.warnings, *times.warnings()]
    rows = sheet.cells()
    if not by_position(given):
        next(rows, None)
    yield from gather(_rows(rows, found, len(names), times, sheet.place), options.limits, warnings, last)


def _collected(
    rows: Iterable[tuple[int, list[str]]], names: Sequence[str], found: FoundColumns, options: ReadingOptions
) -> tuple[WrittenTimes, dict[str, int]]:
    """Return the times of a sheet, and the number of the last row of each conversation."""
    named = order_in(names[found.sent_at]) if found.sent_at is not None else None
    times = WrittenTimes(options.date_order or named, options.clock_hours)
    last: dict[str, int] = {}
    for number, (_, cells) in enumerate(rows):
        last[_conversation(cells, found)] = number
        written = _written(cells, found) if found.sent_at is not None else ""
        if written and not is_known(written, options.clock_hours):
            times.add(written)
    return times, last


def is_known(written: str, clock_hours: int | None = None) -> bool:
    """Return whether a time needs no inference; times that are clearly not ISO 8601 are not tried, which is slow.

    Args:
        written: The time.
        clock_hours: What the caller says of clocks; with 12 hours, a time in ISO 8601 needs the half of its day.

    Returns:
        Whether `known_time` reads it.
    """
    return clock_hours != 12 and (written[4:5] == "-" or written[:8].isdecimal()) and known_time(written) is not None


def _rows(
    rows: Iterable[tuple[int, list[str]]], found: FoundColumns, width: int, times: WrittenTimes, place: str
) -> Iterator[Row]:
    for number, cells in rows:
        yield _row(f"{place} {number}", cells, found, width, times)


def _cell(cells: Sequence[str], at: int | None) -> str:
    return cells[at] if at is not None and at < len(cells) else ""


def _written(cells: Sequence[str], found: FoundColumns) -> str:
    parts = (_cell(cells, found.sent_at).strip(), _cell(cells, found.clock).strip())
    return " ".join(part for part in parts if part)


def _row(place: str, cells: list[str], found: FoundColumns, width: int, times: WrittenTimes) -> Row:
    conversation = _conversation(cells, found)
    if any(cells[width:]):
        return Row(
            place, conversation, fault="the row has more cells than there are columns; save it with texts in quotes"
        )
    if len(cells) <= max(found.speaker or 0, found.text):
        return Row(place, conversation, fault="the row has no cell for speaker or text; export it again")
    kind = _cell(cells, found.kind)
    speaker, name, system = _speaker(cells, found)
    if system:
        kind = "system"
    elif _cell(cells, found.edited_at).strip():
        kind = "edited"
    written = _written(cells, found)
    sent_at: object = written or None
    if written and not is_known(written, times.clock_hours):
        sent_at = None if times.undecided else times.moment(written) or written
    return Row(place, conversation, speaker, _cell(cells, found.text), sent_at, kind or None, name)


def _conversation(cells: Sequence[str], found: FoundColumns) -> str:
    if found.conversation is not None:
        return _cell(cells, found.conversation)
    if found.speaker is None and found.contact is not None:
        return _cell(cells, found.contact)
    if found.recipient is not None and found.speaker is not None:
        people = {_cell(cells, found.speaker).strip(), _cell(cells, found.recipient).strip()}
        return " & ".join(sorted(people))
    return "1"


def _speaker(cells: Sequence[str], found: FoundColumns) -> tuple[str | None, str | None, bool]:
    """Return the speaker, its display name, and whether the row is a notice."""
    direction = _cell(cells, found.direction).strip().casefold()
    if found.speaker is None:
        contact = _cell(cells, found.contact).strip() or _OTHER
        speaker = {True: "", False: contact, None: None}[_SENT.get(direction)]
        return speaker, None, False
    name = _cell(cells, found.name) or None
    named = _cell(cells, found.speaker) or name
    if direction == _NOTIFICATION or _SENT.get(direction):
        named = named or ""
    notice = found.notices is not None and named is not None and named.strip() == found.notices
    return named, name, notice or direction == _NOTIFICATION
