"""Find the JSON files of an app in an export, and read their values without trusting their types."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.large_json import is_list

_LOOKED_INTO = 50


def members_of(export: Export, patterns: Sequence[str], is_chat: Callable[[str], bool]) -> list[str]:
    """Return the members that hold chats of an app.

    Args:
        export: Any export.
        patterns: Names of the app's files in a folder or zip.
        is_chat: Whether the head of a member is that of the app's chats.

    Returns:
        The members: of a file itself, of a folder or zip those with the app's names, where the first ones look right.
    """
    if len(export.names) == 1:
        return [name for name in export.names if is_chat(export.head(name))]
    named = [name for pattern in patterns for name in export.named(pattern)]
    if not any(is_chat(export.head(name)) for name in named[:_LOOKED_INTO]):
        return []
    return [name for name in named if is_chat(export.head(name))]


def mapping(value: Any) -> Mapping[str, Any]:
    """Return an object, or an empty one for other values."""
    return value if isinstance(value, Mapping) else {}


def lists_objects(value: Any) -> bool:
    """Return whether a value is a list that is empty or contains an object."""
    return is_list(value) and (not value or any(isinstance(row, Mapping) for row in value))


def rows_of(value: Any) -> Sequence[Any]:
    """Return a list, or an empty one for other values."""
    return value if is_list(value) else ()


def text(value: Any) -> str | None:
    """Return a string, "" for null, or None for other values."""
    return "" if value is None else value if isinstance(value, str) else None


def name(value: Any) -> str | None:
    """Return an id or name as text, or None for other values."""
    usable = isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**40)
    return str(value) if usable and value != "" else None


def items(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the keys and values of an object; nothing for other values."""
    yield from mapping(value).items()
