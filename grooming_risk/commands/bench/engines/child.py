"""The process that runs an engine for `bench --engine`, in a session of its own; it prints one line of JSON.

Each way is warmed up first, so that neither the start of the engine nor the loading of the model is timed. Ray starts
its actors, which load the model, again for each data set, and that is.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from grooming_risk.commands.bench.engines.session import Usage, megabytes
from grooming_risk.commands.bench.sample import Sample
from grooming_risk.engines import EngineOptions
from grooming_risk.engines.follower import worker_follower
from grooming_risk.live.options import WatchOptions
from grooming_risk.live.watch import ConversationWatch
from grooming_risk.rows.batch import score_conversations
from grooming_risk.scoring.scorer import RiskScorer

Table = list[dict[str, Any]]
_WARM = 400  # messages of the first run
_LOGICAL = 4  # processors that Ray believes to have beside its actors


def main(words: list[str]) -> None:
    """Run an engine.

    Args:
        words: Name of the engine, number of workers, number of messages.
    """
    engine, workers, messages = words[0], int(words[1]), int(words[2])
    print(json.dumps(_WAYS[engine](workers, messages)))


def _table(sample: Sample, messages: int) -> Table:
    return [{"conversation": str(n), "messages": rows} for n, rows in enumerate(sample.conversations(messages))]


def _timed(work: Callable[[Table], int], messages: int) -> dict[str, Any]:
    """Time a way of scoring a table; it returns the number of messages that were read."""
    sample = Sample()
    warm, table = _table(sample, _WARM), _table(sample, messages)
    work(warm)
    with Usage() as usage:
        wall = time.perf_counter()
        read = work(table)
        seconds = time.perf_counter() - wall
    return _figures(read, seconds, usage)


def _figures(messages: int, seconds: float, usage: Usage) -> dict[str, Any]:
    used = usage.processor_seconds
    return {"messages": messages, "seconds": seconds, "processor_seconds": used, "megabytes": usage.megabytes}


def _library(workers: int, messages: int) -> dict[str, Any]:
    scorer = RiskScorer(threads=1)

    def work(table: Table) -> int:
        reports = score_conversations((row["messages"] for row in table), scorer=scorer)
        return sum(getattr(report, "messages", 0) for report in reports)

    return _timed(work, messages)


def _library_live(workers: int, messages: int) -> dict[str, Any]:
    scorer = RiskScorer(threads=1)
    rows = Sample().interleaved(messages + _WARM, live_conversations(messages))
    with ConversationWatch(scorer, WatchOptions(), write=_forget) as watch:
        for row in itertools.islice(rows, _WARM):
            watch.update(row)
        with Usage() as usage:
            wall = time.perf_counter()
            for row in rows:
                watch.update(row)
            watch.finish()
            seconds = time.perf_counter() - wall
    return _figures(messages, seconds, usage)


def _forget(lines: Sequence[str]) -> None:
    """Receive flags, which nobody reads here."""


def live_conversations(messages: int) -> int:
    """Return how many conversations go on at the same time: about thirty messages each."""
    return max(1, messages // 30)


def _spark(workers: int, messages: int) -> dict[str, Any]:
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    from pyspark.sql import SparkSession, functions

    from grooming_risk.engines import spark

    builder = SparkSession.builder.master(f"local[{workers}]").config("spark.ui.enabled", "false")
    sql = builder.config("spark.driver.host", "127.0.0.1").getOrCreate()
    sql.sparkContext.setLogLevel("ERROR")
    options = EngineOptions()
    fields = "conversation string, messages array<struct<speaker: string, text: string, sent_at: string>>"

    def work(table: Table) -> int:
        frame = sql.createDataFrame(table, fields).repartition(4 * workers)
        total = spark.score_conversations(frame, options).agg(functions.sum("messages")).collect()[0][0]
        return int(total)

    found = _timed(work, messages)
    sql.stop()
    return found


def _ray(workers: int, messages: int) -> dict[str, Any]:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    import ray
    import ray.data

    from grooming_risk.engines import ray as engine

    folder = tempfile.mkdtemp(prefix="ray", dir="/tmp")  # paths of its sockets must be short
    ray.init(
        num_cpus=_LOGICAL + workers,
        include_dashboard=False,
        log_to_driver=False,
        object_store_memory=200_000_000,
        _node_ip_address="127.0.0.1",
        _temp_dir=folder,
    )
    options = EngineOptions()

    def work(table: Table) -> int:
        given = ray.data.from_items(table).repartition(4 * workers)
        return int(engine.score_conversations(given, options, actors=workers).sum("messages") or 0)

    found = _timed(work, messages)
    ray.shutdown()
    shutil.rmtree(folder, ignore_errors=True)
    return found


def _kafka_worker(workers: int, messages: int) -> dict[str, Any]:
    """Read a topic until nothing comes any more; the address and names come in the environment."""
    from quixstreams import Application

    from grooming_risk.engines import kafka

    name, folder = os.environ["BENCH_TOPIC"], tempfile.mkdtemp(prefix="kafka")
    app = Application(
        os.environ["BENCH_BROKER"],
        consumer_group=name,
        auto_offset_reset="earliest",
        state_dir=folder,
        loglevel="ERROR",
        consumer_extra_config={"session.timeout.ms": 6_000, "heartbeat.interval.ms": 500},
    )
    times: list[tuple[float, float]] = []

    def note(_: Any) -> None:
        times.append((time.time(), time.process_time()))

    topic = app.topic(name, key_deserializer="str", value_deserializer="bytes")
    options = EngineOptions(steps=True)
    kafka.follow_messages(app.dataframe(topic), options).update(note)
    app.run(timeout=40)
    shutil.rmtree(Path(folder), ignore_errors=True)
    (first, before), (last, after) = (times[0], times[-1]) if times else ((0.0, 0.0), (0.0, 0.0))
    return {
        "messages": max(0, len(times) - 1),
        "first": first,
        "last": last,
        "processor_seconds": after - before,
        "megabytes": megabytes(),
        "state_bytes": _state_bytes(options),
    }


def _state_bytes(options: EngineOptions) -> float:
    """Return the bytes of state that are written for a message, on average over conversations of thirty messages."""
    follower, states = worker_follower(options), dict[str, bytes | None]()
    written = 0
    for row in Sample().interleaved(_WARM, live_conversations(_WARM)):
        name = row["conversation"]
        states[name], _ = follower.read(name, states.get(name), [row])
        written += len(states[name] or b"")
    return written / _WARM


_WAYS: dict[str, Callable[[int, int], dict[str, Any]]] = {
    "library": _library,
    "library-live": _library_live,
    "spark": _spark,
    "ray": _ray,
    "kafka-worker": _kafka_worker,
}

if __name__ == "__main__":
    main(sys.argv[1:])
