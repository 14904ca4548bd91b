"""Measurements of engines, each in fresh processes."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from grooming_risk.commands.bench.engines.child import live_conversations
from grooming_risk.commands.bench.sample import Sample
from grooming_risk.errors import InvalidOptionError

ENGINES = ("spark", "ray", "kafka")
_LONGEST = 900  # seconds


@dataclass(frozen=True, slots=True)
class EngineFigure:
    """How fast an engine read messages with some workers.

    Attributes:
        engine: "library", "library-live", "spark", "ray" or "kafka".
        workers: Worker processes, each with one inference thread.
        messages: Messages that were read.
        seconds: Wall time, without the start of the engine and the loading of the model.
        processor_seconds: Processor time of all processes of the engine, or of the workers of Kafka; it tells little
            about what else the machine was doing.
        megabytes: Memory of all these processes, the most at one moment; that of Kafka's workers at their end.
        state_bytes: Bytes of state that were written for a message, on average; 0 where there is no state.
        load: Processes that wanted to run when it began (the load average of a minute).
    """

    engine: str
    workers: int
    messages: int
    seconds: float
    processor_seconds: float
    megabytes: float
    state_bytes: float
    load: float

    @property
    def per_worker(self) -> float:
        """Messages that a worker read in a second of wall time."""
        return self.messages / self.seconds / self.workers

    @property
    def per_processor_second(self) -> float:
        """Messages that were read in a second of processor time."""
        return self.messages / self.processor_seconds


def measure(
    engines: Sequence[str], workers: Sequence[int], messages: int, broker: str | None
) -> Iterator[EngineFigure]:
    """Measure the library, and engines with several numbers of workers.

    Args:
        engines: Names from `ENGINES`.
        workers: Numbers of workers.
        messages: Messages of each measurement.
        broker: Address of a Kafka broker; needed for "kafka".

    Yields:
        Figures as they are measured: first the library's own for what the engines do, batches or live conversations.

    Raises:
        InvalidOptionError: An engine cannot be run, or Kafka was asked for without a broker.
    """
    if "kafka" in engines and broker is None:
        raise InvalidOptionError("a measurement of Kafka needs a broker; add --broker HOST:PORT")
    if set(engines) - {"kafka"}:
        yield _measured("library", 1, messages)
    if "kafka" in engines:
        yield _measured("library-live", 1, messages)
    for engine in engines:
        for number in workers:
            yield _kafka(str(broker), number, messages) if engine == "kafka" else _measured(engine, number, messages)


def _measured(engine: str, workers: int, messages: int) -> EngineFigure:
    load = os.getloadavg()[0]
    found = _ended(engine, _started(engine, workers, messages, {}))
    timed = (found["messages"], found["seconds"], found["processor_seconds"], found["megabytes"])
    return EngineFigure(engine, workers, *timed, state_bytes=0.0, load=load)


def _kafka(broker: str, workers: int, messages: int) -> EngineFigure:
    name, load = f"grooming-risk-bench-{secrets.token_hex(4)}", os.getloadavg()[0]
    _fill(broker, name, workers, messages)
    settings = {"BENCH_BROKER": broker, "BENCH_TOPIC": name}
    started = [_started("kafka-worker", workers, messages, settings) for _ in range(workers)]
    found = [_ended("kafka", worker) for worker in started]
    working = [one for one in found if one["messages"]]
    if not working:
        raise InvalidOptionError("the workers of Kafka read nothing; check the broker")
    return EngineFigure(
        "kafka",
        workers,
        sum(one["messages"] for one in found),
        max(one["last"] for one in working) - min(one["first"] for one in working),
        sum(one["processor_seconds"] for one in found),
        sum(one["megabytes"] for one in found),
        sum(one["state_bytes"] * one["messages"] for one in found) / sum(one["messages"] for one in found),
        load,
    )


def _fill(broker: str, name: str, partitions: int, messages: int) -> None:
    """Make a topic and send it messages of many conversations."""
    try:
        from confluent_kafka import Producer
        from confluent_kafka.admin import AdminClient, NewTopic
    except ImportError:
        raise InvalidOptionError("Kafka is not installed; pip install 'grooming-risk[kafka]'") from None
    # Some brokers name only the settings that a topic was made with, and Quix Streams asks for these.
    config = {"retention.ms": "86400000", "retention.bytes": "-1", "cleanup.policy": "delete"}
    admin = AdminClient({"bootstrap.servers": broker})
    admin.create_topics([NewTopic(name, partitions, 1, config=config)])[name].result()
    producer = Producer({"bootstrap.servers": broker})
    for number, row in enumerate(Sample().interleaved(messages, live_conversations(messages))):
        # Conversations are dealt out evenly, as the keys of a large topic are.
        place = int(row["conversation"][1:]) % partitions
        producer.produce(name, key=row["conversation"], value=json.dumps(row), partition=place)
        if number % 1_000 == 0:
            producer.poll(0)
    producer.flush()


def _started(engine: str, workers: int, messages: int, settings: dict[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "grooming_risk.commands.bench.engines.child", engine, str(workers), str(messages)]
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **settings},
        start_new_session=True,
    )


def _ended(engine: str, child: subprocess.Popen[str]) -> dict[str, Any]:
    try:
        printed, errors = child.communicate(timeout=_LONGEST)
    except subprocess.TimeoutExpired:
        child.kill()
        printed, errors = "", f"it took more than {_LONGEST} seconds"
    if child.returncode or not printed.strip():
        reason = (errors.strip().splitlines() or ["it gave no reason"])[-1]
        raise InvalidOptionError(f"{engine} could not do the benchmark ({reason}); is its extra installed?")
    found: dict[str, Any] = json.loads(printed.splitlines()[-1])
    return found
