"""The OpenAPI document of the service: openapi.json, completed with the schemas of reports and flags."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from grooming_risk.version import __version__

_DOCUMENT = Path(__file__).with_name("openapi.json")
_SCHEMAS = Path(__file__).parents[1] / "schemas"
_COMPONENTS = "#/components/schemas/"
_DEFINITIONS = "#/$defs/"
# Name of a component → file that describes it elsewhere too.
_SHIPPED = {"Report": "report_schema.json", "Flag": "monitor_flag_schema.json"}


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """Return the document, OpenAPI 3.1."""
    content: dict[str, Any] = json.loads(_DOCUMENT.read_text(encoding="utf-8"))
    content["info"]["version"] = __version__
    schemas = content["components"]["schemas"]
    for name, file in _SHIPPED.items():
        schema = json.loads((_SCHEMAS / file).read_text(encoding="utf-8"))
        del schema["$schema"]
        for part, definition in schema.pop("$defs", {}).items():
            schemas[f"{name}.{part}"] = _pointing(definition, _DEFINITIONS, f"{_COMPONENTS}{name}.")
        schemas[name] = _pointing(schema, _DEFINITIONS, f"{_COMPONENTS}{name}.")
    report = schemas["Report"]
    schemas["Result"] = {
        **report,
        "description": "A report, with the ids of the caller.",
        "required": ["conversation", *report["required"]],
        "properties": {**schemas.pop("ResultIds")["properties"], **report["properties"]},
    }
    return content


@lru_cache(maxsize=8)
def component(name: str) -> Mapping[str, Any]:
    """Return the schema of a component on its own, as `json_schema.violations` checks it."""
    schemas = _pointing(document()["components"]["schemas"], _COMPONENTS, _DEFINITIONS)
    return {**schemas[name], "$defs": schemas}


def _pointing(value: Any, before: str, after: str) -> Any:
    """Return a schema whose references begin differently."""
    if isinstance(value, dict):
        return {
            key: part.replace(before, after)
            if key == "$ref" and isinstance(part, str)
            else _pointing(part, before, after)
            for key, part in value.items()
        }
    return [_pointing(part, before, after) for part in value] if isinstance(value, list) else value
