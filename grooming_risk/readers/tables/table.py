"""Reader of tables in memory (pandas, polars, pyarrow, `datasets`, a dictionary of lists) by column name.

None of these libraries is imported: a table returns its columns as `table[name]`, and a column is iterated.
Tested with pandas 3.1, pyarrow 26 and datasets 5.2 (tests/readers/test_table.py), and once with polars 2.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np

from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.contract import ReadConversation, ReadingOptions
from grooming_risk.readers.base.rows import Row, gather
from grooming_risk.readers.base.written_times import WrittenTimes
from grooming_risk.readers.tables.cells import is_known
from grooming_risk.readers.tables.columns import IN_A_CALL, find_columns

_NOT_GIVEN = object()
_DIGITS = 10**1_000  # Python refuses to write much longer numbers in decimal digits


def read_table(
    table: Any,
    *,
    speaker: str | None = None,
    text: str | None = None,
    sent_at: str | None = None,
    conversation: str | None = None,
    kind: str | None = None,
    options: ReadingOptions | None = None,
) -> Iterator[ReadConversation]:
    """Read the conversations of a table in memory with one message per row, in any order of conversations.

    Args:
        table: pandas or polars DataFrame, pyarrow Table, `datasets.Dataset`, or mapping of names to columns of equal
            length.
        speaker: Column of the speaker; strings or whole numbers. None detects this and the other columns by their
            usual names.
        text: Column of the message text; strings. A missing text is read as media.
        sent_at: Column of times that `Conversation.from_messages` accepts, or of texts such as "1/3/2026 7:02 PM";
            their order of day and month is inferred from the whole column. Naive times are UTC; missing ones unknown.
        conversation: Column of the conversation id; without it, all rows form one conversation.
        kind: Column of `MessageKind` values; missing values are text.
        options: Limits, order of dates, hours of clocks, and columns that the arguments above leave out.

    Returns:
        Conversations in the order of their first rows. A conversation with an unusable row is an
        `UnreadableConversation`, whose error names the row (counted from 0).

    Raises:
        UnsupportedFormatError: If it is not a table, contains several tables, or has no column for speaker or text.
        InvalidOptionError: If a given column does not exist.
    """
    chosen = options or ReadingOptions()
    given = {"speaker": speaker, "text": text, "sent_at": sent_at, "conversation": conversation, "kind": kind}
    columns = replace(chosen.columns, **{role: name for role, name in given.items() if name is not None})
    names = _names(table)
    found = find_columns(names, columns, "the table", IN_A_CALL)
    roles = {role: getattr(found, role) for role in ("name", *given)}
    given_columns = {role: _column(table, names, at) for role, at in roles.items() if at is not None}
    times = WrittenTimes(chosen.date_order, chosen.clock_hours)
    for value in given_columns.get("sent_at", ()):
        if _needs_inference(written := _plain(value), chosen.clock_hours):
            times.add(str(written))
    return gather(_rows(given_columns, times), chosen.limits, times.warnings())


def _names(table: Any) -> list[str]:
    # Look at the type: a DataFrame's columns are attributes too, and one may have this name.
    if isinstance(table, Mapping):
        if any(hasattr(type(part), "column_names") for part in table.values()):
            raise UnsupportedFormatError(
                'the object contains several tables (splits); pass one of them, as in data["train"]'
            )
        names: Any = list(table)
    else:
        attribute = next((name for name in ("column_names", "columns") if hasattr(type(table), name)), None)
        names = getattr(table, attribute) if attribute else None
    if names is None:
        raise UnsupportedFormatError("the object is not a table; pass a DataFrame, a Dataset or a dictionary of lists")
    return [name if isinstance(name, str) else "" for name in names]


def _column(table: Any, names: list[str], at: int) -> Iterable[object]:
    if names.count(names[at]) > 1:
        raise UnsupportedFormatError(f"column {at + 1} has the same name as another; rename one")
    with suppress(KeyError, TypeError, NotImplementedError):
        column: Iterable[object] = table[names[at]]
        return list(column) if iter(column) is column else column  # it is read twice
    raise UnsupportedFormatError("the columns of the table cannot be looked up by name; pass a DataFrame or a Dataset")


def _needs_inference(value: object, clock_hours: int | None) -> bool:
    """Return whether a time is text in another form than ISO 8601, so that its order of day and month is inferred."""
    return isinstance(value, str) and bool(value.strip()) and not is_known(value.strip(), clock_hours)


def _rows(columns: Mapping[str, Iterable[object]], times: WrittenTimes) -> Iterator[Row]:
    values = {role: iter(column) for role, column in columns.items()}
    number = 0
    while True:
        cells = {role: next(column, _NOT_GIVEN) for role, column in values.items()}
        ended = [cell is _NOT_GIVEN for cell in cells.values()]
        if all(ended):
            return
        if any(ended):
            raise UnsupportedFormatError(f"the columns differ in length from row {number} on; give them equal lengths")
        row = {role: _plain(cell) for role, cell in cells.items()}
        written = row.get("sent_at")
        if isinstance(written, str) and _needs_inference(written, times.clock_hours):
            row["sent_at"] = None if times.undecided else times.moment(written.strip()) or written
        yield _row(number, row)
        number += 1


def _row(number: int, cells: Mapping[str, object]) -> Row:
    speaker, text, conversation = cells["speaker"], cells["text"], cells.get("conversation", "1")
    key, kind = _name(speaker), cells.get("kind")
    fault = ""
    if text is not None and not isinstance(text, str):
        fault = f"the text is a {type(text).__name__}; make the column strings"
    elif speaker is not None and key is None:
        fault = f"the speaker is a {type(speaker).__name__}; make the column strings or whole numbers"
    return Row(
        place=f"row {number}",
        conversation=_name(conversation) or "",
        speaker=key or None,
        text=text if isinstance(text, str) else None,
        sent_at=cells.get("sent_at"),
        kind=kind if isinstance(kind, str) or kind is None else "unknown",
        name=_name(cells.get("name")),
        fault=fault,
    )


def _name(value: object) -> str | None:
    """Return a speaker or conversation as text, or None for other values."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # pandas makes whole numbers beside a missing one so
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    return value if isinstance(value, str) else f"{value:x}" if abs(value) >= _DIGITS else str(value)


def _plain(value: Any) -> object:
    """Return a value as a plain Python value; None, NaN, NaT and NA become None."""
    if type(value).__module__.partition(".")[0] == "pyarrow":
        value = value.as_py()
    if isinstance(value, np.datetime64):
        value = value.astype("datetime64[us]").item()  # of nanoseconds, item() is a number
    elif isinstance(value, np.generic):
        value = value.item()
    if value is None or type(value).__name__ in ("NAType", "NaTType"):  # pandas has them, and it is not imported
        return None
    if isinstance(value, float) and value != value:
        return None
    if isinstance(value, datetime) and type(value) is not datetime:  # a pandas Timestamp
        return datetime.combine(value.date(), value.timetz())
    return value
