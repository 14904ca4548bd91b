"""A watch that is killed and evicts conversations raises the flags of one that never does, byte for byte."""

import os

import pytest

from fuzzing.soak import Soak, differences, message, run

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
SMALL = Soak(messages=1_500, conversations=60, kills=3, kept=2, seed=1)


def test_the_stream_is_the_same_from_wherever_it_is_read():
    rows = [message(number, SMALL) for number in range(300)]
    assert rows[200:] == [message(number, SMALL) for number in range(200, 300)]
    assert len({row["conversation"] for row in rows}) > 30
    assert any(len(row["text"].split()) == 1 for row in rows) and any(row.get("kind") == "media" for row in rows)


@pytest.mark.parametrize("words", [pytest.param(False, id="sentences"), pytest.param(True, id="word by word")])
def test_kills_and_evictions_lose_repeat_and_change_no_flag(tmp_path, words):
    soak = Soak(SMALL.messages, SMALL.conversations, SMALL.kills, SMALL.kept, SMALL.seed, words)
    whole, killed, kills = run(soak, tmp_path)
    assert kills == soak.kills
    assert whole.count(b"\n") > 10
    assert killed == whole, list(differences(whole, killed))
