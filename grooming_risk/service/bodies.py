"""Bodies of requests: read within limits of size and time, parsed, and checked against a schema."""

from __future__ import annotations

import asyncio
import json
from typing import Any, NoReturn

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from grooming_risk.schemas.json_schema import violations
from grooming_risk.service.openapi import component
from grooming_risk.service.options import ServiceLimits
from grooming_risk.service.problems import Problem

# Larger bodies are parsed in another thread, so that other requests are not kept waiting.
_PARSED_HERE = 65_536
_BROKEN = object()
_CLOSE = {"Connection": "close"}


async def read_json(request: Request, limits: ServiceLimits, schema: str) -> dict[str, Any]:
    """Read the body of a request.

    Args:
        request: The request.
        limits: Its limits of size and time.
        schema: Name of the component of the OpenAPI document that describes the body.

    Returns:
        The JSON object.

    Raises:
        Problem: The body is not JSON (400), too slow (408), too large (413), of another type (415), or not of this form
            (422).
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Problem(415, "send the body as application/json", reason="media_type", headers=_CLOSE)
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Problem(415, "send the body without a content encoding", reason="media_type", headers=_CLOSE)
    data = await _read(request, limits)
    value = parse(data) if len(data) <= _PARSED_HERE else await run_in_threadpool(parse, data)
    if value is _BROKEN:
        raise Problem(400, "the body is not valid JSON in UTF-8", reason="malformed")
    errors = [{"detail": clause} for clause, _ in zip(violations(value, component(schema)), range(10), strict=False)]
    if errors:
        raise Problem(
            422, "the body does not have the form that /docs describes. See errors", reason="form", errors=errors
        )
    return dict(value)


async def _read(request: Request, limits: ServiceLimits) -> bytes:
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or len(length) > 18 or int(length) > limits.body_bytes:
        _refuse_size(limits)
    chunks: list[bytes] = []
    size, slow = 0, False
    try:
        async with asyncio.timeout(limits.body_seconds):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limits.body_bytes:
                    _refuse_size(limits)
                chunks.append(chunk)
    except (TimeoutError, ClientDisconnect):
        slow = True
    if slow:
        detail = f"the body did not arrive within {limits.body_seconds:g} s; send it again"
        raise Problem(408, detail, reason="slow", headers=_CLOSE)
    return b"".join(chunks)


def _refuse_size(limits: ServiceLimits) -> NoReturn:
    detail = f"the body has more than {limits.body_bytes:,} bytes; send fewer messages at a time"
    raise Problem(413, detail, reason="too_large", headers=_CLOSE)


def parse(data: bytes) -> Any:
    """Parse JSON; a marker that is no JSON value where it is broken.

    Python's own errors hold the document, so they end here.
    """
    try:
        return json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError, MemoryError):
        return _BROKEN


def _no_constant(name: str) -> NoReturn:
    raise ValueError("JSON has no such number")
