"""Runs of short messages in a watch: evicted, killed and resumed, they are read as in one go, and no file has them."""

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grooming_risk.errors import InvalidConversationError
from grooming_risk.live import ConversationWatch, NoticeKind, WatchOptions, state_database, watched
from grooming_risk.live.open_runs import OpenRuns, RunMessage
from grooming_risk.testing import StandInScorer
from tests.support.examples import examples

CANARY = "xylophonecanary"
WORDS = ("how", "old", "are", "you", "at", "home", "alone", "secret", "h", "o", "w")


@pytest.fixture(scope="module", autouse=True)
def no_waiting_for_the_disk():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(state_database, "PRAGMAS", (*state_database.PRAGMAS[:-1], "synchronous = OFF"))
        yield


def stream(seed, count=60, conversations=5):
    """Messages of people who write word by word, now and then a sentence or a picture."""
    source = random.Random(seed)
    return [
        {
            "conversation": source.randrange(conversations),
            "speaker": source.choice("aaab"),
            "text": " ".join(source.choices(WORDS, k=source.choice((1, 1, 1, 2, 7)))),
            "kind": source.choice(("text",) * 9 + ("media",)),
        }
        for _ in range(count)
    ]


def steps(rows, state=None, notices=None, **options):
    said = [] if notices is None else notices
    chosen = WatchOptions(state=state, **options)
    with ConversationWatch(StandInScorer(), chosen, write=lambda _: None, notify=said.append) as watch:
        found = [watch.update(row) for row in rows]
        watch.finish()
    return found


@settings(max_examples=examples(50))
@given(st.integers(0, 10**6), st.lists(st.integers(1, 59), max_size=3), st.integers(1, 3), st.booleans())
def test_evicted_and_resumed_it_says_what_it_says_in_one_go(tmp_path_factory, seed, stops, kept, by_replay):
    rows, folder = stream(seed), tmp_path_factory.mktemp("runs")
    expected, found = steps(rows), {}
    for stop in [*sorted(stops), len(rows)]:
        with ConversationWatch(
            StandInScorer(),
            WatchOptions(state=folder / "state", conversations=kept, replay=by_replay),
            write=lambda _: None,
            notify=lambda _: None,
        ) as watch:
            first = 0 if by_replay else len(found)
            for line in [] if by_replay else watch.needed_lines():
                watch.recall(line, rows[line])
            for number in range(first, stop):
                step = watch.update(rows[number])
                if step is not None:
                    found[number] = step
            watch.commit()  # and no more: as if it were killed here
    assert [found[number] for number in range(len(rows))] == expected


def test_what_happened_between_two_commits_is_read_again_with_its_runs(tmp_path):
    rows = stream(4)
    with ConversationWatch(StandInScorer(), WatchOptions(state=tmp_path / "state"), write=print) as watch:
        for number, row in enumerate(rows[:50]):
            watch.update(row)
            if number == 29:
                watch.commit()
    again = [pair for pair in zip(steps(rows, tmp_path / "state", replay=True), steps(rows), strict=True) if pair[0]]
    assert len(again) >= 10 and all(found == expected for found, expected in again)


def test_the_lines_needed_are_those_of_open_runs_and_few(tmp_path):
    rows = [{"conversation": 1, "speaker": "a", "text": text} for text in ("how old is your brother", "are", "you")]
    with ConversationWatch(StandInScorer(), WatchOptions(state=tmp_path / "state"), write=print) as watch:
        for row in [*rows, {**rows[0], "conversation": 2}]:
            watch.update(row)
        watch.finish()
    with ConversationWatch(StandInScorer(), WatchOptions(state=tmp_path / "state"), write=print) as watch:
        assert watch.needed_lines() == [1, 2]
        with pytest.raises(InvalidConversationError, match="line 0 is not needed"):
            watch.recall(0, rows[0])
        with pytest.raises(InvalidConversationError, match="another conversation"):
            watch.recall(1, {**rows[1], "conversation": 2})


def test_another_text_than_was_read_first_is_not_taken_for_the_run(tmp_path):
    rows = [{"conversation": 1, "speaker": "a", "text": text} for text in ("are", "you", "home")]
    for name in ("state", "apart"):
        steps(rows[:2], tmp_path / name)
    others = [{**rows[0], "text": "a sentence of more than two words"}, rows[1], rows[2]]
    (*_, last) = steps(others, tmp_path / "state", replay=True)
    assert [last] == steps(rows[2:], tmp_path / "apart") != steps(rows)[2:]


def test_no_file_holds_the_text_of_a_run(tmp_path):
    rows = [{"conversation": number % 3, "speaker": "a", "text": CANARY} for number in range(9)]
    steps(rows, tmp_path / "state", conversations=1)
    assert CANARY.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_too_many_open_runs_forget_the_oldest(monkeypatch, tmp_path):
    monkeypatch.setattr(watched, "RUNS", 1)
    rows = [{"conversation": number, "speaker": "a", "text": "are"} for number in range(9)]
    steps([*rows, {**rows[0], "text": "you"}], tmp_path / "state", conversations=1)
    runs = OpenRuns(2)
    for name in ("x", "y", "z"):
        runs.add(name, RunMessage(0, 0, None))
    assert (runs.of("x"), len(runs.of("z")), repr(runs)) == ((), 1, "OpenRuns(2 conversations)")


def test_a_state_that_begins_again_has_no_notice_of_damage(tmp_path):
    notices = []
    rows = stream(5)
    steps(rows, tmp_path / "state", conversations=1)
    steps([json.loads(json.dumps(row)) for row in rows], tmp_path / "state", notices, replay=True)
    assert [notice.kind for notice in notices] == [NoticeKind.SKIPPING]
