"""Writers of exports, one for each format, beside the readers that they test."""

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


def modules() -> Iterator[tuple[str, str]]:
    """Yield the name of each format with the module of its writer."""
    for path in sorted(_HERE.rglob("*.py")):
        if path.stem != "__init__":
            yield path.stem, ".".join(("tests.support.writers", *path.relative_to(_HERE).with_suffix("").parts))


def writer_of(name: str) -> Callable[..., Any]:
    """Return the function that writes a conversation in a format."""
    found: Callable[..., Any] = importlib.import_module(dict(modules())[name]).write
    return found
