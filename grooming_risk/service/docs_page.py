"""The OpenAPI document as a page: no script, nothing from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Any

STYLE = """\
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 56rem; padding: 0 1rem; color: #1a1a1a; }
h2 { border-top: 1px solid #ccc; margin-top: 2.5rem; padding-top: 1rem; }
code, pre { font: 14px/1.45 ui-monospace, monospace; }
pre { background: #f4f4f6; overflow-x: auto; padding: 0.75rem; white-space: pre-wrap; }
table { border-collapse: collapse; }
td, th { border-bottom: 1px solid #ddd; padding: 0.25rem 1rem 0.25rem 0; text-align: left; vertical-align: top; }
@media (prefers-color-scheme: dark) { body { background: #16171a; color: #e6e6e6; } pre { background: #222429; } }
"""
_REFERENCE = "#/components/"


def docs_page(document: dict[str, Any]) -> str:
    """Return an HTML page.

    Args:
        document: The OpenAPI document.

    Returns:
        The page.
    """
    info = document["info"]
    body = [f"<h1>{escape(info['title'])} {escape(info['version'])}</h1>", f"<p>{escape(info['summary'])}</p>"]
    body += [f"<p>{escape(paragraph)}</p>" for paragraph in info["description"].split("\n\n")]
    body.append('<p>For programs: <a href="openapi.json">openapi.json</a></p>')
    for path, item in document["paths"].items():
        for method in ("get", "post", "delete"):
            if method in item:
                body += _operation(document, method, path, item[method], item.get("parameters", []))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>grooming-risk</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="stylesheet" href="docs.css"></head><body>{"".join(body)}</body></html>'
    )


def _operation(
    document: dict[str, Any], method: str, path: str, operation: dict[str, Any], shared: list[dict[str, Any]]
) -> Iterator[str]:
    yield f"<h2><code>{method.upper()} {escape(path)}</code></h2><p>{escape(operation['summary'])}.</p>"
    if "description" in operation:
        yield f"<p>{escape(operation['description'])}</p>"
    parameters = [*shared, *operation.get("parameters", [])]
    if parameters:
        rows = ((item["name"], item["in"], item["description"]) for item in parameters)
        yield _table(("parameter", "in", "meaning"), rows)
    for content in operation.get("requestBody", {}).get("content", {}).values():
        for example in content["examples"].values():
            yield f"<p>{escape(example['summary'])}:</p><pre>{escape(json.dumps(example['value'], indent=2))}</pre>"
    answers = ((status, _resolved(document, item)["description"]) for status, item in operation["responses"].items())
    yield _table(("status", "meaning"), answers)


def _table(heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _resolved(document: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in item:
        return item
    kind, name = item["$ref"].removeprefix(_REFERENCE).split("/")
    found: dict[str, Any] = document["components"][kind][name]
    return found
