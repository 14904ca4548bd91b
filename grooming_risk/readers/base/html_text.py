"""Plain text of the small HTML that some apps keep in their messages, through the standard library's parser."""

from __future__ import annotations

from html.parser import HTMLParser

_SKIPPED = frozenset(("script", "style", "quote", "blockquote", "legacyquote", "title", "head"))
_LINES = frozenset(("br", "p", "div", "li", "tr"))
_PICTURES = frozenset(("img", "emoji"))  # their text is the attribute alt; <emoji> is that of Teams


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self._skipped += 1
        elif tag in _LINES and not self._skipped:
            self.parts.append("\n")
        elif tag in _PICTURES and not self._skipped:
            self.parts.append(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED and self._skipped:
            self._skipped -= 1
        elif tag in _LINES - {"br"} and not self._skipped:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.parts.append(data)


def text_of_html(markup: str) -> str:
    """Return the text of HTML, without quotations and with line breaks for blocks.

    Args:
        markup: HTML; text without tags is returned unescaped.

    Returns:
        The text.
    """
    if "<" not in markup and "&" not in markup:
        return markup
    parser = _parsed(markup) or _parsed(markup.replace("<![", "&lt;!["))
    lines = [line.strip() for line in "".join(parser.parts if parser else [markup]).split("\n")]
    return "\n".join(line for at, line in enumerate(lines) if line or (at > 0 and lines[at - 1])).strip("\n")


def _parsed(markup: str) -> _Text | None:
    """Parse markup; return None where the parser gives up, whose error would contain text."""
    parser = _Text()
    try:
        parser.feed(markup)
        parser.close()
    except AssertionError:  # a declaration that begins with "<![" and is not one
        return None
    return parser
