"""Plain JSON types to frozen dataclasses, by the types of their fields. What is decoded has passed its schema."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def decode(kind: type[T], value: Mapping[str, Any]) -> T:
    """Return an instance of a dataclass from its JSON object.

    Args:
        kind: the dataclass.
        value: an object that its schema allows.

    Returns:
        The instance.
    """
    return cast(T, _decode(kind, value))


def _decode(kind: Any, value: Any) -> Any:
    """Decode one value; `kind` is whatever stands in an annotation."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return None if value is None else _decode(next(item for item in inner if item is not type(None)), value)
    if origin is tuple:
        return tuple(_decode(inner[0], item) for item in value)
    if origin is not None and issubclass(origin, Mapping):
        return {name: _decode(inner[1], item) for name, item in value.items()}
    if dataclasses.is_dataclass(kind):
        return _instance(kind, value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    # JSON has one kind of number: 3.0 is an integer.
    return kind(value) if kind in (int, float) and not isinstance(value, bool) else value


def _instance(kind: Any, value: Mapping[str, Any]) -> Any:
    hints = _hints(kind)
    return kind(**{name: _decode(hints[name], item) for name, item in value.items()})


@lru_cache(maxsize=32)
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
