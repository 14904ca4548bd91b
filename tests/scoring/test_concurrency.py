"""One scorer in many threads and processes: the same reports to the bit, and no child that waits for ever.

Children are plain scripts under a hard limit, so that what hangs is stopped and named.
"""

import os
import pickle
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_all_start_methods, get_context

import pytest

from grooming_risk import ConversationMonitor, RiskScorer, score_conversations
from tests.support.examples import thorough

TALK = ("see you at practice tomorrow", "yes, and bring the ball please", "how old are you, are your parents home")
CHATS = [[("ab"[n % 2], f"{TALK[(n + chat) % 3]} {chat}") for n in range(8 * chat + 4)] for chat in range(4)]
HARD_LIMIT = 300
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")


def score_all(scorer):
    """In this order or another, what each chat gives."""
    return [scorer.score(chat).to_json() for chat in CHATS]


@pytest.fixture(scope="module")
def expected(scorer):
    return score_all(scorer)


def test_sixteen_threads_share_one_fresh_scorer(expected):
    scorer, start = RiskScorer(digest_key=b"a key of the tests only", threads=2), threading.Barrier(16)

    def work(number):
        start.wait()  # all ask for the artefact at once
        if number % 4 == 3:
            return [report.to_json() for report in score_conversations(CHATS, scorer=scorer)]
        return score_all(scorer)

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(work, range(16)))
    assert found == [expected] * 16


def test_monitors_in_several_threads_share_a_scorer(scorer):
    def follow(chat):
        monitor = ConversationMonitor(scorer)
        return [monitor.update(row) for row in chat]

    expected = [follow(chat) for chat in CHATS]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(follow, CHATS * 2)) == expected * 2


@pytest.mark.parametrize("method", [method for method in get_all_start_methods() if method != "forkserver"])
def test_a_scorer_goes_into_a_pool_of_processes(scorer, expected, method):
    assert scorer.score(CHATS[0])  # open before any child is there
    with ProcessPoolExecutor(2, mp_context=get_context(method)) as pool:
        found = list(pool.map(score_all, [scorer] * 4, timeout=HARD_LIMIT))
    assert found == [expected] * 4


@pytest.mark.skipif("forkserver" not in get_all_start_methods(), reason="this system has no fork server")
def test_a_scorer_goes_through_a_fork_server():
    """In a script of its own, since the server listens on a socket and the tests refuse all of them."""
    script = """
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from grooming_risk import RiskScorer
scorer, chat = RiskScorer(digest_key=b"a key of the tests only"), [("a", "see you at practice tomorrow")] * 4
expected = scorer.score(chat)
with ProcessPoolExecutor(2, mp_context=get_context("forkserver")) as pool:
    assert list(pool.map(scorer.score, [chat] * 4)) == [expected] * 4
"""
    done = run(script)
    assert done.returncode == 0, done.stderr


def run(script, *arguments):
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=HARD_LIMIT,
        check=False,
    )


FORKED = """
import os, signal, sys, threading, time, random
from grooming_risk import RiskScorer, ConversationMonitor
scorer = RiskScorer(digest_key=b"a key of the tests only", threads=2)
chat = [("ab"[n % 2], f"see you at practice tomorrow {n}") for n in range(20)]
expected, monitor, stop, other = scorer.score(chat), ConversationMonitor(scorer), threading.Event(), [scorer]

def busy(number):
    count = 0
    while not stop.is_set():
        count += 1
        if sys.argv[1] == "scoring":
            scorer.score([*chat, ("a", f"{number} and {count}")])
        elif sys.argv[1] == "loading":
            other[0] = RiskScorer(digest_key=b"a key of the tests only", threads=2)
            other[0].score(chat)

count = {"scoring": 2, "loading": 1, "quiet": 0}[sys.argv[1]]
threads = [threading.Thread(target=busy, args=(n,)) for n in range(count)]
for thread in threads:
    thread.start()
for _ in range(int(sys.argv[2])):
    time.sleep(random.random() / 10)
    child = os.fork()
    if not child:
        signal.alarm(40)  # kills a child that hangs
        same = other[0].score(chat) == expected
        known = ConversationMonitor(scorer).update(chat[0]) == monitor.update(chat[0])
        sys.exit(0 if same and known else 3)  # as scripts end: whatever was opened is closed
    assert os.waitpid(child, 0)[1] == 0
assert scorer.score(chat) == expected
stop.set()
"""


@forks
@pytest.mark.scaled
@pytest.mark.parametrize(("other_threads", "children"), [("quiet", 2), ("scoring", 6), ("loading", 4)])
def test_a_fork_at_any_moment_gives_a_child_that_scores_and_ends(other_threads, children):
    """Before it was mended, of such children 4 of 150, 5 of 6, and of those that end as scripts do all, hung."""
    done = run(FORKED, other_threads, str(children if thorough() else 2))
    assert done.returncode == 0, done.stderr


@forks
def test_a_child_of_a_child_scores():
    script = """
import os
from grooming_risk import RiskScorer
scorer = RiskScorer(digest_key=b"a key of the tests only")
expected = scorer.score([("a", "see you at practice tomorrow")] * 4)
depth = 0
while depth < 3 and not (child := os.fork()):
    depth += 1
    assert scorer.score([("a", "see you at practice tomorrow")] * 4) == expected
if depth < 3:
    raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    done = run(script)
    assert done.returncode == 0, done.stderr


def test_only_the_configuration_travels_while_others_score(expected):
    scorer, stop = RiskScorer(digest_key=b"a key of the tests only"), threading.Event()

    def busy():
        while not stop.is_set():
            scorer.score(CHATS[0])

    thread = threading.Thread(target=busy)
    thread.start()
    try:
        copies = [pickle.loads(pickle.dumps(scorer)) for _ in range(3)]
    finally:
        stop.set()
        thread.join()
    assert score_all(copies[-1]) == expected


def test_scoring_writes_nothing_to_the_home_folder(tmp_path, monkeypatch):
    """onnxruntime from 1.29 on keeps a device id and a queue of reports there unless it is told not to."""
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "TMPDIR"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.delenv("CI", raising=False)
    done = run("from grooming_risk import score_conversation; score_conversation([('a', 'see you tomorrow')] * 4)")
    assert done.returncode == 0, done.stderr
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
