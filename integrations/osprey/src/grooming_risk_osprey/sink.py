"""An output sink that follows conversations live, beside the rules: no rule waits for it.

Every action that is a message is passed to a grooming-risk service. What it flags is read from the service
(`GET /v1/flags`), in order and each conversation once, by whatever fills your review queue.
"""

from __future__ import annotations

import logging

from osprey.engine.executor.execution_context import ExecutionResult
from osprey.worker.sinks.sink.output_sink import BaseOutputSink

from grooming_risk_osprey.service import Service, ServiceError
from grooming_risk_osprey.settings import Settings

_LOGGER = logging.getLogger("grooming_risk_osprey")


class LiveSink(BaseOutputSink):
    """Passes messages to a service. Osprey tries again when it fails; a message that comes again is read once."""

    timeout = 10.0
    max_retries = 3

    def __init__(self, service: Service, settings: Settings) -> None:
        """Store the service, and the settings that tell which actions are messages."""
        self._service, self._settings = service, settings

    def will_do_work(self, result: ExecutionResult) -> bool:
        """Check whether the action is a message."""
        return result.action.action_name in self._settings.actions

    def push(self, result: ExecutionResult) -> None:
        """Pass the message on; one that the service refuses is logged by the id of its action, and left out."""
        message = self._settings.message(result.action.data)
        if message is None:
            _LOGGER.warning("action %s has no message; check GROOMING_RISK_FIELDS", result.action.action_id)
            return
        message.setdefault("sent_at", result.action.timestamp.isoformat())
        conversation = str(message.pop("conversation"))
        try:
            self._service.read_messages(conversation, [message])
        except ServiceError as error:
            if error.status in (0, 408, 429) or error.status >= 500:
                raise
            _LOGGER.warning("action %s: %s", result.action.action_id, error)

    def stop(self) -> None:
        """Do nothing: every message has been passed on."""
