"""Stream XML with expat: elements with attributes and text, without document types, entities or a tree.

A document type declaration is refused, so entities cannot be defined and nothing outside the file can be loaded. Memory
holds the path of open elements and the text of the innermost one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from grooming_risk.errors import UnsupportedFormatError

_DEEPEST = 200
_LONGEST_TEXT = 2_000_000
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Element:
    """The start or the end of an element. Its `repr` hides attributes and text.

    Attributes:
        name: Name without namespace prefix.
        attributes: Attributes by name, without namespace prefix.
        text: None at the start; at the end the text directly inside the element.
    """

    name: str
    attributes: dict[str, str] = field(repr=False)
    text: str | None = field(default=None, repr=False)


class _Refused(Exception):
    """Raised inside expat's handlers; carries a fixed reason and no text."""


def xml_elements(chunks: Iterable[bytes], where: str) -> Iterator[Element]:
    """Yield the starts and ends of elements.

    Args:
        chunks: Bytes of the document, in parts.
        where: Name of the document for error messages.

    Yields:
        Each element at its start, and again with its text at its end.

    Raises:
        UnsupportedFormatError: If the document is not well-formed, has a document type, is nested too deeply or
            contains a text of more than 2,000,000 characters.
    """
    handlers = _Handlers()
    parser = expat.ParserCreate(namespace_separator=None)
    parser.buffer_text, parser.buffer_size = True, _CHUNK
    parser.StartElementHandler, parser.EndElementHandler = handlers.start, handlers.end
    parser.CharacterDataHandler = handlers.data
    parser.StartDoctypeDeclHandler = handlers.doctype
    parser.EntityDeclHandler = handlers.doctype
    for chunk in chunks:
        for part in (chunk[at : at + _CHUNK] for at in range(0, len(chunk), _CHUNK)):
            fault = _parsed(parser.Parse, part, False)
            yield from handlers.taken()
            if fault:
                raise UnsupportedFormatError(f"{where} {fault}")
    fault = _parsed(parser.Parse, b"", True)
    yield from handlers.taken()
    if fault:
        raise UnsupportedFormatError(f"{where} {fault}")


def _parsed(parse: Callable[[bytes, bool], object], part: bytes, final: bool) -> str:
    """Parse a part; return what is wrong. expat's own message is a fixed phrase with a line number."""
    try:
        parse(part, final)
    except _Refused as refused:
        return str(refused.args[0])
    except expat.ExpatError as error:
        return f"is not valid XML from line {error.lineno} on; export it again"
    except (ValueError, LookupError):
        return "is XML in an unknown encoding; save it as UTF-8"
    return ""


class _Handlers:
    """Collect what expat reports until it is taken."""

    def __init__(self) -> None:
        self._events: list[Element] = []
        self._open: list[tuple[str, dict[str, str], list[str]]] = []
        self._length = 0

    def taken(self) -> list[Element]:
        """Return the events since the last call."""
        events, self._events = self._events, []
        return events

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Record the start of an element."""
        if len(self._open) >= _DEEPEST:
            raise _Refused("is nested too deeply; export it again")
        plain = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        name = name.rpartition(":")[2]
        self._open.append((name, plain, []))
        self._length = 0
        self._events.append(Element(name, plain))

    def end(self, _name: str) -> None:
        """Record the end of an element."""
        own, attributes, parts = self._open.pop()
        self._length = 0
        self._events.append(Element(own, attributes, "".join(parts)))

    def data(self, text: str) -> None:
        """Record text."""
        self._length += len(text)
        if self._length > _LONGEST_TEXT:
            raise _Refused("contains a text that is too long; split it")
        if self._open:
            self._open[-1][2].append(text)

    def doctype(self, *_declaration: object) -> None:
        """Refuse a document type, whose entities could grow or point outside the file."""
        raise _Refused("has a document type declaration, which is refused; export it again without one")
