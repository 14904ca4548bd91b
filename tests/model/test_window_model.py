import numpy as np
import pytest

from grooming_risk.model.window_model import FEATURES, MessageVectors, WindowInput, pack, window_features
from grooming_risk.scoring.leave_one_out import leave_one_out, live_logits

RNG = np.random.default_rng(0)


def vectors(count=12, seconds=None):
    return MessageVectors(
        RNG.normal(size=(count, 384)).astype(np.float32) / 20,
        RNG.normal(size=(count, 20)).astype(np.float32),
        np.arange(count) % 3,
        np.full(count, np.nan) if seconds is None else np.array(seconds, dtype=float),
        np.arange(count),
        np.arange(count),
    )


def test_features_stay_in_their_range_with_and_without_times():
    for seconds in (None, [0, 5, 5, 1e9, 3, np.nan, 7, 8, 9, 10, 11, 12]):
        features = window_features(vectors(seconds=seconds), WindowInput(range(12), 1))
        assert features.shape == (12, FEATURES)
        assert features.dtype == np.float32
        assert ((features >= 0) & (features <= 1)).all()


def test_features_read_from_the_end_so_a_stream_sees_the_same():
    given = vectors()
    late = window_features(given, WindowInput(range(4, 12), 1))
    whole = window_features(given, WindowInput(range(12), 1))
    assert np.array_equal(late[1:], whole[5:])


def test_padding_does_not_change_a_logit(artifact):
    given = vectors()
    short, long = WindowInput(range(3, 7), 0), WindowInput(range(12), 1)
    alone = artifact.window_model.logits(given, [short])[0]
    together = artifact.window_model.logits(given, [short, long])[0]
    assert alone == pytest.approx(together, abs=1e-4)


def test_a_hidden_message_says_nothing(artifact):
    given = vectors()
    kept = np.ones(12, dtype=bool)
    kept[4] = False
    before = artifact.window_model.logits(given, [WindowInput(range(12), 0, kept)])[0]
    given.embeddings[4] *= -3
    after = artifact.window_model.logits(given, [WindowInput(range(12), 0, kept)])[0]
    assert before == pytest.approx(after, abs=1e-4)


def test_leave_one_out_is_the_difference_of_two_runs(artifact):
    given, window = vectors(), WindowInput(range(12), 2)
    logit = artifact.window_model.logits(given, [window])[0]
    deltas = leave_one_out(artifact.window_model, given, window, logit)
    kept = np.arange(12) != 5
    without = artifact.window_model.logits(given, [WindowInput(range(12), 2, kept)])[0]
    assert deltas.shape == (12,)
    assert deltas[5] == pytest.approx(logit - without, abs=1e-4)
    assert leave_one_out(artifact.window_model, given, WindowInput(range(1), 0), 1.0).tolist() == [0.0]


def test_the_last_live_logit_is_the_window_itself(artifact):
    given, window = vectors(), WindowInput(range(2, 10), 2)
    live = live_logits(artifact.window_model, given, window)
    assert live.shape == (8,)
    assert live[-1] == pytest.approx(artifact.window_model.logits(given, [window])[0], abs=1e-4)


def test_packed_shapes():
    packed = pack(vectors(), [WindowInput(range(4), 0), WindowInput(range(3, 12), 1)])
    assert {name: array.shape for name, array in packed.items()} == {
        "vectors": (2, 9, 384),
        "logits": (2, 9, 20),
        "features": (2, 9, FEATURES),
        "mask": (2, 9),
    }
    assert packed["mask"].sum(1).tolist() == [4, 9]
