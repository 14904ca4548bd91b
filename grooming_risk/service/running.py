"""The parts of a service that run: opened when it starts, drained when it stops."""

from __future__ import annotations

import asyncio

from grooming_risk.scoring.scorer import RiskScorer
from grooming_risk.service.batching import Batcher
from grooming_risk.service.live_group import GroupReader
from grooming_risk.service.live_worker import LiveWorker
from grooming_risk.service.load import Load
from grooming_risk.service.metrics import Metrics
from grooming_risk.service.options import ServiceOptions
from grooming_risk.service.stores import open_store
from grooming_risk.version import __version__

# Scored once before the first request, so that it finds warm networks.
_WARM_UP = [("a", "hello"), ("b", "are you coming to the game tonight?")]


class Running:
    """A service in one process.

    Attributes:
        scorer: Scores everything.
        options: The options of the service.
        metrics: Its figures.
        reader: Reads live conversations.
        worker: The thread that it reads them in.
        batcher: Scores whole conversations.
        stopping: Whether the service is being stopped.
    """

    scorer: RiskScorer
    options: ServiceOptions
    metrics: Metrics
    reader: GroupReader
    worker: LiveWorker
    batcher: Batcher
    stopping: bool

    def __init__(self, scorer: RiskScorer, options: ServiceOptions) -> None:
        """Load the model and open the state.

        Args:
            scorer: Scores everything.
            options: The options.

        Raises:
            StoreError: The state cannot be used.
            InvalidOptionError: The prior or the skepticism is out of its range.
            UnknownOperatingPointError: The artefact has no operating point of this name.
            ArtifactIntegrityError: The artefact does not match its manifest.
        """
        self.scorer, self.options, self.stopping = scorer, options, False
        self.metrics = Metrics()
        self.reader = GroupReader(scorer, options, self.metrics)
        scorer.score(_WARM_UP, explain=False)
        self.metrics.about.info(
            {
                "library": __version__,
                "model": scorer.artifact.model_version,
                "artifact": scorer.artifact.digest,
                "operating_point": self.reader.settings["operating_point"],
            }
        )
        waiting = options.limits.waiting_messages
        store = open_store(options.state, self.reader.settings)
        load = Load(waiting, "live", self.metrics)
        self.worker = LiveWorker(self.reader, store, load, options.forget_after)
        self.batcher = Batcher(scorer, options.batch_seconds, Load(waiting, "score", self.metrics), self.metrics)

    def start(self) -> None:
        """Begin to score; called in the event loop."""
        self.worker.start()
        self.batcher.start()

    async def stop(self) -> None:
        """Commit what waits, and close the state."""
        self.stopping = True
        await asyncio.to_thread(self.worker.stop)
        await self.batcher.stop()
