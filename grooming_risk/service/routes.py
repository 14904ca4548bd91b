"""What the service answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from grooming_risk.report import RiskReport
from grooming_risk.row_keys import LONGEST_ID, is_identifier
from grooming_risk.rows import IdentifiedConversation, result_row
from grooming_risk.service.bodies import read_json
from grooming_risk.service.docs_page import STYLE, docs_page
from grooming_risk.service.live_record import known
from grooming_risk.service.live_requests import read_live_request
from grooming_risk.service.openapi import document
from grooming_risk.service.problems import Problem, unavailable
from grooming_risk.service.running import Running
from grooming_risk.service.score_requests import ScoreRequest, read_score_request
from grooming_risk.version import __version__

_MOST_FLAGS, _FLAGS = 1_000, 100
_LARGEST_NUMBER = 2**62


def _running(request: Request) -> Running:
    running: Running = request.app
    return running


async def score(request: Request) -> Response:
    """Score conversations."""
    running = _running(request)
    limits = running.options.limits
    body = await read_json(request, limits, "ScoreRequest")
    asked = await run_in_threadpool(
        read_score_request, body, limits, running.scorer.limits, running.scorer.artifact, running.options
    )
    reports = await running.batcher.score(asked.conversations(), asked.options)
    for report in reports:
        running.metrics.outcomes.labels(report.outcome.value).inc()
    return await run_in_threadpool(_scored, asked, reports)


def _scored(asked: ScoreRequest, reports: list[RiskReport]) -> Response:
    waiting = iter(reports)
    rows = [
        result_row(item, next(waiting)) if isinstance(item, IdentifiedConversation) else item for item in asked.items
    ]
    return JSONResponse({"results": rows})


async def read_messages(request: Request) -> Response:
    """Read the next messages of a live conversation."""
    running = _running(request)
    limits = running.options.limits
    name = _conversation(request)
    body = await read_json(request, limits, "LiveRequest")
    asked = read_live_request(name, body, request.headers.get("idempotency-key"), limits, running.scorer.limits)
    return JSONResponse(await running.worker.read(asked))


async def get_conversation(request: Request) -> Response:
    """Return what is known of a live conversation."""
    name = _conversation(request)
    record = await _running(request).worker.call(lambda store: store.read(name))
    if record is None:
        raise _unknown()
    return JSONResponse(known(name, record))


async def delete_conversation(request: Request) -> Response:
    """Delete a live conversation."""
    if not await _running(request).worker.delete(_conversation(request)):
        raise _unknown()
    return Response(status_code=204)


async def get_flags(request: Request) -> Response:
    """Return flags in order."""
    after, limit = _number(request, "after", 0, 0, _LARGEST_NUMBER), _number(request, "limit", _FLAGS, 1, _MOST_FLAGS)
    found = await _running(request).worker.call(lambda store: store.flags(after, limit))
    rows = [{"number": number, "flag": json.loads(flag)} for number, flag in found]
    return JSONResponse({"flags": rows, "next": rows[-1]["number"] if rows else after})


async def health(request: Request) -> Response:
    """Answer."""
    return JSONResponse({"status": "ok"})


async def ready(request: Request) -> Response:
    """Answer when model and state can be used."""
    running = _running(request)
    if running.stopping:
        raise unavailable("the service is stopping")
    await running.worker.call(lambda store: store.check())
    return JSONResponse({"status": "ok"})


async def version(request: Request) -> Response:
    """Return versions and settings."""
    return JSONResponse(about(_running(request)))


async def metrics(request: Request) -> Response:
    """Return figures for Prometheus."""
    return Response(generate_latest(_running(request).metrics.registry), media_type=CONTENT_TYPE_LATEST)


async def openapi(request: Request) -> Response:
    """Return the OpenAPI document."""
    return JSONResponse(document())


async def docs(request: Request) -> Response:
    """Return the OpenAPI document as a page."""
    return HTMLResponse(docs_page(document()))


async def style(request: Request) -> Response:
    """Return the style of that page."""
    return Response(STYLE, media_type="text/css")


def about(running: Running) -> dict[str, Any]:
    """Return versions and settings of a service, as plain JSON types."""
    artifact = running.scorer.artifact
    return {
        "library_version": __version__,
        **running.reader.settings,
        "operating_points": list(artifact.operating_points),
        "languages": list(artifact.languages),
    }


def routes() -> Iterator[Route]:
    """Yield all routes."""
    live = "/v1/conversations/{conversation:path}"
    yield Route("/v1/score", score, methods=["POST"])
    yield Route(f"{live}/messages", read_messages, methods=["POST"])
    yield Route(live, get_conversation, methods=["GET"])
    yield Route(live, delete_conversation, methods=["DELETE"])
    for path, answer in (("/v1/flags", get_flags), ("/health", health), ("/ready", ready), ("/version", version)):
        yield Route(path, answer, methods=["GET"])
    for path, answer in (("/metrics", metrics), ("/openapi.json", openapi), ("/docs", docs), ("/docs.css", style)):
        yield Route(path, answer, methods=["GET"])


def _conversation(request: Request) -> str:
    name: str = request.path_params["conversation"]
    known: object = name
    if not is_identifier(known):
        raise Problem(404, f"the id of a conversation has 1 to {LONGEST_ID:,} characters", reason="route")
    return name


def _number(request: Request, name: str, default: int, least: int, most: int) -> int:
    text = request.query_params.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) < 20 and least <= int(text) <= most):
        raise Problem(422, f"{name} must be a whole number from {least} to {most}", reason="form")
    return int(text)


def _unknown() -> Problem:
    return Problem(404, "there is no such conversation", reason="unknown")
