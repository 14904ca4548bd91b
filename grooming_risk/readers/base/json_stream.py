"""Stream the items of lists in a JSON document that is too large to be parsed as a whole.

The standard library's decoder parses one value at a time from a window of the text, which grows until the value is
complete. Only the lists that are asked for are walked item by item; everything else is parsed and returned.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from grooming_risk.errors import InputTooLargeError, UnsupportedFormatError
from grooming_risk.readers.base.json_text import plain_encoding_of, values_of

_BLANK = re.compile(r"[ \t\r\n]*")
_LARGEST = 50_000_000  # characters of one item
_LEAST = 1 << 16


TOO_LONG: Final = object()  # what `Window.value` returns in place of a list or object that is longer than was allowed


class Window:
    """The text of a document from the current position on, as far as it was read."""

    def __init__(self, chunks: Iterable[bytes], where: str, encoding: str = "") -> None:
        """Begin at the first byte.

        Args:
            chunks: Bytes of the document, in parts.
            where: Name of the document for error messages.
            encoding: Its encoding; "" finds it from the first bytes.
        """
        self.encoding = encoding
        self._chunks, self._where = iter(chunks), where
        self._decoder: codecs.IncrementalDecoder | None = None
        self._text, self._at, self._ended = "", 0, False
        self._before = 0  # bytes of the chunks before the text
        self._decode = json.JSONDecoder().raw_decode

    @property
    def place(self) -> int:
        """Number of bytes before the current position, in the chunks given."""
        return self._before + len(self._text[: self._at].encode(self.encoding))

    def skip(self, characters: int) -> None:
        """Pass so many characters, which the first chunk contains."""
        self.peek()
        self._at = characters

    def peek(self) -> str:
        """Return the next character that is not blank, or "" at the end."""
        while True:
            found = _BLANK.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def take(self, *expected: str) -> str:
        """Return and pass the next character; raise where it is not one of those expected."""
        character = self.peek()
        if character not in expected or not character:
            raise self.fault()
        self._at += 1
        return character

    def value(self, count: Callable[[int], None], most: int | None = None) -> Any:
        """Return the value that begins here, and pass it.

        Args:
            count: Called with an upper bound of the number of values in it.
            most: Characters of a list or object to be returned; None for any that is not too large.

        Returns:
            The value; or `TOO_LONG`, at which the position stays, for a list or object of more characters.

        Raises:
            InputTooLargeError: If the value is too large.
            UnsupportedFormatError: If it is not valid JSON.
        """
        most = most if self.peek() in ("{", "[") else None
        least = _LEAST
        while True:
            try:
                value, end = self._decode(self._text, self._at)
            except (ValueError, RecursionError):
                end = -1
            # A number may go on, and so may a string or list that was cut: read on, but not for each chunk.
            if end >= 0 and (end < len(self._text) or self._ended):
                count(values_of(self._text[self._at : end]))
                self._at = end
                return value
            if most is not None and len(self._text) - self._at > most:
                return TOO_LONG
            if len(self._text) - self._at > _LARGEST:
                raise InputTooLargeError(f"{self._where} has an item of over {_LARGEST:,} characters; split it")
            grown = len(self._text) - self._at + least
            if not self._more():
                raise self.fault()
            while len(self._text) - self._at < grown and self._more():
                pass
            least *= 2

    def fault(self) -> UnsupportedFormatError:
        """Return the error for text that is not valid JSON."""
        return UnsupportedFormatError(f"{self._where} is not valid JSON, or ends too early; export it again")

    def _more(self) -> bool:
        chunk = next(self._chunks, None)
        if self._ended:
            return False
        self._ended = chunk is None
        chunk = chunk or b""
        if self._decoder is None:
            if not self.encoding:
                self.encoding, self._before = plain_encoding_of(chunk[:64])
                chunk = chunk[self._before :]
            self._decoder = codecs.getincrementaldecoder(self.encoding)()
        text: str | None = None
        try:
            text = self._decoder.decode(chunk, final=self._ended)
        except UnicodeDecodeError:
            text = None
        if text is None:  # raised here, because the decoder's error contains the bytes
            raise UnsupportedFormatError(f"{self._where} is not UTF-8; save it as UTF-8")
        self._before = self.place
        self._text, self._at = self._text[self._at :] + text, 0
        return True


def json_items(
    chunks: Iterable[bytes], where: str, wanted: Callable[[tuple[str, ...]], bool], count: Callable[[int], None]
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the items of the lists that are wanted, and the other values of the objects around them.

    Args:
        chunks: Bytes of the document, in parts.
        where: Name of the document for error messages.
        wanted: Whether the value under these keys is to be walked: the keys of a list, or those of an object above it.
        count: Called with an upper bound of the number of values that were parsed.

    Yields:
        The keys of a value and the value: of a wanted list each item, of a wanted object each other value.

    Raises:
        InputTooLargeError: If an item is too large.
        UnsupportedFormatError: If the document is not valid JSON.
    """
    window = Window(chunks, where)
    yield from _walk(window, (), wanted, count)
    if window.peek():
        raise window.fault()


def _walk(
    window: Window, keys: tuple[str, ...], wanted: Callable[[tuple[str, ...]], bool], count: Callable[[int], None]
) -> Iterator[tuple[tuple[str, ...], Any]]:
    first = window.peek()
    if first not in ("{", "[") or (keys and not wanted(keys)):
        yield keys, window.value(count)
        return
    window.take(first)
    end = "}" if first == "{" else "]"
    while window.peek() != end:
        if first == "{":
            key = window.value(count)
            if not isinstance(key, str):
                raise window.fault()
            window.take(":")
            yield from _walk(window, (*keys, key), wanted, count)
        else:
            yield keys, window.value(count)
        if window.peek() == ",":
            window.take(",")
        elif window.peek() != end:
            raise window.fault()
    window.take(end)
