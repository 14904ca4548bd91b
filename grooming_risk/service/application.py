"""The service as an ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.routing import Router

from grooming_risk.scoring.scorer import RiskScorer
from grooming_risk.service.gate import Gate
from grooming_risk.service.options import ServiceOptions
from grooming_risk.service.routes import routes
from grooming_risk.service.running import Running
from grooming_risk.service.tokens import Tokens


def create_application(scorer: RiskScorer, options: ServiceOptions, tokens: Tokens) -> Gate:
    """Return the service as an ASGI application, for any ASGI server.

    Args:
        scorer: Scores everything.
        options: The options.
        tokens: Tokens of the callers; with none, everybody who reaches the service is answered.

    Returns:
        The application. It opens the state when the server starts it.

    Raises:
        StoreError: The state cannot be used.
        InvalidOptionError: The prior or the skepticism is out of its range.
        UnknownOperatingPointError: The artefact has no operating point of this name.
        ArtifactIntegrityError: The artefact does not match its manifest.
    """
    running = Running(scorer, options)

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        running.start()
        yield
        await running.stop()

    # A bare router: Starlette's application would log errors of ours with their words, which may hold text.
    router = Router(routes=list(routes()), redirect_slashes=False, lifespan=lifespan)
    return Gate(router, running, tokens)
