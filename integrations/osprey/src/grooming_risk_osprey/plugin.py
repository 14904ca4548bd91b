"""What Osprey's plugin manager finds under the entry point `osprey_plugin`."""

from collections.abc import Sequence
from typing import Any

from osprey.engine.udf.base import UDFBase
from osprey.worker.adaptor.plugin_manager import hookimpl_osprey
from osprey.worker.sinks.sink.output_sink import BaseOutputSink

from grooming_risk_osprey import shared
from grooming_risk_osprey.sink import LiveSink
from grooming_risk_osprey.udfs import GroomingRisk, GroomingRiskLive


@hookimpl_osprey
def register_udfs() -> Sequence[type[UDFBase[Any, Any]]]:
    """Return the functions for rules."""
    return [GroomingRisk, GroomingRiskLive]


@hookimpl_osprey
def register_output_sinks(config: Any) -> Sequence[BaseOutputSink]:
    """Return the live sink, where GROOMING_RISK_URL and GROOMING_RISK_ACTIONS ask for it."""
    settings = shared.settings()
    if settings.url is None or not settings.actions:
        return []
    return [LiveSink(shared.service(), settings)]
