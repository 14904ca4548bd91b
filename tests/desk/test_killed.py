"""A desk that is killed while it reads, scores, decides and seals loses, repeats and halves nothing."""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="the extra `desk` is not installed")

from grooming_risk.desk.storage import chain
from tests.support.desk.fixture import flagged, new_desk, quiet
from tests.support.examples import thorough

CHILD = Path(__file__).with_name("killed_child.py")
ROOT = Path(__file__).parents[2]
FILES, EACH = 6, 12
KILLS = 200 if thorough() else 4


def environment():
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))}


def write_exports(folder):
    folder.mkdir()
    for number in range(FILES):
        rows = [
            {"conversation_id": str(n), "speaker": speaker, "text": text}
            for n in range(EACH)
            for speaker, text in (flagged if n % 2 else quiet)(number * EACH + n)
        ]
        (folder / f"{number}.jsonl").write_text("\n".join(map(json.dumps, rows)))


def check(folder, *, finished):
    """What must hold after every kill; the desk is opened as its next start opens it."""
    desk = new_desk(folder)
    with desk.database.reading() as connection:
        one = lambda query: connection.execute(query).fetchone()[0]  # noqa: E731
        cases, digests = one("SELECT count(*) FROM cases"), one("SELECT count(DISTINCT digest) FROM cases")
        assert cases == digests == one("SELECT count(*) FROM contents")  # no case twice, and none without its texts
        assert one("SELECT count(*) FROM files") == one("SELECT count(DISTINCT name) FROM files")
        assert one("SELECT coalesce(sum(conversations), 0) FROM files") == cases
        # A sealed decision has one record, and one that is not sealed has none.
        assert one("SELECT count(*) FROM records") == one("SELECT count(*) FROM decisions WHERE state = 'sealed'")
        assert (
            one("SELECT count(*) FROM records r JOIN decisions d ON d.id = r.decision_id WHERE d.state <> 'sealed'")
            == 0
        )
        pending = one("SELECT count(*) FROM decisions WHERE state = 'pending'")
        assert pending == one("SELECT count(*) FROM cases WHERE state = 'pending'")
        assert one("SELECT count(*) FROM cases WHERE state = 'decided'") == one("SELECT count(*) FROM records")
        assert chain.check_chain(connection, desk.record_key).problems == ()
        stored = {row[0] for row in connection.execute("SELECT stored FROM files WHERE stored IS NOT NULL")}
        samples = connection.execute(
            "SELECT drawn, (SELECT count(*) FROM cases WHERE sample = name) FROM samples"
        ).fetchall()
        assert all(drawn == found for drawn, found in samples)
        if finished:
            assert cases == FILES * EACH == one("SELECT count(*) FROM records")
            assert len(samples) <= FILES  # none of an import that was decided before it was read to its end
    assert {path.name for path in desk.folder.exports.iterdir()} == stored
    assert not list(desk.folder.incoming.iterdir())
    desk.database.close()


@pytest.mark.scaled
def test_killed_at_random(tmp_path):
    write_exports(tmp_path / "uploads")
    chance, started, folder = random.Random(7), 0, tmp_path / "desk"
    for number in range(KILLS):
        if number % 20 == 19:  # everything may be done by now
            folder = tmp_path / f"desk{number}"
        child = subprocess.Popen(
            [sys.executable, str(CHILD), str(folder), str(tmp_path / "uploads")],
            stdout=subprocess.PIPE,
            text=True,
            env=environment(),
        )
        started += child.stdout.readline() == "started\n"
        time.sleep(chance.random() * 1.5)
        child.kill()
        child.wait()
        child.stdout.close()
        check(folder, finished=False)
    assert started == KILLS
    done = subprocess.run(
        [sys.executable, str(CHILD), str(folder), str(tmp_path / "uploads")],
        capture_output=True,
        text=True,
        timeout=600,
        env=environment(),
    )
    assert done.stdout.endswith("done\n"), done.stderr
    check(folder, finished=True)
