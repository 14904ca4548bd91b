from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from grooming_risk.readers.base.times import by_time, known_time
from tests.support.exported_conversations import ANY_TIMES


@given(st.lists(ANY_TIMES, max_size=12))
def test_known_times_rise_and_the_others_stay_behind_the_one_before(times):
    order = by_time(range(len(times)), times)
    assert sorted(order) == list(range(len(times)))
    known = [times[row] for row in order if times[row]]
    assert known == sorted(known)
    for place, row in enumerate(order):
        if times[row] is None and row:
            assert order[place - 1] == row - 1


def test_known_time():
    assert known_time("2026-03-01T19:02:00Z") == datetime(2026, 3, 1, 19, 2, tzinfo=UTC)
    assert [known_time(value) for value in (None, "", "yesterday", [1], True)] == [None] * 5
