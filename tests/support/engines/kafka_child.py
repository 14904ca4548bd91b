"""Kafka does what the tests look at; run by tests/engines/test_kafka.py.

The first worker is killed while it works; the second has an empty folder, takes the state from the changelog topic, and
reads what was not committed again.
"""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

from quixstreams import Application
from quixstreams.models import TopicConfig

from grooming_risk.engines import kafka
from tests.support.engines import examples
from tests.support.engines.broker import broker

MESSAGES, FLAGS, PARTITIONS = "messages", "flags", 2
# Tansu names only the settings that a topic was made with, and Quix Streams asks for these.
CONFIG = {"retention.ms": "86400000", "retention.bytes": "-1", "cleanup.policy": "delete"}
EVERY = 20  # messages between two commits


def stream():
    """(key, value) of every Kafka message, in the order of each conversation, with bad ones at the beginning."""
    rows = sorted(examples.messages(), key=lambda row: row["sequence"])
    good = [row for row in rows if row["conversation"]]
    pairs = [(row["conversation"], json.dumps(row).encode()) for row in good]
    other = {"conversation": "other", "speaker": "a", "text": examples.CANARY}
    bad = [
        ("broken", f'{{"text": "{examples.CANARY}"'.encode()),
        ("list", b"[1, 2]"),
        ("mixed", json.dumps(other).encode()),
        ("no-speaker", json.dumps({"text": examples.CANARY}).encode()),
        (None, json.dumps({"speaker": "a", "text": examples.CANARY}).encode()),
    ]
    return [*bad, *pairs]


def application(address, folder):
    return Application(
        address,
        consumer_group="grooming-risk",
        auto_offset_reset="earliest",
        state_dir=folder,
        commit_every=EVERY,
        consumer_extra_config={"session.timeout.ms": 6_000, "heartbeat.interval.ms": 500},
        loglevel="INFO",
    )


def topics(app):
    config = TopicConfig(num_partitions=PARTITIONS, replication_factor=1, extra_config=CONFIG)
    given = app.topic(MESSAGES, key_deserializer="str", value_deserializer="bytes", config=config)
    flags = app.topic(FLAGS, key_serializer="str", value_serializer="json", config=config)
    return given, flags


def work(address, folder, count, die_after):
    """Be a worker: until nothing comes for a while, or until this many messages were read, and then die."""
    app = application(address, folder)
    given, flags = topics(app)
    read = 0

    def killed(row):
        nonlocal read
        read += 1
        if die_after and read == die_after:
            os.kill(os.getpid(), signal.SIGKILL)

    followed = kafka.follow_messages(
        app.dataframe(given), examples.options(steps=True), forget_after=timedelta(days=30)
    )
    followed.update(killed).to_topic(flags)
    app.run(timeout=20 if count == 0 else 90, count=count)


def written(address, folder):
    """Everything in the topic of results."""
    app = application(address, folder)
    config = {"enable.auto.commit": False}
    found = []
    from confluent_kafka import Consumer, TopicPartition

    consumer = Consumer({"bootstrap.servers": address, "group.id": "reader", **config})
    consumer.assign([TopicPartition(FLAGS, number, 0) for number in range(PARTITIONS)])
    last = time.monotonic()
    while time.monotonic() - last < 5:
        message = consumer.poll(0.5)
        if message is not None and message.error() is None:
            found.append(json.loads(message.value()))
            last = time.monotonic()
    consumer.close()
    del app
    return found


def main(out, folder):
    with broker(folder) as address:
        app = application(address, folder / "setup")
        topics(app)
        sent = stream()
        with app.get_producer() as producer:
            for key, value in sent:
                producer.produce(MESSAGES, key=key, value=value)
        command = [sys.executable, "-m", "tests.support.engines.kafka_child", "work", address]
        first = subprocess.run([*command, str(folder / "first"), "0", str(len(sent) // 2)])
        second = subprocess.run([*command, str(folder / "second"), "0", "0"])
        result = {
            "sent": len(sent),
            "statuses": [first.returncode, second.returncode],
            "rows": written(address, folder / "reader"),
        }
    out.write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1] == "work":
        work(sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
    else:
        main(Path(sys.argv[1]), Path(sys.argv[2]))
