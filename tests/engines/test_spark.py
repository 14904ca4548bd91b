"""Spark itself, on this machine: batches, tables of messages, and a stream that stops and goes on."""

import json

import pytest

from grooming_risk.rows import LIVE_COLUMNS
from tests.support.engines import examples
from tests.support.engines.expected import check_scored, check_steps, monitored, steps_of
from tests.support.engines.running import needs, run_child

pytestmark = pytest.mark.engine
needs("pyspark", "pandas", "pyarrow", program="java", extra="spark")
ALL = [column.name for column in LIVE_COLUMNS]  # Spark's JSON leaves nulls out


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    result, log = run_child("spark_child", tmp_path_factory.mktemp("spark"))
    return {**result, "log": log}


def test_conversations_are_scored_as_the_library_scores_them(done):
    check_scored(done["conversations"], examples.BAD_NAMES)


def test_messages_are_brought_together(done):
    check_scored(done["messages"], [None, None])


def test_a_stream_gives_the_steps_of_a_monitor_and_goes_on_after_a_restart(done):
    errors = [row for row in done["live_again"] if row.get("error")]
    rows = [{**dict.fromkeys(ALL), **row} for row in done["live_again"] if not row.get("error")]
    steps = steps_of(rows)
    whole = monitored()
    assert steps.keys() == whole.keys()
    first = {place: step for place, step in whole.items() if place[1] < 4}
    check_steps([row for row in rows if row["message"] < 4], first)
    # The text of a run of short messages is not kept in the state, so that the next one may be read without them.
    resumed = monitored(first=4)
    for place, step in steps.items():
        allowed = {(s.outcome.value, s.probability, s.first_flag) for s in (whole[place], resumed[place])}
        assert (step["outcome"], step["probability"], step["first_flag"]) in allowed
    assert len(errors) == 2
    assert examples.CANARY not in json.dumps(done["live_again"])


def test_messages_that_come_again_are_read_once(done):
    steps_of([{**dict.fromkeys(ALL), **row} for row in done["live_repeated"] if not row.get("error")])
    repeated = [row for row in done["live_repeated"] if not row.get("error")]
    assert len(repeated) == sum(not row.get("error") for row in done["live_again"])


def test_logs_have_no_text(done):
    assert examples.CANARY not in done["log"]
