import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grooming_risk.model.memory import WindowSpec, window_ends, window_rows, windows

SPECS = st.builds(
    lambda size, stride, remembered: WindowSpec(max(size, stride), min(size, stride), remembered),
    st.integers(1, 80),
    st.integers(1, 80),
    st.integers(0, 40),
)
MEMORABLE = st.lists(st.booleans(), max_size=400).map(lambda found: np.array(found, dtype=np.bool_))


@given(MEMORABLE, SPECS)
def test_every_text_is_in_a_window_and_the_last_window_ends_at_the_end(memorable, spec):
    found = windows(memorable, spec)
    assert {int(row) for rows in found for row in rows} == set(range(len(memorable)))
    ends = [int(rows[-1]) + 1 for rows in found]
    assert ends == window_ends(len(memorable), spec)
    assert all(0 < later - earlier <= spec.stride for earlier, later in itertools.pairwise(ends))


@given(MEMORABLE, SPECS)
def test_a_window_reads_its_last_texts_and_the_last_memorable_ones_before(memorable, spec):
    for rows in windows(memorable, spec):
        end = int(rows[-1]) + 1
        start = max(0, end - spec.size)
        before = [row for row in range(start) if memorable[row]]
        wanted = before[max(0, len(before) - spec.remembered) :] + list(range(start, end))
        assert rows.tolist() == wanted == window_rows(memorable, end, spec).tolist()
        assert rows.dtype == np.int64


@pytest.mark.parametrize(("size", "stride"), [(10, 0), (10, 11)])
def test_a_stride_that_skips_messages_is_refused(size, stride):
    with pytest.raises(ValueError, match="stride"):
        WindowSpec(size, stride)


def test_a_negative_memory_is_refused():
    with pytest.raises(ValueError, match="remembered"):
        WindowSpec(50, 25, -1)


@pytest.mark.parametrize("memorable", [-0.1, 1.0, float("nan")])
def test_a_probability_that_nothing_reaches_is_refused(memorable):
    with pytest.raises(ValueError, match="memorable"):
        WindowSpec(memorable=memorable)
