"""Read a JSON document that may be too large to be held.

Parsed as a whole, a document takes seven times its bytes. Of a large one, values that are short are parsed as ever, and
long lists are left in the file: each time one is iterated, its part of the file is read again, item by item.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeGuard, overload

from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.json_stream import TOO_LONG, Window

# Characters of a list or object that is held. Each is parsed up to here before it is known to be longer.
_HELD = 1 << 20
_DEEPEST = 8  # no list of messages lies deeper
_Count = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class _File:
    """Where a list is read again.

    Attributes:
        chunks: Returns the bytes from a place on.
        where: Name for error messages.
        encoding: Encoding of the bytes.
    """

    chunks: Callable[[int], Iterator[bytes]]
    where: str
    encoding: str


class StreamedList(Sequence[Any]):
    """A list of a document, read from the file each time it is iterated. An index or a slice reads all before it."""

    __slots__ = ("_depth", "_file", "_length", "_place")

    def __init__(self, file: _File, place: int, length: int, depth: int) -> None:
        """Refer to a list.

        Args:
            file: Where it is read.
            place: Number of bytes before it.
            length: Number of its items.
            depth: Number of lists and objects around it.
        """
        self._file, self._place, self._length, self._depth = file, place, length, depth

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Any]:
        window = Window(self._file.chunks(self._place), self._file.where, self._file.encoding)
        return _items(window, self._file, self._place, _uncounted, self._depth)

    def __reversed__(self) -> Iterator[Any]:
        # By index, as a sequence is reversed otherwise, the file would be read once for every item.
        return iter(list(self)[::-1])

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> list[Any]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return list(self)[index]
        position = range(self._length)[index]
        return next(islice(self, position, None))


def document_of(export: Export, name: str | None = None, *, head: int = 0, tail: str = "") -> Any:
    """Return the parsed JSON of a member, in which long lists of a large one are `StreamedList`s.

    Args:
        export: The export.
        name: Member; None selects the only member.
        head: Characters before the document, not blank, within the first 4,096 bytes.
        tail: What may follow the document.

    Returns:
        The document. Members of a zip are held as bytes, because a zip cannot be entered in the middle.

    Raises:
        InputTooLargeError: If the member exceeds the limits.
        UnsupportedFormatError: If the member cannot be read or is not valid JSON.
    """
    name = export.member() if name is None else name
    where = export.where(name)
    if not export.is_large(name):
        return export.parsed(export.text(name)[head:].rstrip().removesuffix(tail), where)
    if export.shape == "zip":
        data = export.read(name)
        window = Window(_parts_of(data, 0), where)
    else:
        data = b""
        window = Window(export.chunks(name), where)
    window.skip(head)
    file = _File(lambda at: _parts_of(data, at) if data else export.chunks(name, at), where, window.encoding)
    document = _value(window, file, 0, export.work.add_values, 0)
    if tail and window.peek() == tail:
        window.take(tail)
    if window.peek():
        raise window.fault()
    return document


def is_list(value: Any) -> TypeGuard[Sequence[Any]]:
    """Return whether a value of a document is a list, held or not."""
    return isinstance(value, (list, StreamedList))


def _value(window: Window, file: _File, before: int, count: _Count, depth: int) -> Any:
    """Return the value that begins here, and pass it; `before` bytes precede those of the window."""
    value = window.value(count, _HELD if depth < _DEEPEST else None)
    if value is not TOO_LONG:
        return value
    if window.peek() == "[":
        place = before + window.place
        return StreamedList(file, place, sum(1 for _ in _items(window, file, before, count, depth)), depth)
    found: dict[str, Any] = {}
    window.take("{")
    ends = window.peek() == "}"
    while not ends:
        key = window.value(count)
        if not isinstance(key, str):
            raise window.fault()
        window.take(":")
        found[key] = _value(window, file, before, count, depth + 1)
        ends = window.take(",", "}") == "}"
    return found


def _items(window: Window, file: _File, before: int, count: _Count, depth: int) -> Iterator[Any]:
    """Yield the items of the list that begins here, and pass it."""
    window.take("[")
    if window.peek() == "]":
        window.take("]")
        return
    while True:
        yield _value(window, file, before, count, depth + 1)
        if window.take(",", "]") == "]":
            return


def _uncounted(_values: int) -> None:
    """Count nothing: the values were counted when the document was read."""


def _parts_of(data: bytes, at: int) -> Iterator[bytes]:
    for start in range(at, len(data), _HELD):
        yield data[start : start + _HELD]
