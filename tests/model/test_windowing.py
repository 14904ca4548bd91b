import itertools

import pytest
from grooming_risk.model.windowing import WindowSpec, windows
from hypothesis import given
from hypothesis import strategies as st


@given(st.integers(0, 2000), st.integers(1, 80), st.integers(1, 80))
def test_every_message_is_in_a_window_and_the_last_window_ends_at_the_end(messages, size, stride):
    spec = WindowSpec(max(size, stride), min(size, stride))
    found = windows(messages, spec)
    assert {position for window in found for position in window} == set(range(messages))
    assert all(len(window) == min(messages, spec.size) for window in found)
    assert all(later.start - earlier.start <= spec.stride for earlier, later in itertools.pairwise(found))
    assert not messages or found[-1].stop == messages


@pytest.mark.parametrize(("size", "stride"), [(10, 0), (10, 11)])
def test_a_stride_that_skips_messages_is_refused(size, stride):
    with pytest.raises(ValueError, match="stride"):
        WindowSpec(size, stride)
