"""HTML in which no text can become markup, and documents that load and send nothing."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

_VOID = frozenset({"input", "meta"})
# Files of `script/` in the order in which they run; the last one installs the listeners.
SCRIPTS = ("page", "texts", "conversation", "navigation", "events")

# Control characters, lone surrogates, and characters that reorder or hide the text around them.
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\ud800-\udfff]"
)


class Html(str):
    """Markup. Any other string is text, which `tag` escapes. Joining markup and text with `+` gives text."""

    __slots__ = ()


def tag(name: str, /, *children: str | None, **attributes: str | int | float | bool | None) -> Html:
    """Write one element, ASCII only.

    Args:
        name: name of the element; comes from code, never from input.
        *children: markup (`Html`), or text, which is escaped; None is left out.
        **attributes: attributes by name, with `class_` for `class` and `data_go` for `data-go`; None and False are
            left out, and True gives an attribute without a value.

    Returns:
        The element as markup.
    """
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(str(value))}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    inside = join(children)
    return Html(f"<{name}{written}>" if name in _VOID else f"<{name}{written}>{inside}</{name}>")


def join(children: Iterable[str | None]) -> Html:
    """Join markup and text; text is escaped."""
    return Html("".join(child if isinstance(child, Html) else escape(child) for child in children if child is not None))


def escape(text: str) -> Html:
    """Return text as ASCII markup; invisible characters are replaced by their names."""
    escaped = html.escape(visible(text))
    return Html(escaped.encode("ascii", "xmlcharrefreplace").decode("ascii"))


def visible(text: str) -> str:
    """Return a text on one line; invisible characters are replaced by their names, as in [U+202E]."""
    return _INVISIBLE.sub(_name, text)


def _name(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code in (0x09, 0x0A, 0x0D):
        return " "
    return chr(0x2400 + code) if code < 0x20 else f"[U+{code:04X}]"


def document(title: str, *body: Html) -> str:
    """Return a whole page with its style sheet and script, and a policy under which it can load and send nothing."""
    style, code = part("review_page.css"), script()
    policy = "; ".join(
        (
            "default-src 'none'",
            f"style-src {_source(style)}",
            f"script-src {_source(code)}",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",  # not even the page's own script can turn a string into markup
        )
    )
    head = (
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="robots", content="noindex"),
        tag("meta", name="google", content="notranslate"),  # a browser's translation would send the messages out
        tag("title", title),
        tag("style", style),
    )
    page = tag("html", tag("head", *head), tag("body", *body, tag("script", code)), lang="en", translate="no")
    return f"<!doctype html>\n{page}\n"


@lru_cache(maxsize=1)
def script() -> Html:
    """Return the page's script: the files of `script/` one after the other, inside one function."""
    parts = "\n".join(part(f"script/{name}.js") for name in SCRIPTS)
    return Html(f'"use strict";\n(() => {{\n{parts}}})();\n')


@lru_cache(maxsize=8)
def part(name: str) -> Html:
    """Return a style sheet or script of this package, unchanged."""
    return Html((Path(__file__).parent / name).read_text(encoding="ascii"))


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('ascii')).digest()).decode('ascii')}'"
