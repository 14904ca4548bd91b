"""Check a JSON value against a shipped schema, with the keywords that our schemas use and no others.

Violations name places and rules, but never the value found there, which may be text of a message.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

_ABOUT = frozenset({"$schema", "$id", "$defs", "title", "description"})
_CHECKED = frozenset(
    {"type", "const", "enum", "pattern", "minimum", "maximum", "items", "minItems", "maxItems"}
    | {"properties", "required", "additionalProperties"}
)


def violations(value: Any, schema: Mapping[str, Any]) -> Iterator[str]:
    """Find the rules of a schema that a value breaks.

    Args:
        value: A value of plain JSON types.
        schema: JSON Schema 2020-12 with the keywords above; references only to its own `$defs`.

    Yields:
        A clause for each violation, such as "windows[0].logit is missing", in the order of the schema.

    Raises:
        ValueError: The schema uses a keyword that is not checked here.
    """
    yield from _check(value, schema, schema.get("$defs", {}), "")


def _check(value: Any, schema: Mapping[str, Any], definitions: Mapping[str, Any], at: str) -> Iterator[str]:
    if "$ref" in schema:
        schema = definitions[schema["$ref"].removeprefix("#/$defs/")]
    if unknown := schema.keys() - _ABOUT - _CHECKED:
        raise ValueError(f"the schema uses keywords that are not checked: {', '.join(sorted(unknown))}")
    here = at or "the document"
    wanted = schema.get("type", [])
    names = [wanted] if isinstance(wanted, str) else wanted
    if names and not any(_TYPES[name](value) for name in names):
        yield f"{here} is not of type {' or '.join(names)}"
        return
    if "const" in schema and not _same(value, schema["const"]):
        yield f"{here} is not {schema['const']}"
    if "enum" in schema and not any(_same(value, allowed) for allowed in schema["enum"]):
        yield f"{here} is not one of the values that the schema allows"
    if isinstance(value, str):
        yield from _check_string(value, schema, here)
    elif _is_number(value):
        yield from _check_number(value, schema, here)
    elif isinstance(value, list):
        yield from _check_list(value, schema, definitions, at)
    elif isinstance(value, Mapping):
        yield from _check_object(value, schema, definitions, at)


def _check_string(value: str, schema: Mapping[str, Any], here: str) -> Iterator[str]:
    # JSON Schema searches for the pattern, but ours are anchored; a search would let `$` accept a final line feed.
    if "pattern" in schema and not re.fullmatch(schema["pattern"], value):
        yield f"{here} does not match the pattern of the schema"


def _check_number(value: float, schema: Mapping[str, Any], here: str) -> Iterator[str]:
    if value < schema.get("minimum", -math.inf):
        yield f"{here} is below {schema['minimum']}"
    if value > schema.get("maximum", math.inf):
        yield f"{here} is above {schema['maximum']}"


def _check_list(value: list[Any], schema: Mapping[str, Any], definitions: Mapping[str, Any], at: str) -> Iterator[str]:
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", math.inf):
        yield f"{at or 'the document'} has the wrong length"
    if "items" in schema:
        for position, item in enumerate(value):
            yield from _check(item, schema["items"], definitions, f"{at}[{position}]")


def _check_object(
    value: Mapping[str, Any], schema: Mapping[str, Any], definitions: Mapping[str, Any], at: str
) -> Iterator[str]:
    properties = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{_inside(at, name)} is missing"
    others = [value[name] for name in value if name not in properties]
    rule = schema.get("additionalProperties", True)
    if rule is False and others:
        yield f"{at or 'the document'} has a field that the schema does not allow"
    elif isinstance(rule, Mapping):
        for other in others:  # its name is part of the value, and is not cited either
            yield from _check(other, rule, definitions, f"a field of {at or 'the document'}")
    for name, part in properties.items():
        if name in value:
            yield from _check(value[name], part, definitions, _inside(at, name))


def _inside(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool) and (
        isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))
    )


def _is_integer(value: Any) -> bool:
    """Check whether a value is an integer; JSON has one type of number, so 3.0 is one."""
    return _is_number(value) and (isinstance(value, int) or value.is_integer())


def _same(value: Any, other: Any) -> bool:
    return bool(value == other) and isinstance(value, bool) == isinstance(other, bool)


_TYPES: dict[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "number": _is_number,
    "integer": _is_integer,
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, Mapping),
}
