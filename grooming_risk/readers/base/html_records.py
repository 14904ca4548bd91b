"""Stream a page of HTML as small trees, one for each record (a message, say), through the standard library's parser.

A page is parsed as it is read, and only the record that is open is held in memory. Elements that are never closed, and
end tags without a start, are tolerated as browsers do. Lengths, depths and numbers of nodes are bounded.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser

from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.json_text import encoding_of

_EMPTY = frozenset(("br", "img", "hr", "meta", "link", "input", "source", "area", "base", "col", "embed", "wbr", "use"))
_LINES = frozenset(("br", "p", "div", "li", "tr", "pre"))
_SILENT = frozenset(("script", "style", "title", "svg"))
_DEEPEST, _MOST_NODES, _LONGEST = 200, 50_000, 2_000_000
# Names of elements whose content the parser reads by rules of its own are left to it.
_NAME = r"(?!script|style|textarea|title|iframe|noembed|noframes|xmp|plaintext|noscript)([a-z][a-z0-9]{0,9})"
_START = re.compile(rf'<{_NAME}(?: class="([^"&<>]*)")?>')
_END = re.compile(rf"</{_NAME}>")
# Small parts, because the parser scans a construct that never ends again with every part.
_PART = 1 << 14


class Node:
    """An element of a record: `tag` in lower case, `attributes`, `classes`, and `children` (elements and texts)."""

    __slots__ = ("_index", "_parent", "attributes", "children", "classes", "tag")

    def __init__(self, tag: str, attributes: dict[str, str], parent: Node | None = None) -> None:
        """Make an element, and list it in the index of its record.

        Args:
            tag: Name in lower case.
            attributes: Attributes.
            parent: Element that contains it; None for a record.
        """
        self.tag, self.attributes = tag, attributes
        self.classes: tuple[str, ...] = tuple(attributes["class"].split()) if "class" in attributes else ()
        self.children: list[Node | str] = []
        self._parent = parent
        self._index: dict[str, list[Node]] = {} if parent is None else parent._index
        self._index.setdefault(f"<{tag}>", []).append(self)
        for name in self.classes:
            self._index.setdefault(name, []).append(self)

    def has(self, *names: str) -> bool:
        """Return whether the element has all these classes."""
        return all(name in self.classes for name in names)

    def find(self, name: str, *, skip: frozenset[str] = frozenset()) -> Node | None:
        """Return the first element below this one that has a class, outside elements of the classes to skip."""
        return next((node for node in self._index.get(name, ()) if node._is_below(self, skip)), None)

    def all(self, name: str, *, skip: frozenset[str] = frozenset()) -> list[Node]:
        """Return all elements below this one that have a class, outside elements of the classes to skip."""
        return [node for node in self._index.get(name, ()) if node._is_below(self, skip)]

    def tags(self, tag: str) -> list[Node]:
        """Return all elements below this one with a name."""
        return [node for node in self._index.get(f"<{tag}>", ()) if node._is_below(self, frozenset())]

    def _is_below(self, other: Node, skip: frozenset[str]) -> bool:
        if self is other:
            return False
        node: Node | None = self
        while node is not None and node is not other:
            if skip and not skip.isdisjoint(node.classes):
                return False
            node = node._parent
        return node is other

    def text(self, skip: frozenset[str] = frozenset(), *, pre: bool = False) -> str:
        """Return the text of the element as a browser shows it: line breaks for blocks, blanks collapsed.

        Args:
            skip: Classes of elements that are left out.
            pre: Whether line breaks in the source are kept, as `white-space: pre-wrap` does.

        Returns:
            The text without blank ends.
        """
        if len(self.children) == 1 and isinstance(self.children[0], str) and not pre:
            return _collapsed(self.children[0]).strip()
        parts: list[str] = []
        stack: list[Node | str] = [self]
        while stack:
            item = stack.pop()
            if isinstance(item, str):
                parts.append(item if pre or item == "\n" else _collapsed(item))
            elif item.tag == "br":
                parts.append("\n")
            elif item.tag == "img":
                parts.append(item.attributes.get("alt", ""))
            elif item.tag not in _SILENT and (
                item is self or skip.isdisjoint(item.attributes.get("class", "").split())
            ):
                block = ["\n"] if item.tag in _LINES and item is not self else []
                stack.extend([*block, *reversed(item.children), *block])
        lines = [line.strip() if not pre else line for line in "".join(parts).split("\n")]
        return "\n".join(line for at, line in enumerate(lines) if line or (at > 0 and lines[at - 1])).strip()


def _collapsed(text: str) -> str:
    if "\n" not in text and "\t" not in text and "  " not in text:
        return text
    blank = " "
    middle = blank.join(text.split())
    if not middle:
        return blank
    return f"{blank if text[0].isspace() else ''}{middle}{blank if text[-1].isspace() else ''}"


class _Refused(Exception):
    """Raised inside the parser; carries a fixed reason and no text."""


class _Records(HTMLParser):
    """Build the trees of records while the page is fed."""

    def __init__(self, is_record: Callable[[str, dict[str, str]], bool]) -> None:
        super().__init__(convert_charrefs=True)
        self.done: list[Node] = []
        self._is_record = is_record
        self._open: list[Node] = []
        self._nodes = self._length = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs} if attrs else {}
        if not self._open:
            if self._is_record(tag, attributes):
                self._nodes = self._length = 0
                self._open.append(Node(tag, attributes))
            return
        self._nodes += 1
        if self._nodes > _MOST_NODES or len(self._open) > _DEEPEST:
            raise _Refused("has a message of too many or too deeply nested elements; export it again as JSON")
        node = Node(tag, attributes, self._open[-1])
        self._open[-1].children.append(node)
        if tag not in _EMPTY:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _EMPTY and self._open:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if len(self._open) > 1 and self._open[-1].tag == tag:  # as nearly every end tag
            self._open.pop()
            return
        at = next((at for at in range(len(self._open) - 1, -1, -1) if self._open[at].tag == tag), None)
        if at is None:
            return
        if at == 0:
            self.done.append(self._open[0])
        del self._open[at:]

    def handle_data(self, data: str) -> None:
        if self._open:
            self._length += len(data)
            if self._length > _LONGEST:
                raise _Refused("has a message that is too long; split it")
            self._open[-1].children.append(data)

    # Nearly all tags of exports have this form, which the standard library's own methods take thrice as long to read.

    def parse_starttag(self, i: int) -> int:
        """Read the start tag that begins at an index; return where it ends, or -1 where it is cut."""
        found = _START.match(self.rawdata, i)
        if found is None:
            return super().parse_starttag(i)
        tag, classes = found.groups()
        self.handle_starttag(tag, [] if classes is None else [("class", classes)])
        return found.end()

    def parse_endtag(self, i: int) -> int:
        """Read the end tag that begins at an index; return where it ends, or -1 where it is cut."""
        found = None if self.cdata_elem else _END.match(self.rawdata, i)
        if found is None:
            return super().parse_endtag(i)
        self.handle_endtag(found[1])
        return found.end()

    def updatepos(self, i: int, j: int) -> int:  # noqa: ARG002 (line numbers, which nobody asks for, take time)
        """Return the end of what was parsed."""
        return j

    def finish(self) -> None:
        """Count a record that the page does not close."""
        self.done.extend(self._open[:1])
        self._open.clear()


def html_records(
    chunks: Iterable[bytes], where: str, is_record: Callable[[str, dict[str, str]], bool]
) -> Iterator[Node]:
    """Yield the records of a page.

    Args:
        chunks: Bytes of the page, in parts: UTF-8, or UTF-16 with a byte order mark.
        where: Name of the page for error messages.
        is_record: Whether an element with this name and these attributes is a record; one inside a record is a part
            of it.

    Yields:
        The records in order.

    Raises:
        UnsupportedFormatError: If the page is not UTF-8 or UTF-16, or one of its records exceeds a limit.
    """
    parser = _Records(is_record)
    for part in _with_end(_parts(chunks, where)):
        fault = _fed(parser, part)
        yield from parser.done
        parser.done.clear()
        if fault:
            raise UnsupportedFormatError(f"{where} {fault}")


def _with_end(parts: Iterable[str]) -> Iterator[str | None]:
    yield from parts
    yield None


def _fed(parser: _Records, part: str | None) -> str:
    """Feed a part, or the end; return what is wrong."""
    try:
        if part is None:
            parser.close()
            parser.finish()
        else:
            parser.feed(part)
    except _Refused as refused:
        return str(refused.args[0])
    except AssertionError:  # the parser raises it, with text, for declarations that browsers skip
        return "is not HTML as its program writes it; export it again"
    return "has a tag that never ends; export it again" if len(parser.rawdata) > _LONGEST else ""


def _parts(chunks: Iterable[bytes], where: str) -> Iterator[str]:
    decoder: codecs.IncrementalDecoder | None = None
    for chunk in chunks:
        if decoder is None:
            decoder = codecs.getincrementaldecoder(encoding_of(chunk[:64]))()
        for at in range(0, len(chunk), _PART):
            yield _decoded(decoder, chunk[at : at + _PART], where)
    if decoder is not None:
        yield _decoded(decoder, b"", where, final=True)


def _decoded(decoder: codecs.IncrementalDecoder, part: bytes, where: str, *, final: bool = False) -> str:
    text: str | None = None
    try:
        text = decoder.decode(part, final)
    except UnicodeDecodeError:
        text = None
    if text is None:  # raised here, because the decoder's error contains the bytes
        raise UnsupportedFormatError(f"{where} is not UTF-8; save it as UTF-8")
    return text
