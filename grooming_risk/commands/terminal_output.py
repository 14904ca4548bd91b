"""The one door of the command line to standard output and standard error.

Names of files and conversations come from exports, so anybody may have chosen them. Whatever is printed for people
passes `harmless`, so that no name moves the cursor, sets a colour, hides text or reorders it; only the styles that the
tables add themselves remain. JSON is printed as ASCII.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable
from typing import Any, NoReturn, TextIO

from grooming_risk.errors import OutputError
from grooming_risk.rendering.terminal.cells import STYLES, harmless

_STYLED = re.compile("(" + "|".join(re.escape(style) for style in STYLES) + ")")


def say(text: str) -> None:
    """Print a message to people on a line of its own on standard error; nowhere if that is closed."""
    if sys.stderr is not None:
        print(f"grooming-risk: {harmless(text)}", file=sys.stderr, flush=True)


def redraw(text: str, before: str) -> None:
    """Draw a progress line on standard error in place of the one before; an empty one leaves the line empty."""
    if sys.stderr is not None:
        shown = harmless(text)
        print(f"\r{shown.ljust(len(before))}", end="" if shown else "\r", file=sys.stderr, flush=True)


def show(text: str = "", *, styled: bool = False) -> None:
    """Print lines on standard output, each made harmless.

    Args:
        text: The lines.
        styled: Whether the text may contain the styles of `Terminal`; then its parts must be harmless already.

    Raises:
        OutputError: Standard output is closed or full.
    """
    lines = (_styled(line) if styled else harmless(line) for line in text.split("\n"))
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    _write("\n".join(lines).encode(encoding, "replace").decode(encoding) + "\n")


def show_json(value: Any, *, indent: int | None = None) -> None:
    """Print a value as JSON on standard output, in ASCII, and flush it.

    Args:
        value: Plain JSON types.
        indent: Spaces of indentation; None for a single line.

    Raises:
        OutputError: Standard output is closed or full.
    """
    show_json_lines([json.dumps(value, indent=indent) + "\n"])


def show_json_lines(lines: Iterable[str]) -> None:
    """Print lines of JSON in ASCII, each with its line end, on standard output, and flush them.

    Args:
        lines: The lines.

    Raises:
        OutputError: Standard output is closed or full.
    """
    _write("".join(lines).replace("\x7f", "\\u007f"), flush=True)


def flush_output() -> None:
    """Write what is still buffered for standard output.

    Raises:
        OutputError: Standard output is full.
    """
    if sys.stdout is not None:
        _write("", flush=True)


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether an open stream is a terminal."""
    return stream is not None and stream.isatty()


def discard_output() -> None:
    """Send the rest of standard output nowhere, so that the interpreter does not fail to flush it at its end."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _styled(line: str) -> str:
    return "".join(part if part in STYLES else harmless(part) for part in _STYLED.split(line))


def _write(text: str, *, flush: bool = False) -> None:
    if sys.stdout is None:
        _refuse("it is closed")
    reason = ""
    try:
        sys.stdout.write(text)
        if flush:
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:  # ValueError: closed by this process
        reason = getattr(error, "strerror", None) or "it is closed"
    if reason:
        _refuse(reason)


def _refuse(reason: str) -> NoReturn:
    raise OutputError(f"standard output cannot be written ({reason}); send it to a file with enough space")
