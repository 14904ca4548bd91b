"""Ray itself, on this machine, with two actors."""

import pytest

from tests.support.engines import examples
from tests.support.engines.expected import check_scored
from tests.support.engines.running import needs, run_child

pytestmark = pytest.mark.engine
needs("ray", "pandas", "pyarrow", extra="ray")


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    result, log = run_child("ray_child", tmp_path_factory.mktemp("ray"))
    return {**result, "log": log}


def test_conversations_are_scored_as_the_library_scores_them(done):
    check_scored(done["conversations"], examples.BAD_NAMES)


def test_messages_are_brought_together(done):
    check_scored(done["messages"], [None, None])


def test_logs_have_no_text(done):
    assert examples.CANARY not in done["log"]
