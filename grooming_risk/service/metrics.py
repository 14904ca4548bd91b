"""Figures for Prometheus: counts and times, never ids or text."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_SIZES = (1, 4, 16, 64, 256, 1_024, 2_048, 4_096, 16_384)


class Metrics:
    """The metrics of one service, in a registry of their own.

    Attributes:
        registry: The registry.
        requests: Requests by method, route and status.
        request_seconds: Time of a request by route.
        refused: Requests that were refused, by reason.
        messages: Messages that were scored, by "score" or "live".
        waiting_messages: Messages that wait to be scored, by "score" or "live".
        batch_messages: Messages of a batch.
        outcomes: Conversations that were scored, by outcome.
        flags: Warnings that were raised.
        commits: Seconds of a commit of the state.
        in_memory: Live conversations in memory.
        about: Versions.
    """

    registry: CollectorRegistry
    requests: Counter
    request_seconds: Histogram
    refused: Counter
    messages: Counter
    waiting_messages: Gauge
    batch_messages: Histogram
    outcomes: Counter
    flags: Counter
    commits: Histogram
    in_memory: Gauge
    about: Info

    def __init__(self) -> None:
        """Start at zero."""
        own = CollectorRegistry()
        ProcessCollector(registry=own)
        PlatformCollector(registry=own)
        GCCollector(registry=own)
        name = "grooming_risk"
        self.registry = own
        self.requests = Counter(f"{name}_requests", "Requests answered", ("method", "route", "status"), registry=own)
        self.request_seconds = Histogram(
            f"{name}_request_seconds", "Time of a request", ("route",), buckets=_SECONDS, registry=own
        )
        self.refused = Counter(f"{name}_refused", "Requests refused", ("reason",), registry=own)
        self.messages = Counter(f"{name}_messages", "Messages scored", ("door",), registry=own)
        self.waiting_messages = Gauge(
            f"{name}_waiting_messages", "Messages that wait to be scored", ("door",), registry=own
        )
        self.batch_messages = Histogram(
            f"{name}_batch_messages", "Messages scored together", buckets=_SIZES, registry=own
        )
        self.outcomes = Counter(f"{name}_conversations", "Conversations scored", ("outcome",), registry=own)
        self.flags = Counter(f"{name}_flags", "Warnings raised in live conversations", registry=own)
        self.commits = Histogram(
            f"{name}_commit_seconds", "Time of a commit of live conversations", buckets=_SECONDS, registry=own
        )
        self.in_memory = Gauge(f"{name}_live_in_memory", "Live conversations in memory", registry=own)
        self.about = Info(name, "Versions of this service", registry=own)
