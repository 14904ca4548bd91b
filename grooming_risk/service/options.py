"""Options of the HTTP service."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from grooming_risk.decision.operating_points import DEFAULT, OperatingPoint
from grooming_risk.errors import InvalidOptionError

DEFAULT_STATE = "grooming-risk-live.db"


@dataclass(frozen=True, slots=True)
class ServiceLimits:
    """Limits of requests. What exceeds them is refused, never truncated.

    Attributes:
        body_bytes: Bytes of a request's body.
        conversations: Conversations in a request for scoring.
        messages: Messages in a request for scoring, all conversations together.
        live_messages: Messages in a request for a live conversation.
        waiting_messages: Messages that wait to be scored, for all callers together; more are refused for a while.
        connections: Open connections.
        head_seconds: Seconds within which the head of a request must arrive.
        body_seconds: Seconds within which its body must arrive.
        answer_seconds: Seconds within which it must be answered.
        drain_seconds: Seconds that requests in progress get to end when the service is stopped.
    """

    body_bytes: int = 16_000_000
    conversations: int = 256
    messages: int = 10_000
    live_messages: int = 256
    waiting_messages: int = 20_000
    connections: int = 1_000
    head_seconds: float = 10.0
    body_seconds: float = 20.0
    answer_seconds: float = 60.0
    drain_seconds: float = 30.0

    def __post_init__(self) -> None:
        for item in fields(self):
            if not getattr(self, item.name) > 0:
                raise InvalidOptionError(f"{item.name} must be more than 0, got {getattr(self, item.name)}")


@dataclass(frozen=True, slots=True)
class ServiceOptions:
    """What the service is asked to do.

    Attributes:
        operating_point: Operating point of live conversations, and of requests that name none.
        prior: Prevalence in (0, 1) that their probabilities refer to; None for the artefact's reference prevalence.
        skepticism: Flagged windows of the last ten that raise a warning, 1 to 10; None for the first flag.
        state: SQLite file, or address of a PostgreSQL database (postgresql://…), that keeps the live conversations.
        conversations: Most live conversations kept in memory, about 90 kB each; the state has all.
        forget_after: Seconds without a message after which a live conversation is deleted; None for never.
        batch_seconds: Longest time that a request waits for others to be scored with.
        threads: Inference threads.
        hosts: Names by which clients may address the service; empty for any.
        limits: Limits of requests.
    """

    operating_point: str | OperatingPoint = DEFAULT
    prior: float | None = None
    skepticism: int | None = None
    state: str = DEFAULT_STATE
    conversations: int = 1_000
    forget_after: float | None = None
    batch_seconds: float = 0.005
    threads: int = 1
    hosts: tuple[str, ...] = ()
    limits: ServiceLimits = field(default_factory=ServiceLimits)

    def __post_init__(self) -> None:
        for name in ("conversations", "threads"):
            if getattr(self, name) < 1:
                raise InvalidOptionError(f"{name} must be at least 1, got {getattr(self, name)}")
        if self.forget_after is not None and not self.forget_after > 0:
            raise InvalidOptionError("forget_after must be more than 0; leave it out to forget nothing")
        if not 0 <= self.batch_seconds <= 1:
            raise InvalidOptionError(f"batch_seconds must be from 0 to 1, got {self.batch_seconds}")
