"""JSON objects with other keys than ours: keys given by the caller, and the OpenAI chat format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.contract import Columns
from grooming_risk.readers.base.rows import Row
from grooming_risk.readers.tables.columns import IN_A_FILE

_SPEAKERS = ("speaker", "author", "user", "from", "sender")
_NOTICES = ("system", "developer", "tool", "function")


def with_role(row: Any) -> Any:
    """Return a row of the OpenAI chat format as one of ours; other rows unchanged.

    Args:
        row: Any value of a list of messages.

    Returns:
        The row with its role as the speaker and the text parts of its content joined.
    """
    if not isinstance(row, Mapping) or "role" not in row or any(key in row for key in _SPEAKERS):
        return row
    role, content = row["role"], row.get("content")
    if isinstance(content, list):
        parts = (part.get("text") if isinstance(part, Mapping) else part for part in content)
        content = "\n".join(part for part in parts if isinstance(part, str))
    made = {**row, "speaker": row.get("name") or role, "text": "" if content is None else content}
    made.pop("content", None)
    if role in _NOTICES:
        made["kind"] = "system"
    return made


def named_rows(document: Any, columns: Columns) -> Iterator[Row]:
    """Return the rows of a JSON document under the keys that the caller gives.

    Args:
        document: Rows, or an object with one list of rows.
        columns: Keys; "author.name" is a key of an inner object.

    Yields:
        The rows.

    Raises:
        UnsupportedFormatError: If the document contains no list of rows, or the first row lacks a given key.
    """
    if columns.speaker is None or columns.text is None:
        raise UnsupportedFormatError(f"give the keys of both speaker and text, {IN_A_FILE}")
    for number, row in enumerate(_unpacked(_rows(document), columns)):
        if number == 0:
            _check(row, columns)
        yield _row(number, row, columns)


def _rows(document: Any) -> Iterable[Any]:
    if isinstance(document, Mapping):
        lists = [value for value in document.values() if isinstance(value, list) and value]
        rows = [value for value in lists if isinstance(value[0], Mapping)]
        if len(rows) != 1:
            raise UnsupportedFormatError(f"the JSON has {len(rows)} lists of messages; give a file with one list")
        return rows[0]
    return document if isinstance(document, Iterable) and not isinstance(document, str) else ()


def _unpacked(rows: Iterable[Any], columns: Columns) -> Iterator[Any]:
    """Yield rows, and those of the list in an object that is not a row itself."""
    for row in rows:
        packed = isinstance(row, Mapping) and _holder(row, columns.speaker or "") is None
        if packed and any(isinstance(value, list) for value in row.values()):
            yield from _rows(row)
        else:
            yield row


def _check(row: Any, columns: Columns) -> None:
    for role in ("speaker", "text", "sent_at", "conversation"):
        key = getattr(columns, role)
        if key is not None and _value(row, key) is None and _holder(row, key) is None:
            raise UnsupportedFormatError(f"the first message lacks the key given for {role}; check its spelling")


def _holder(row: Any, key: str) -> Mapping[str, Any] | None:
    *above, last = key.split(".")
    for part in above:
        row = row.get(part) if isinstance(row, Mapping) else None
    return row if isinstance(row, Mapping) and last in row else None


def _value(row: Any, key: str | None) -> Any:
    if key is None or not isinstance(row, Mapping):
        return None
    if key in row:
        return row[key]
    holder = _holder(row, key)
    return None if holder is None else holder[key.split(".")[-1]]


def _row(number: int, row: Any, columns: Columns) -> Row:
    speaker, text, kind = (_value(row, key) for key in (columns.speaker, columns.text, columns.kind))
    conversation = _name(_value(row, columns.conversation)) or "1"
    fault = "" if text is None or isinstance(text, str) else "the text is not a string; give another key"
    return Row(
        place=f"message {number}",
        conversation=conversation,
        speaker=_name(speaker),
        text=text if isinstance(text, str) else None,
        sent_at=_value(row, columns.sent_at),
        kind=kind if isinstance(kind, str) else None,
        fault=fault,
    )


def _name(value: Any) -> str | None:
    usable = isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**40)
    return str(value) if usable else None
